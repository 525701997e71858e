/**
 * The desk as a state machine. Pure: state and event in, state and effects out; main.ts carries the effects out.
 *
 * The server's state is the truth about shift and call. Beside it stands what only this page knows: the command on its
 * way, what is being written, what is open on the screen, the phone.
 */

import type { Health } from "../live/socket";
import type { Ownership, PhoneState } from "../phone";
import type { CommandName } from "./commands";
import { type Draft, draftFor, missing } from "./draft";
import type { DeskCall, DeskData, Disposition } from "./wire";
import { fits, later, type Wish, wishOf } from "./wishes";

export type Panel = "transfer" | "keypad" | "manual" | "pauses" | "contact" | "devices" | "help" | "end" | "skip";
export type Tab = "script" | "history" | "fields";

export interface Failure {
  /** What was refused; load: the state couldn't be had · switch: the switch said no afterwards. */
  command: CommandName | "load" | "switch";
  code: string;
  text: string;
}

export interface Desk {
  data: DeskData | null;
  /** The state is being asked for; `stale`: it has changed since, and will be asked for again. */
  loading: boolean;
  stale: boolean;
  /** The one command on its way. */
  busy: CommandName | null;
  /** What was asked for meanwhile, and comes next. */
  wish: Wish | null;
  failure: Failure | null;
  draft: Draft | null;
  panel: Panel | null;
  tab: Tab;
  /** The step of the script that is being read. */
  step: number;
  /** Tones typed and not yet sent, and those that were. */
  tones: { waiting: string; sent: string };
  health: Health;
  /** Whether this computer has a network at all, as the browser sees it. */
  online: boolean;
  phone: PhoneState | null;
  owner: Ownership;
  /** This tab was told to take over from another. */
  taking: boolean;
}

export const EMPTY: Desk = {
  data: null,
  loading: false,
  stale: false,
  busy: null,
  wish: null,
  failure: null,
  draft: null,
  panel: null,
  tab: "script",
  step: 0,
  tones: { waiting: "", sent: "" },
  health: "lost",
  online: true,
  phone: null,
  owner: "asking",
  taking: false,
};

export type Event =
  | { type: "load" }
  /** `kept` is what had been written about the call that the data is about. */
  | { type: "loaded"; data: DeskData; kept: Draft | null }
  | { type: "load failed"; code: string; text: string }
  | { type: "ask"; command: CommandName; body?: Record<string, unknown> }
  | { type: "answered"; command: CommandName; data: DeskData | null; kept: Draft | null }
  | { type: "refused"; command: CommandName; code: string; text: string }
  | { type: "failed"; command: CommandName | "switch"; code: string; text: string }
  | { type: "dismiss" }
  | { type: "write"; change: Partial<Omit<Draft, "call">> }
  | { type: "save" }
  | { type: "open"; panel: Panel }
  | { type: "close" }
  | { type: "tab"; tab: Tab }
  | { type: "step"; step: number }
  | { type: "tone"; digits: string }
  | { type: "health"; health: Health }
  | { type: "online"; online: boolean }
  | { type: "phone"; phone: PhoneState }
  | { type: "owner"; owner: Ownership }
  /** The operator wants to work in this tab. */
  | { type: "take over" }
  /** The clock: what is due by itself. */
  | { type: "tick"; nowUs: number };

export type Effect =
  | { do: "fetch" }
  | { do: "send"; command: CommandName; body: Record<string, unknown> }
  /** A call that went before its tabulation was saved: save it by its own address. */
  | { do: "save late"; draft: Draft }
  | { do: "keep"; draft: Draft }
  | { do: "forget"; call: string }
  | { do: "phone" }
  /** A new customer: nobody shall speak to him unheard. */
  | { do: "unmute" }
  | { do: "sound"; sound: "connected" | "incoming" | "message" };

export interface Step {
  desk: Desk;
  effects: Effect[];
}

export function step(desk: Desk, event: Event): Step {
  switch (event.type) {
    case "load":
      return desk.loading ? same({ ...desk, stale: true }) : { desk: { ...desk, loading: true, stale: false }, effects: [{ do: "fetch" }] };
    case "loaded":
      return again(take({ ...desk, loading: false }, event.data, event.kept));
    case "load failed":
      return again(same({ ...desk, loading: false, failure: lookFailed(desk.failure, event) }));
    case "ask":
      return ask(desk, event.command, event.body ?? {});
    case "answered":
      return answered(desk, event.command, event.data, event.kept);
    case "refused":
    case "failed":
      return refused(desk, event);
    case "dismiss":
      return same({ ...desk, failure: null });
    case "write":
      return write(desk, event.change);
    case "save":
      return save(desk);
    case "open":
      return same({ ...desk, panel: event.panel, failure: null, tones: { waiting: "", sent: "" } });
    case "close":
      return same({ ...desk, panel: null });
    case "tab":
      return same({ ...desk, tab: event.tab });
    case "step":
      return same({ ...desk, step: event.step });
    case "tone":
      return sendTones({ ...desk, tones: { ...desk.tones, waiting: desk.tones.waiting + event.digits } });
    case "health":
      return health(desk, event.health);
    case "online":
      return event.online ? step({ ...desk, online: true }, { type: "load" }) : same({ ...desk, online: false });
    case "phone":
      return same({ ...desk, phone: event.phone });
    case "owner":
      return owner(desk, event.owner);
    case "take over":
      return same({ ...desk, taking: true });
    case "tick":
      return tick(desk, event.nowUs);
  }
}

function same(desk: Desk): Step {
  return { desk, effects: [] };
}

/** What changed while the state was being asked for. */
function again({ desk, effects }: Step): Step {
  if (!desk.stale) return { desk, effects };
  return { desk: { ...desk, loading: true, stale: false }, effects: [...effects, { do: "fetch" }] };
}

/** Take the server's state over, unless a younger one is here already. */
function take(desk: Desk, data: DeskData, kept: Draft | null): Step {
  const before = desk.data;
  if (before !== null && isLate(before, data)) return same(desk);
  const effects: Effect[] = [{ do: "phone" }];
  const sound = soundOf(before, data);
  if (sound) effects.push({ do: "sound", sound });
  if (sound === "connected") effects.push({ do: "unmute" });
  const late = unsaved(desk, data);
  if (late) effects.push({ do: "save late", draft: late });
  const failure = desk.failure?.command === "load" ? null : desk.failure;
  const next: Desk = { ...desk, data, failure, draft: nextDraft(desk, data.call, kept) };
  if (before?.call?.id === data.call?.id) return { desk: closeImpossible(next), effects };
  // Another call, or none: its panels are closed, its script begins at the first step.
  return { desk: closeImpossible({ ...next, tab: "script", step: 0, tones: { waiting: "", sent: "" } }), effects };
}

/** No answer is waited for longer than this; what is older still was told after the server's clock was set back. */
const LATEST_US = 30_000_000;

function isLate(before: DeskData, data: DeskData): boolean {
  return data.now_us < before.now_us && before.now_us - data.now_us < LATEST_US;
}

function nextDraft(desk: Desk, call: DeskCall | null, kept: Draft | null): Draft | null {
  if (call === null) return null;
  return desk.draft?.call === call.id ? desk.draft : draftFor(call, kept);
}

/** The draft of a call that is gone with its chosen disposition never saved. */
function unsaved(desk: Desk, data: DeskData): Draft | null {
  const { draft } = desk;
  const before = desk.data?.call ?? null;
  if (draft === null || before === null || data.call?.id === before.id || draft.call !== before.id) return null;
  const done = (before.disposition ?? "") === draft.disposition && before.note === draft.note;
  return draft.disposition !== "" && !done ? draft : null;
}

/** Panels of a call close with it, those of a free operator with the call that comes. */
function closeImpossible(desk: Desk): Desk {
  const { panel } = desk;
  const state = desk.data?.shift?.state ?? null;
  const needs: Partial<Record<Panel, boolean>> = {
    transfer: state === "talking",
    keypad: state === "talking",
    contact: desk.data?.call != null,
    manual: state === "free" || state === "paused",
    pauses: state !== null && state !== "paused",
    end: state !== null,
    skip: desk.data?.preview != null,
  };
  return panel !== null && needs[panel] === false ? { ...desk, panel: null } : desk;
}

function soundOf(before: DeskData | null, data: DeskData): "connected" | "incoming" | "message" | null {
  if (before === null) return null;
  const was = before.shift?.state;
  const is = data.shift?.state;
  if (is === "talking" && (was !== "talking" || isOther(before.call, data.call))) return "connected";
  if ((data.preview && !before.preview) || (is === "ringing" && was !== "ringing")) return "incoming";
  const known = new Set(before.messages.map((message) => message.id));
  return data.messages.some((message) => !known.has(message.id)) ? "message" : null;
}

/** Another customer at once: the moments between the two calls were never seen here. */
function isOther(before: DeskCall | null, now: DeskCall | null): boolean {
  return before !== null && now !== null && before.id !== now.id;
}

function ask(desk: Desk, command: CommandName, body: Record<string, unknown>): Step {
  if (desk.data === null) return same(desk);
  // A key pressed twice is meant once.
  if (desk.busy === command) return same(desk);
  if (desk.busy !== null) return same({ ...desk, wish: later(desk.wish, wishOf(command, body, desk.data)) });
  return { desk: { ...desk, busy: command, failure: null }, effects: [{ do: "send", command, body }] };
}

function answered(desk: Desk, command: CommandName, data: DeskData | null, kept: Draft | null): Step {
  const effects: Effect[] = [];
  const { draft } = desk;
  const saved = command === "dispose" && draft !== null;
  if (saved) effects.push({ do: "forget", call: draft.call });
  let next: Desk = { ...desk, busy: null, panel: CLOSING.has(command) ? null : desk.panel };
  // The draft is the server's now: nothing of it is late any more.
  if (saved && next.data?.call) next = { ...next, data: { ...next.data, call: asSaved(next.data.call, draft) } };
  const taken: Step = data ? take(next, data, kept) : step(next, { type: "load" });
  const all = [...effects, ...taken.effects];
  const then = following(taken.desk, command);
  return { desk: then.desk, effects: [...all, ...then.effects] };
}

/** What comes after a command that has been answered. */
function following(desk: Desk, command: CommandName): Step {
  const { data, wish } = desk;
  if (data?.shift?.state !== "wrap_up" || command !== "dispose") return wish ? wished(desk) : sendTones(desk);
  // What was saved in wrap-up ends it, after whatever was asked for in it (a pause), before what needs it ended.
  if (wish === null || wish.command === "finish") return ask({ ...desk, wish: null }, "finish", {});
  return fits(wish, data) ? ask({ ...desk, wish: wishOf("finish", {}, data) }, wish.command, wish.body) : ask(desk, "finish", {});
}

/** Unless what was meant has ended, or gone to somebody else, by itself. */
function wished(desk: Desk): Step {
  const { wish } = desk;
  const next = { ...desk, wish: null };
  if (wish === null || !fits(wish, desk.data)) return sendTones(next);
  // More may have been written since.
  return wish.command === "dispose" ? save(next) : ask(next, wish.command, wish.body);
}

/** What was refused to the person weighs more than a look that failed, and isn't mended by the next look. */
function lookFailed(before: Failure | null, event: { code: string; text: string }): Failure {
  if (before !== null && before.command !== "load") return before;
  return { command: "load", code: event.code, text: event.text };
}

function asSaved(call: DeskCall, draft: Draft): DeskCall {
  return { ...call, disposition: draft.disposition, note: draft.note };
}

/** Commands whose panel has done its work. */
const CLOSING: ReadonlySet<CommandName> = new Set([
  "transfer", "consult", "manual", "pause", "contact", "end", "start", "preview_skip",
]);

function refused(desk: Desk, event: Extract<Event, { type: "refused" | "failed" }>): Step {
  const failure: Failure = { command: event.command, code: event.code, text: event.text };
  const busy = event.type === "refused" ? null : desk.busy;
  const tones = event.command === "digits" ? { waiting: "", sent: desk.tones.sent } : desk.tones;
  // What the page believed was wrong: see how things stand.
  const looking = step({ ...desk, busy, failure, tones }, { type: "load" });
  if (busy !== null) return looking;
  // Whatever was to follow counted on it; but a customer is let go all the same.
  const then = desk.wish?.command === "hang_up" ? wished(looking.desk) : same({ ...looking.desk, wish: null });
  return { desk: then.desk, effects: [...looking.effects, ...then.effects] };
}

function write(desk: Desk, change: Partial<Omit<Draft, "call">>): Step {
  if (desk.draft === null) return same(desk);
  const draft: Draft = { ...desk.draft, ...change };
  return { desk: { ...desk, draft }, effects: [{ do: "keep", draft }] };
}

export function dispositionOf(desk: Desk): Disposition | null {
  const code = desk.draft?.disposition ?? "";
  return desk.data?.dispositions.find((one) => one.code === code) ?? null;
}

/** What keeps the tabulation from being saved; "disposition" when none is chosen. */
export function openItems(desk: Desk): string[] {
  const chosen = dispositionOf(desk);
  if (chosen === null || desk.draft === null) return ["disposition"];
  return missing(chosen, desk.draft, desk.data?.call?.contact ?? null);
}

function save(desk: Desk): Step {
  const { draft } = desk;
  if (draft === null || openItems(desk).length > 0) return same(desk);
  return ask(desk, "dispose", disposal(draft));
}

/** The request's body; the wall clock's callback is made an instant by api.ts, which knows the zone. */
export function disposal(draft: Draft): Record<string, unknown> {
  const { disposition, note, fields, callback } = draft;
  return { disposition, note, fields, ...(callback?.date && callback.time ? { callback } : {}) };
}

function sendTones(desk: Desk): Step {
  const { waiting, sent } = desk.tones;
  if (waiting === "" || desk.busy !== null) return same(desk);
  const digits = waiting.slice(0, 32);
  const tones = { waiting: waiting.slice(32), sent: (sent + digits).slice(-24) };
  return ask({ ...desk, tones }, "digits", { digits });
}

function health(desk: Desk, now: Health): Step {
  const back = now === "live" && desk.health !== "live";
  const next = { ...desk, health: now };
  return back && desk.data !== null ? step(next, { type: "load" }) : same(next);
}

/** Which tab works. One that has just got the phone asks how things stand: it may have slept. */
function owner(desk: Desk, now: Ownership): Step {
  const next = { ...desk, owner: now, taking: now === "mine" ? false : desk.taking };
  const effects: Effect[] = [{ do: "phone" }];
  if (now !== "mine" || !desk.taking) return { desk: next, effects };
  const { desk: loading, effects: more } = step(next, { type: "load" });
  return { desk: loading, effects: [...effects, ...more] };
}

/** So long before wrap-up ends by itself is what was chosen saved, if it can be. */
const LAST_MOMENT_US = 2_500_000;

function tick(desk: Desk, nowUs: number): Step {
  const shift = desk.data?.shift;
  const call = desk.data?.call;
  if (shift?.state !== "wrap_up" || shift.until_us === null || !call || desk.busy !== null || desk.failure) return same(desk);
  const due = shift.until_us - nowUs < LAST_MOMENT_US;
  const { draft } = desk;
  const changed = draft !== null && (draft.disposition !== (call.disposition ?? "") || draft.note !== call.note);
  return due && changed ? save(desk) : same(desk);
}
