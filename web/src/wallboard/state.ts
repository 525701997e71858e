/** The wallboard's state: a snapshot, and events on top of it. Pure: old state and event in, new state out. */

import type { BrowserEvent, CampaignChanged, OperatorChanged, PacingSaid } from "../generated/events";

export interface Campaign {
  id: number;
  name: string;
  state: string;
  target_abandon_rate: number;
  launched: number;
  ringing: number;
  waiting: number;
  talking: number;
  waiting_since_us: number | null;
  attempts: number;
  answered: number;
  connected: number;
  abandoned: number;
  busy: number;
  no_answer: number;
  invalid: number;
  machine: number;
  failed: number;
  price: string;
  /** What pacing did last and why; null when it has said nothing. */
  pacing: Pacing | null;
}

export type Pacing = Pick<PacingSaid, "launch" | "free" | "freeing" | "within_s" | "answer_rate" | "limit">;

export type Operator = Pick<
  OperatorChanged,
  "id" | "name" | "extension" | "state" | "since_us" | "until_us" | "campaigns" | "pause"
>;

export interface Board {
  campaigns: ReadonlyMap<number, Campaign>;
  operators: ReadonlyMap<number, Operator>;
  /** Pause reasons: code → name and limit. */
  pauses: ReadonlyMap<string, { name: string; limit_minutes: number | null }>;
}

export interface Totals {
  ringing: number;
  waiting: number;
  waitingSinceUs: number | null;
  talking: number;
  attempts: number;
  answered: number;
  connected: number;
  abandoned: number;
  priceMicros: number;
}

export const EMPTY: Board = { campaigns: new Map(), operators: new Map(), pauses: new Map() };

interface RawSnapshot {
  campaigns: Campaign[];
  operators: Operator[];
  pauses: { code: string; name: string; limit_minutes: number | null }[];
}

/** The board of a snapshot's data. Throws on data that is no wallboard's. */
export function fromSnapshot(data: unknown): Board {
  const raw = data as Partial<RawSnapshot>;
  if (!Array.isArray(raw.campaigns) || !Array.isArray(raw.operators) || !Array.isArray(raw.pauses)) {
    throw new TypeError("This is no snapshot of a wallboard.");
  }
  return {
    campaigns: new Map(raw.campaigns.map((campaign) => [campaign.id, campaign])),
    operators: new Map(raw.operators.map((operator) => [operator.id, operator])),
    pauses: new Map(raw.pauses.map((pause) => [pause.code, pause])),
  };
}

/** The board after an event; the same object when the event changes nothing here. `null`: a snapshot is needed. */
export function apply(board: Board, event: BrowserEvent): Board | null {
  switch (event.type) {
    case "campaign.figures":
      return patchCampaign(board, event.data.campaign_id, event.data);
    case "campaign.pacing":
      return patchCampaign(board, event.data.id, { pacing: event.data });
    case "campaign.changed":
      return campaignChanged(board, event.data);
    case "operator.changed":
      return { ...board, operators: new Map(board.operators).set(event.data.id, event.data) };
    case "operator.gone":
      return operatorGone(board, event.data.id);
    default:
      return board;
  }
}

function patchCampaign(board: Board, id: number, fields: object): Board {
  const old = board.campaigns.get(id);
  // Figures of a campaign that has been stopped: its tile is gone, and the figures with it.
  if (!old) return board;
  const known = Object.entries(fields).filter(([key]) => key !== "id" && key in old);
  const patched = { ...old, ...Object.fromEntries(known) };
  return { ...board, campaigns: new Map(board.campaigns).set(id, patched) };
}

function campaignChanged(board: Board, changed: CampaignChanged): Board | null {
  const shown = changed.state !== "draft" && changed.state !== "stopped";
  const known = board.campaigns.has(changed.id);
  // One that has just been started comes with more than the event tells.
  if (!known) return shown ? null : board;
  if (shown) return patchCampaign(board, changed.id, changed);
  const campaigns = new Map(board.campaigns);
  campaigns.delete(changed.id);
  return { ...board, campaigns };
}

function operatorGone(board: Board, id: number): Board {
  if (!board.operators.has(id)) return board;
  const operators = new Map(board.operators);
  operators.delete(id);
  return { ...board, operators };
}

/** Sums over the campaigns. Money in millionths of a real: whole numbers add up exactly. */
export function totals(board: Board): Totals {
  const sum: Totals = {
    ringing: 0,
    waiting: 0,
    waitingSinceUs: null,
    talking: 0,
    attempts: 0,
    answered: 0,
    connected: 0,
    abandoned: 0,
    priceMicros: 0,
  };
  for (const campaign of board.campaigns.values()) {
    sum.ringing += campaign.ringing + campaign.launched;
    sum.waiting += campaign.waiting;
    sum.talking += campaign.talking;
    sum.attempts += campaign.attempts;
    sum.answered += campaign.answered;
    sum.connected += campaign.connected;
    sum.abandoned += campaign.abandoned;
    sum.priceMicros += Math.round(Number(campaign.price) * 1e6);
    const since = campaign.waiting_since_us;
    if (since !== null && (sum.waitingSinceUs === null || since < sum.waitingSinceUs)) sum.waitingSinceUs = since;
  }
  return sum;
}

export type Lane = "talking" | "free" | "wrap_up" | "connecting" | "paused";

/** Operators by state, the longest in it first. */
export function lanes(board: Board): Record<Lane, Operator[]> {
  const result: Record<Lane, Operator[]> = { talking: [], free: [], wrap_up: [], connecting: [], paused: [] };
  for (const operator of board.operators.values()) {
    if (operator.state in result) result[operator.state as Lane].push(operator);
  }
  for (const lane of Object.values(result)) lane.sort((a, b) => a.since_us - b.since_us || a.id - b.id);
  return result;
}

/**
 * The lane that is drawn wide: the one that was, until another holds far more operators. At the start of a day all are
 * free, later nearly all talk; in between nothing jumps.
 */
export function wideLane(counts: Readonly<Record<Lane, number>>, before: Lane): Lane {
  let wide = before;
  for (const lane of Object.keys(counts) as Lane[]) {
    if (counts[lane] > counts[before] * 1.5 + 2 && counts[lane] > counts[wide]) wide = lane;
  }
  return wide;
}

/** How near the abandon rate is to the campaign's limit. */
export function abandonTone(rate: number | null, limit: number): "free" | "wrap" | "bad" {
  if (rate === null || rate < limit * (5 / 6)) return "free";
  return rate < limit ? "wrap" : "bad";
}
