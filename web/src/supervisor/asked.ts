/** What the chosen disposition asks for beside the note: the page has a fieldset for each that asks for anything. */

import { instantOf, readDay, readTime } from "../desk/zone";

/** Show the fields of one disposition, and nobody else's. */
export function showAsked(root: HTMLElement, code: string): void {
  for (const fieldset of root.querySelectorAll<HTMLElement>("[data-asked]")) {
    fieldset.hidden = fieldset.dataset["asked"] !== code;
  }
}

/** The request's body, with what is filled in. */
export function tabulation(root: HTMLElement, code: string, note: string, zone: string): Record<string, unknown> {
  const fieldset = root.querySelector<HTMLElement>(`[data-asked="${CSS.escape(code)}"]`);
  const fields: Record<string, string> = {};
  for (const input of fieldset?.querySelectorAll<HTMLInputElement>("[data-field]") ?? []) {
    if (input.value.trim()) fields[input.dataset["field"] ?? ""] = input.value.trim();
  }
  const due = dueAt(fieldset?.querySelector<HTMLInputElement>("[data-callback]")?.value ?? "", zone);
  return { disposition: code, note, fields, ...(due ? { callback: { due_at: due, mine: false } } : {}) };
}

export function clearAsked(root: HTMLElement): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("[data-asked] input")) input.value = "";
  showAsked(root, "");
}

/** "2026-11-26T09:30" on the company's wall → an instant as the API reads it; null for no whole time. Pure. */
export function dueAt(text: string, zone: string): string | null {
  const [date = "", clock = ""] = text.split("T");
  const day = readDay(date);
  const time = readTime(clock.slice(0, 5));
  if (day === null || time === null) return null;
  return new Date(instantOf({ ...day, hour: time[0], minute: time[1] }, zone) / 1000).toISOString();
}
