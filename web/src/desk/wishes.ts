/** What the operator asks for while a command is on its way: the last of it comes next, if it still makes sense. Pure. */

import type { CommandName } from "./commands";
import type { DeskData } from "./wire";

export interface Wish {
  command: CommandName;
  body: Record<string, unknown>;
  /** The call, or the previewed customer, that was meant; null for what is about neither. */
  about: string | null;
}

type States = readonly string[];

const TALKING: States = ["talking"];
const ON_SHIFT: States = ["free", "ringing", "talking", "wrap_up"];

/** The states of the shift in which a command makes sense. What isn't here doesn't wait: it is pressed again. */
const OF_CALL: Partial<Record<CommandName, States>> = {
  hang_up: ["ringing", "talking"], hold: TALKING, unhold: TALKING, transfer: TALKING, consult: TALKING, consult_end: TALKING,
  consult_complete: TALKING, conference: TALKING, recording: TALKING, amd: ["talking", "wrap_up"],
  dispose: ["talking", "wrap_up"], contact: ["talking", "wrap_up"], finish: ["wrap_up"],
};
const OF_PREVIEW: Partial<Record<CommandName, States>> = { preview_dial: ["free"], preview_skip: ["free", "paused", "wrap_up"] };
const OF_SHIFT: Partial<Record<CommandName, States>> = {
  pause: ON_SHIFT, resume: ["paused"], end: [...ON_SHIFT, "paused"], manual: ["free"], preview_next: ["free", "paused", "wrap_up"],
  read: [...ON_SHIFT, "paused"],
};

/** Null for what doesn't wait. */
export function wishOf(command: CommandName, body: Record<string, unknown>, data: DeskData): Wish | null {
  if (!(command in OF_CALL || command in OF_PREVIEW || command in OF_SHIFT)) return null;
  return { command, body, about: subject(command, data) };
}

/** Which of two wishes stays: the later one, but nobody loses the wish to hang up. */
export function later(before: Wish | null, wish: Wish | null): Wish | null {
  return wish === null || before?.command === "hang_up" ? before : wish;
}

/** Whether it can be done now, to whom it was meant for. */
export function fits(wish: Wish, data: DeskData | null): boolean {
  if (data === null || wish.about !== subject(wish.command, data)) return false;
  const states = OF_CALL[wish.command] ?? OF_PREVIEW[wish.command] ?? OF_SHIFT[wish.command] ?? [];
  return states.includes(data.shift?.state ?? "off");
}

function subject(command: CommandName, data: DeskData): string | null {
  if (command in OF_CALL) return `call ${data.call?.id ?? ""}`;
  return command in OF_PREVIEW ? `preview ${data.preview?.id ?? ""}` : null;
}
