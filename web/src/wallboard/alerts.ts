/** What a supervisor should look at now, the most urgent first. Pure. */

import { abandonTone, type Board, type Operator } from "./state";

export interface Alert {
  /** waiting | abandon | phone | pause_over | pause_near | rest */
  kind: string;
  tone: "bad" | "wrap" | "pause";
  /** Whom to open. */
  operator: number | null;
  name: string;
  /** What it is about: a campaign, a pause, a reminder's code. */
  about: string;
  /** A count, minutes or a share 0..1, by kind. */
  value: number;
  limit: number;
  since_us: number | null;
}

const NEAR = 0.8;
/** Rest that is due for many at once is told as a number. */
const MOST_OWED = 4;

export function alerts(board: Board, nowUs: number): Alert[] {
  return [
    ...waiting(board),
    ...troubled(board),
    ...abandoned(board),
    ...pauses(board, nowUs),
    ...owed(board, nowUs),
  ];
}

export function pauseLimitUs(operator: Operator, board: Board): number | null {
  const limit = operator.pause === null ? null : (board.pauses.get(operator.pause)?.limit_minutes ?? null);
  return limit === null ? null : limit * 60_000_000;
}

export function isPauseOver(operator: Operator, board: Board, nowUs: number): boolean {
  const limit = pauseLimitUs(operator, board);
  return operator.state === "paused" && limit !== null && nowUs - operator.since_us > limit;
}

function waiting(board: Board): Alert[] {
  const free = [...board.operators.values()].filter((operator) => operator.state === "free");
  return [...board.campaigns.values()]
    .filter((campaign) => campaign.waiting > 0)
    .map((campaign) => ({
      kind: "waiting", tone: "bad", operator: null, name: "", about: campaign.name,
      value: free.filter((operator) => operator.campaigns.includes(campaign.id)).length, limit: 0,
      since_us: campaign.waiting_since_us,
    }));
}

function abandoned(board: Board): Alert[] {
  return [...board.campaigns.values()].flatMap((campaign) => {
    const live = campaign.connected + campaign.abandoned;
    const rate = live > 0 ? campaign.abandoned / live : null;
    const tone = abandonTone(rate, campaign.target_abandon_rate);
    if (rate === null || tone === "free") return [];
    return [{
      kind: "abandon", tone, operator: null, name: "", about: campaign.name, value: rate,
      limit: campaign.target_abandon_rate, since_us: null,
    }];
  });
}

function troubled(board: Board): Alert[] {
  return [...board.operators.values()]
    .filter((operator) => operator.phone === "lost")
    .map((operator) => ({
      kind: "phone", tone: "bad", operator: operator.id, name: operator.name, about: "", value: 0, limit: 0,
      since_us: operator.since_us,
    }));
}

function pauses(board: Board, nowUs: number): Alert[] {
  const found = [...board.operators.values()].flatMap((operator): Alert[] => {
    const limit = pauseLimitUs(operator, board);
    if (operator.state !== "paused" || limit === null) return [];
    const spent = nowUs - operator.since_us;
    if (spent < limit * NEAR) return [];
    const over = spent > limit;
    return [{
      kind: over ? "pause_over" : "pause_near", tone: over ? "bad" : "pause", operator: operator.id, name: operator.name,
      about: board.pauses.get(operator.pause ?? "")?.name ?? "", value: 0, limit: limit / 60_000_000,
      since_us: operator.since_us,
    }];
  });
  return found.sort((a, b) => (a.kind === b.kind ? (a.since_us ?? 0) - (b.since_us ?? 0) : a.kind === "pause_over" ? -1 : 1));
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
    return [{ kind: "rest", tone: "wrap", operator: id, name: operator.name, about: code, value: 0, limit: 0, since_us: at_us }];
  });
  found.sort((a, b) => (a.since_us ?? 0) - (b.since_us ?? 0) || a.name.localeCompare(b.name));
  if (found.length <= MOST_OWED) return found;
  const more = found.length - MOST_OWED;
  const rest: Alert = { kind: "rest_more", tone: "wrap", operator: null, name: "", about: "", value: more, limit: 0, since_us: null };
  return [...found.slice(0, MOST_OWED), rest];
}
