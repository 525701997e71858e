/** The wallboard's state: a snapshot, and events on top of it. Pure: old state and event in, new state out. */

import type { BoardLimitsChanged, BrowserEvent, CampaignChanged, OperatorChanged, PacingSaid, SuperviseChanged } from "../generated/events";
import type { Talk } from "../supervisor/wire";

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
  ended: number;
  talk_ms: number;
  price: string;
  /** What pacing did last and why; null when it has said nothing. */
  pacing: Pacing | null;
}

export type Pacing = Pick<PacingSaid, "launch" | "free" | "freeing" | "within_s" | "answer_rate" | "limit">;

export type Operator = Pick<
  OperatorChanged,
  | "id" | "name" | "extension" | "state" | "since_us" | "until_us" | "campaigns" | "pause" | "call_id" | "pause_asked"
  | "phone" | "held_since_us" | "started_us"
>;

export interface Pause {
  name: string;
  limit_minutes: number | null;
  is_mandatory?: boolean;
}

/** Rest that an operator is owed from an instant on (NR-17), as long as he takes no pause. */
export interface Due {
  operator: number;
  code: string;
  at_us: number;
}

/** Ten minutes of a campaign: attempts, answered, connected, abandoned. */
export type Slot = readonly [number, number, number, number];

/** The last two hours by campaign; told anew when the running ten minutes are over (µs), by a snapshot. */
export interface Sparks {
  until_us: number;
  campaigns: Readonly<Record<string, readonly Slot[]>>;
}

/** The company's day that the figures are of, and when it ends (µs). */
export interface Day {
  date: string;
  until_us: number;
}

export interface Board {
  day: Day;
  limits: BoardLimitsChanged;
  sparks: Sparks;
  campaigns: ReadonlyMap<number, Campaign>;
  operators: ReadonlyMap<number, Operator>;
  /** Pause reasons, by code. */
  pauses: ReadonlyMap<string, Pause>;
  /** The calls that operators are on, by id, as far as they are known. */
  talks: ReadonlyMap<string, Talk>;
  /** Supervisors who hear somebody, by their user id. */
  supervising: ReadonlyMap<number, SuperviseChanged>;
  dues: readonly Due[];
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

const LIMITS: BoardLimitsChanged = {
  waiting_s: 2, talk_minutes: 15, wrap_up_s: 90, nobody_free_s: 60, near_percent: 83,
};

export const EMPTY: Board = {
  day: { date: "", until_us: Infinity },
  limits: LIMITS,
  sparks: { until_us: Infinity, campaigns: {} },
  campaigns: new Map(),
  operators: new Map(),
  pauses: new Map(),
  talks: new Map(),
  supervising: new Map(),
  dues: [],
};

interface RawSnapshot {
  campaigns: Campaign[];
  operators: Operator[];
  pauses: (Pause & { code: string })[];
  talks?: Talk[];
  supervising?: SuperviseChanged[];
  dues?: Due[];
  day?: Day;
  limits?: BoardLimitsChanged;
  sparks?: Sparks;
}

/** The board of a snapshot's data. Throws on data that is no wallboard's. */
export function fromSnapshot(data: unknown): Board {
  const raw = data as Partial<RawSnapshot>;
  if (!Array.isArray(raw.campaigns) || !Array.isArray(raw.operators) || !Array.isArray(raw.pauses)) {
    throw new TypeError("This is no snapshot of a wallboard.");
  }
  return {
    day: raw.day ?? EMPTY.day,
    limits: raw.limits ?? LIMITS,
    sparks: raw.sparks ?? EMPTY.sparks,
    campaigns: new Map(raw.campaigns.map((campaign) => [campaign.id, campaign])),
    operators: new Map(raw.operators.map((operator) => [operator.id, operator])),
    pauses: new Map(raw.pauses.map((pause) => [pause.code, pause])),
    talks: new Map((raw.talks ?? []).map((talk) => [talk.id, talk])),
    supervising: new Map((raw.supervising ?? []).map((one) => [one.user_id, one])),
    dues: raw.dues ?? [],
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
      return operatorChanged(board, event.data);
    case "operator.gone":
      return operatorGone(board, event.data.id);
    case "board.limits":
      return { ...board, limits: event.data };
    case "supervise.changed":
      return superviseChanged(board, event.data);
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

/** A rest that is over changes what is owed, which the server knows: `null`, a snapshot is needed. */
function operatorChanged(board: Board, changed: OperatorChanged): Board | null {
  const before = board.operators.get(changed.id);
  const rested = before?.state === "paused" && (before.pause === "rest" || before.pause === "meal");
  if (rested && (changed.state !== "paused" || changed.pause !== before.pause)) return null;
  // Owed from the beginning of the shift on: nothing of a new one is known yet.
  if (!before && board.dues.length > 0) return null;
  return { ...board, operators: new Map(board.operators).set(changed.id, changed) };
}

function superviseChanged(board: Board, changed: SuperviseChanged): Board {
  const supervising = new Map(board.supervising);
  if (changed.operator === null) supervising.delete(changed.user_id);
  else supervising.set(changed.user_id, changed);
  return { ...board, supervising };
}

/** The board with calls that were asked for; those that nobody is on are dropped. */
export function withTalks(board: Board, found: readonly Talk[]): Board {
  const on = new Set([...board.operators.values()].map((operator) => operator.call_id));
  const talks = [...board.talks.values(), ...found].filter((talk) => on.has(talk.id));
  return { ...board, talks: new Map(talks.map((talk) => [talk.id, talk])) };
}

/** Calls that operators are on and nothing is known of yet. */
export function unknownCalls(board: Board): string[] {
  return [...board.operators.values()]
    .map((operator) => operator.call_id)
    .filter((call): call is string => call !== null && !board.talks.has(call));
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

/** The board's columns; those who are being connected share theirs with the ringing ones and the troubled. */
export type Column = "talking" | "free" | "wrap_up" | "connecting" | "paused";
export type Lane = Column | "ringing" | "trouble";

export interface View {
  /** Part of a name or extension; "": everybody. */
  text: string;
  /** One campaign's operators; null: all. */
  campaign: number | null;
  sort: "time" | "name";
}

export const EVERYBODY: View = { text: "", campaign: null, sort: "time" };

export function laneOf(operator: Operator): Lane | null {
  if (operator.phone === "lost") return "trouble";
  const known: readonly string[] = ["talking", "free", "wrap_up", "connecting", "paused", "ringing"];
  return known.includes(operator.state) ? (operator.state as Lane) : null;
}

/** Operators by state, the longest in it first, or by name. */
export function lanes(board: Board, view: View = EVERYBODY): Record<Lane, Operator[]> {
  const result: Record<Lane, Operator[]> = {
    talking: [], free: [], wrap_up: [], connecting: [], paused: [], ringing: [], trouble: [],
  };
  for (const operator of board.operators.values()) {
    const lane = laneOf(operator);
    if (lane !== null && isSeen(operator, view)) result[lane].push(operator);
  }
  const byTime = (a: Operator, b: Operator): number => a.since_us - b.since_us || a.id - b.id;
  const byName = (a: Operator, b: Operator): number => a.name.localeCompare(b.name) || a.id - b.id;
  for (const lane of Object.values(result)) lane.sort(view.sort === "name" ? byName : byTime);
  return result;
}

function isSeen(operator: Operator, view: View): boolean {
  if (view.campaign !== null && !operator.campaigns.includes(view.campaign)) return false;
  const wanted = plain(view.text.trim());
  return wanted === "" || plain(operator.name).includes(wanted) || operator.extension.includes(wanted);
}

/** Without accents and case: "patricia" finds Patrícia. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

export function columnCounts(groups: Record<Lane, readonly unknown[]>): Record<Column, number> {
  return {
    talking: groups.talking.length,
    free: groups.free.length,
    wrap_up: groups.wrap_up.length,
    connecting: groups.connecting.length + groups.ringing.length + groups.trouble.length,
    paused: groups.paused.length,
  };
}

/**
 * The column that is drawn wide: the one that was, until another holds far more operators. At the start of a day all are
 * free, later nearly all talk; in between nothing jumps.
 */
export function wideLane(counts: Readonly<Record<Column, number>>, before: Column): Column {
  let wide = before;
  for (const column of Object.keys(counts) as Column[]) {
    if (counts[column] > counts[before] * 1.5 + 2 && counts[column] > counts[wide]) wide = column;
  }
  return wide;
}

/** When the board has to be asked for anew by itself: the day is over, or ten minutes are (µs). */
export function staleAtUs(board: Board): number {
  return Math.min(board.day.until_us, board.sparks.until_us);
}

/** The campaign that an operator is shown with: that of his call, else the first of his that is at work. */
export function homeOf(operator: Operator, board: Board): number | null {
  const talk = operator.call_id === null ? undefined : board.talks.get(operator.call_id);
  if (talk && board.campaigns.has(talk.campaign.id)) return talk.campaign.id;
  return operator.campaigns.find((id) => board.campaigns.has(id)) ?? null;
}

/** Operators by campaign, the campaigns by name, null (none that is at work) last; within, the longest in a state first. */
export function byCampaign(board: Board, view: View = EVERYBODY): [number | null, Operator[]][] {
  const groups = new Map<number | null, Operator[]>();
  for (const operator of Object.values(lanes(board, view)).flat()) {
    const home = view.campaign ?? homeOf(operator, board);
    groups.set(home, [...(groups.get(home) ?? []), operator]);
  }
  const name = (id: number | null): string => (id === null ? "\uffff" : (board.campaigns.get(id)?.name ?? ""));
  return [...groups].sort(([a], [b]) => name(a).localeCompare(name(b)));
}
