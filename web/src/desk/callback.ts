/** Choosing a callback: quick proposals, and the times of a day. Pure. */

import type { CallbackDraft } from "./draft";
import type { Callback } from "./wire";
import { addDays, type Day, instantOf, isoDay, isoInstant, type Moment, momentAt, readDay, readTime, weekday } from "./zone";

/** Times that are offered, each half hour; the server refuses those that the rules forbid. */
const FIRST_HOUR = 8;
const LAST_HOUR = 20;

export interface Slot {
  time: string;
  /** past: gone by · taken: the operator has promised a call then. */
  state: "open" | "past" | "taken";
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

export function slotsOf(day: Day, nowUs: number, zone: string, callbacks: readonly Callback[]): Slot[] {
  const taken = new Set(
    callbacks.filter((one) => one.mine).map((one) => {
      const at = momentAt(one.due_us, zone);
      return `${isoDay(at)} ${clock(at.hour, at.minute)}`;
    }),
  );
  const slots: Slot[] = [];
  for (let hour = FIRST_HOUR; hour <= LAST_HOUR; hour += 1) {
    for (const minute of [0, 30]) {
      const time = clock(hour, minute);
      const past = instantOf({ ...day, hour, minute }, zone) <= nowUs;
      slots.push({ time, state: past ? "past" : taken.has(`${isoDay(day)} ${time}`) ? "taken" : "open" });
    }
  }
  return slots;
}

export interface Proposal {
  /** tomorrow: the next working day, whichever that is. */
  key: "hour" | "today" | "tomorrow";
  date: string;
  time: string;
}

/** In an hour; today at half past five, if that is still to come; tomorrow (Monday after a Friday) in the morning. */
export function proposals(nowUs: number, zone: string): Proposal[] {
  const now = momentAt(nowUs, zone);
  const soon = momentAt(nowUs + 3_600_000_000, zone);
  const rounded = clock(soon.hour, Math.floor(soon.minute / 5) * 5);
  const found: Proposal[] = [{ key: "hour", date: isoDay(soon), time: rounded }];
  if (now.hour < 16) found.push({ key: "today", date: isoDay(now), time: "17:30" });
  const days = weekday(now) === 5 ? 3 : weekday(now) === 6 ? 2 : 1;
  found.push({ key: "tomorrow", date: isoDay(addDays(now, days)), time: "09:30" });
  return found;
}

/** The instant that a draft means, µs; null while it isn't whole. */
export function instantOfDraft(draft: CallbackDraft, zone: string): number | null {
  const day = readDay(draft.date);
  const time = readTime(draft.time);
  if (day === null || time === null) return null;
  const moment: Moment = { ...day, hour: time[0], minute: time[1] };
  return instantOf(moment, zone);
}

/** What is asked of the server for a skipped customer. `again`: "2026-11-26 09:30"; "": a promised call stays due. */
export function skipping(reason: string, again: string, zone: string): Record<string, unknown> {
  const at = isoInstant(again, zone);
  return at === null ? { reason } : { reason, again_at: at };
}
