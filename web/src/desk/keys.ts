/** Which key does what, where. Pure. */

import type { Disposition, PauseReason } from "./wire";

export interface Key {
  key: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
  /** The focus is in a field one types in. */
  typing: boolean;
  /** A dialog is open: only its own keys and the telephone's count. */
  panel: string | null;
}

/** Telephone keys work everywhere, also while typing. */
const TELEPHONE: Record<string, [string, string]> = {
  F2: ["mute", "phone+talking phone+ringing phone+free"],
  F4: ["hold", "talking+!asked"],
  F6: ["recording", "talking+recording-demand"],
  F7: ["keypad", "talking+!asked"],
  F8: ["transfer", "talking+!asked"],
  F9: ["conference", "talking+!asked"],
  F10: ["hang-up", "talking ringing"],
};
/** In the states without a call the same keys do what is there to do. */
const IDLE: Record<string, [string, string]> = {
  F6: ["test-sound", "free paused off connecting"],
  F7: ["manual", "free+manual paused+manual"],
  F8: ["preview-next", "free+previews"],
  F9: ["preview-skip", "preview"],
};
/** One key goes on: it asks for the next customer, and dials the one who is there. */
const PREVIEW: Record<string, [string, string]> = {
  F8: ["preview-dial-first", "preview+preview-dialable"],
};
/** And it ends a pause. */
const PAUSED: Record<string, [string, string]> = {
  F8: ["resume", "paused"],
};
/** Single letters; a disposition's own key comes first. */
const LETTERS: Record<string, [string, string]> = {
  n: ["note", "call"],
  r: ["callback", "call+talking call+wrap_up"],
  e: ["contact", "call+contact"],
  m: ["machine", "amd+talking amd+wrap_up"],
  p: ["pauses", "talking wrap_up ringing"],
  "?": ["help", ""],
};
export const PAUSE_KEYS = ["a", "s", "d", "f", "g", "h", "j", "k", "l"];

/** What a key does: a name of actions.ts, with `:code` for a disposition or a pause; null: nothing of ours. */
export function actionOf(
  key: Key,
  isSo: (expression: string) => boolean,
  dispositions: ReadonlyMap<string, string>,
  pauses: ReadonlyMap<string, string>,
  singleKeys: boolean,
): string | null {
  if (key.alt) return null;
  // In a dialog Ctrl+Enter is meant for what is typed there.
  if (key.ctrl) return key.key === "Enter" && key.panel === null && isSo("call+wrap_up call+talking") ? "save" : null;
  // Shift+F10 opens the context menu: nobody must lose his customer by it.
  if (key.shift && /^F\d+$/.test(key.key)) return null;
  // Nobody is dialed from behind a dialog.
  const tables = key.panel !== null && key.key === "F8" ? [TELEPHONE] : [TELEPHONE, IDLE, PREVIEW, PAUSED];
  for (const table of tables) {
    const entry = table[key.key];
    if (entry && isSo(entry[1])) return entry[0];
  }
  if (key.key === "Escape") return key.panel === null && key.typing ? "leave-field" : null;
  if (key.typing || key.key.length !== 1) return null;
  const letter = key.key.toLowerCase();
  if (key.panel === "pauses") return pauses.has(letter) ? `pause:${pauses.get(letter)}` : null;
  if (key.panel === "keypad") return /^[0-9*#]$/.test(key.key) ? `tone:${key.key}` : null;
  if (key.panel !== null || !singleKeys) return null;
  const code = dispositions.get(letter);
  if (code !== undefined && isSo("call+talking call+wrap_up")) return `dispose:${code}`;
  if (pauses.has(letter) && isSo("free")) return `pause:${pauses.get(letter)}`;
  const entry = LETTERS[letter];
  return entry && isSo(entry[1]) ? entry[0] : null;
}

/** Key → code: as the company chose them; the rest get the digits that are left, in order. */
export function dispositionKeys(dispositions: readonly Disposition[]): Map<string, string> {
  const keys = new Map<string, string>();
  for (const one of dispositions) if (one.shortcut) keys.set(one.shortcut.toLowerCase(), one.code);
  const left = "1234567890".split("").filter((digit) => !keys.has(digit));
  for (const one of dispositions) {
    if (one.shortcut) continue;
    const digit = left.shift();
    if (digit !== undefined) keys.set(digit, one.code);
  }
  return keys;
}

export function pauseKeys(reasons: readonly PauseReason[]): Map<string, string> {
  return new Map(reasons.slice(0, PAUSE_KEYS.length).map((reason, index) => [PAUSE_KEYS[index] ?? "", reason.code]));
}
