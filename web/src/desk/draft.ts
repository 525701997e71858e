/** What the operator is writing about one call: kept over redraws, reloads and lost connections. Pure but for the store. */

import type { DeskCall, DeskContact, Disposition } from "./wire";

export interface CallbackDraft {
  /** "2026-11-26", "10:30": the company's wall clock. */
  date: string;
  time: string;
  mine: boolean;
  phoneId: number | null;
}

export interface Draft {
  call: string;
  disposition: string;
  note: string;
  /** Corrections to the customer's data: name, email, document, and his list's columns. */
  fields: Record<string, string>;
  callback: CallbackDraft | null;
}

export function emptyDraft(call: string): Draft {
  return { call, disposition: "", note: "", fields: {}, callback: null };
}

/** What is written about this call: as kept, or as the server has it. */
export function draftFor(call: DeskCall, kept: Draft | null): Draft {
  if (kept && kept.call === call.id) return kept;
  return { ...emptyDraft(call.id), disposition: call.disposition ?? "", note: call.note };
}

/** A contact's field by the name that dispositions ask for it. */
export function fieldOf(contact: DeskContact | null, name: string): string {
  if (contact === null) return "";
  if (name === "name" || name === "email" || name === "document") return contact[name];
  return String(contact.extra[name] ?? "");
}

/** What a disposition still asks for: names of fields, "note", and "callback". */
export function missing(disposition: Disposition | null, draft: Draft, contact: DeskContact | null): string[] {
  if (disposition === null) return [];
  const open = disposition.required_fields.filter((name) => {
    if (name === "note") return draft.note.trim() === "";
    return (draft.fields[name] ?? fieldOf(contact, name)).trim() === "";
  });
  if (disposition.schedules_callback && !(draft.callback?.date && draft.callback.time)) open.push("callback");
  return open;
}

const PREFIX = "cadencia.desk.";

export function keep(draft: Draft): void {
  sessionStorage.setItem(PREFIX + draft.call, JSON.stringify(draft));
}

export function recall(call: string): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + call) ?? "null") as Draft | null;
    return kept && typeof kept === "object" && kept.call === call ? { ...emptyDraft(call), ...kept } : null;
  } catch {
    return null;
  }
}

/** What was written is with the server now. */
export function forget(call: string): void {
  sessionStorage.removeItem(PREFIX + call);
}
