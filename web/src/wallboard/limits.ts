/** From when on something calls for somebody: the company's limits, and what they make of the board. Pure. */

import type { BoardLimitsChanged } from "../generated/events";
import type { Board, Campaign, Operator } from "./state";

export type Limits = BoardLimitsChanged;
export type Late = "" | "near" | "late";

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;

/** How long the operator may stay in his state; null: as long as it takes. */
export function limitUs(operator: Operator, board: Board): number | null {
  switch (operator.state) {
    case "talking":
      return board.limits.talk_minutes * MINUTE_US;
    case "wrap_up":
      return board.limits.wrap_up_s * SECOND_US;
    case "paused": {
      const minutes = operator.pause === null ? null : (board.pauses.get(operator.pause)?.limit_minutes ?? null);
      return minutes === null ? null : minutes * MINUTE_US;
    }
    default:
      return null;
  }
}

export function lateness(operator: Operator, board: Board, nowUs: number): Late {
  const limit = limitUs(operator, board);
  if (limit === null) return "";
  const spent = nowUs - operator.since_us;
  if (spent > limit) return "late";
  return spent >= (limit * board.limits.near_percent) / 100 ? "near" : "";
}

/** How near abandoned calls are to the campaign's limit. */
export function abandonTone(rate: number | null, limit: number, nearPercent = 83): "free" | "wrap" | "bad" {
  if (rate === null || rate < (limit * nearPercent) / 100) return "free";
  return rate < limit ? "wrap" : "bad";
}

/** Of all campaigns the one that is nearest to its limit. */
export function worstAbandon(board: Board): "free" | "wrap" | "bad" {
  const tones = [...board.campaigns.values()].map((one) => {
    const live = one.connected + one.abandoned;
    const rate = live > 0 ? one.abandoned / live : null;
    return abandonTone(rate, one.target_abandon_rate, board.limits.near_percent);
  });
  return tones.includes("bad") ? "bad" : tones.includes("wrap") ? "wrap" : "free";
}

/** A customer who waits is worth amber at once, red from the limit on. */
export function waitingTone(sinceUs: number | null, limits: Limits, nowUs: number): "off" | "wrap" | "bad" {
  if (sinceUs === null) return "off";
  return nowUs - sinceUs > limits.waiting_s * SECOND_US ? "bad" : "wrap";
}

export function freeIn(campaign: number, board: Board): number {
  return [...board.operators.values()].filter((one) => one.state === "free" && one.campaigns.includes(campaign)).length;
}

/**
 * Since when nobody is free, by campaign that is dialing and has operators; `before` is what this gave the last time.
 * The server tells each operator's state, not this: it counts from when this board saw it.
 */
export function nobodyFree(before: ReadonlyMap<number, number>, board: Board, nowUs: number): Map<number, number> {
  const since = new Map<number, number>();
  for (const campaign of board.campaigns.values()) {
    if (!lacksFree(campaign, board)) continue;
    since.set(campaign.id, before.get(campaign.id) ?? nowUs);
  }
  return since;
}

function lacksFree(campaign: Campaign, board: Board): boolean {
  if (campaign.state !== "running") return false;
  const staffed = [...board.operators.values()].some((one) => one.campaigns.includes(campaign.id));
  return staffed && freeIn(campaign.id, board) === 0;
}
