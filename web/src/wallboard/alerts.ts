/** What a supervisor should look at now, the most urgent first. Pure. */

import { abandonTone, freeIn, lateness, limitUs, waitingTone } from "./limits";
import type { Board, Campaign, Operator } from "./state";

export interface Alert {
  /** waiting | nobody_free | abandon | phone | pause_over | pause_near | talk_long | wrap_long | rest | rest_more */
  kind: string;
  tone: "bad" | "wrap" | "pause";
  /** Whom to open. */
  operator: number | null;
  /** Whose tile it is about; null: no campaign's. */
  campaign: number | null;
  name: string;
  /** What it is about: a campaign, a pause, a reminder's code. */
  about: string;
  /** A count, minutes or a share 0..1, by kind. */
  value: number;
  limit: number;
  since_us: number | null;
}

const NOTHING: Alert = {
  kind: "", tone: "bad", operator: null, campaign: null, name: "", about: "", value: 0, limit: 0, since_us: null,
};
/** Rest that is due for many at once is told as a number. */
const MOST_OWED = 4;

/** `unfree`: since when campaigns have nobody free (limits.nobodyFree). */
export function alerts(board: Board, nowUs: number, unfree: ReadonlyMap<number, number> = new Map()): Alert[] {
  return [
    ...waiting(board, nowUs),
    ...unattended(board, unfree, nowUs),
    ...troubled(board),
    ...abandoned(board),
    ...late(board, nowUs),
    ...owed(board, nowUs),
  ];
}

/** One alert from the next: the same as long as it lasts. */
export function keyOf(alert: Alert): string {
  return `${alert.kind} ${alert.operator ?? alert.campaign ?? alert.about}`;
}

export function isPauseOver(operator: Operator, board: Board, nowUs: number): boolean {
  return operator.state === "paused" && lateness(operator, board, nowUs) === "late";
}

/** The worst that is told of a campaign. */
export function campaignTone(campaign: number, found: readonly Alert[]): "" | "wrap" | "bad" {
  const own = found.filter((alert) => alert.campaign === campaign);
  if (own.some((alert) => alert.tone === "bad")) return "bad";
  return own.length > 0 ? "wrap" : "";
}

function waiting(board: Board, nowUs: number): Alert[] {
  return [...board.campaigns.values()]
    .filter((campaign) => campaign.waiting > 0)
    .map((campaign) => ({
      ...NOTHING,
      kind: "waiting",
      tone: waitingTone(campaign.waiting_since_us, board.limits, nowUs) === "bad" ? "bad" : "wrap",
      campaign: campaign.id,
      about: campaign.name,
      value: freeIn(campaign.id, board),
      since_us: campaign.waiting_since_us,
    }));
}

function unattended(board: Board, unfree: ReadonlyMap<number, number>, nowUs: number): Alert[] {
  const limit = board.limits.nobody_free_s * 1_000_000;
  return [...unfree].flatMap(([id, since]): Alert[] => {
    const campaign = board.campaigns.get(id);
    if (!campaign || nowUs - since <= limit) return [];
    return [{ ...NOTHING, kind: "nobody_free", tone: "wrap", campaign: id, about: campaign.name, since_us: since }];
  });
}

export function abandonRate(campaign: Campaign): number | null {
  const live = campaign.connected + campaign.abandoned;
  return live > 0 ? campaign.abandoned / live : null;
}

function abandoned(board: Board): Alert[] {
  return [...board.campaigns.values()].flatMap((campaign): Alert[] => {
    const rate = abandonRate(campaign);
    const tone = abandonTone(rate, campaign.target_abandon_rate, board.limits.near_percent);
    if (rate === null || tone === "free") return [];
    const limit = campaign.target_abandon_rate;
    return [{ ...NOTHING, kind: "abandon", tone, campaign: campaign.id, about: campaign.name, value: rate, limit }];
  });
}

function troubled(board: Board): Alert[] {
  return [...board.operators.values()]
    .filter((operator) => operator.phone === "lost")
    .map((operator) => ({
      ...NOTHING, kind: "phone", operator: operator.id, name: operator.name, since_us: operator.since_us,
    }));
}

const LONG: Record<string, string> = { talking: "talk_long", wrap_up: "wrap_long" };
const URGENCY = ["pause_over", "wrap_long", "talk_long", "pause_near"];

/** Whoever is in a state for longer than the limit; of pauses also who soon will be. */
function late(board: Board, nowUs: number): Alert[] {
  const found = [...board.operators.values()].flatMap((operator): Alert[] => {
    const how = lateness(operator, board, nowUs);
    if (how === "" || operator.phone === "lost") return [];
    const about = { operator: operator.id, name: operator.name, since_us: operator.since_us };
    const limit = (limitUs(operator, board) ?? 0) / 60_000_000;
    if (operator.state === "paused") {
      const kind = how === "late" ? "pause_over" : "pause_near";
      const pause = board.pauses.get(operator.pause ?? "")?.name ?? "";
      return [{ ...NOTHING, ...about, kind, tone: how === "late" ? "bad" : "pause", about: pause, limit }];
    }
    return how === "late" ? [{ ...NOTHING, ...about, kind: LONG[operator.state] ?? "", tone: "wrap", limit }] : [];
  });
  const rank = (alert: Alert): number => URGENCY.indexOf(alert.kind);
  return found.sort((a, b) => rank(a) - rank(b) || (a.since_us ?? 0) - (b.since_us ?? 0));
}

/** Rest that is due, one for each operator: the newest thing owed. Nobody is pressed while he is in a pause. */
function owed(board: Board, nowUs: number): Alert[] {
  const due = new Map<number, { code: string; at_us: number }>();
  for (const { operator, code, at_us } of board.dues) {
    const known = due.get(operator);
    if (at_us <= nowUs && (!known || known.at_us <= at_us)) due.set(operator, { code, at_us });
  }
  const found = [...due].flatMap(([id, { code, at_us }]): Alert[] => {
    const operator = board.operators.get(id);
    if (!operator || operator.state === "paused") return [];
    return [{ ...NOTHING, kind: "rest", tone: "wrap", operator: id, name: operator.name, about: code, since_us: at_us }];
  });
  found.sort((a, b) => (a.since_us ?? 0) - (b.since_us ?? 0) || a.name.localeCompare(b.name));
  if (found.length <= MOST_OWED) return found;
  const more = found.length - MOST_OWED;
  return [...found.slice(0, MOST_OWED), { ...NOTHING, kind: "rest_more", tone: "wrap", value: more }];
}
