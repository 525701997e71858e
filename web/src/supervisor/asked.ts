/** What the chosen disposition asks for beside the note: the page has a fieldset for each that asks for anything. */

import { isoInstant } from "../desk/zone";

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
  const due = isoInstant(fieldset?.querySelector<HTMLInputElement>("[data-callback]")?.value ?? "", zone);
  return { disposition: code, note, fields, ...(due ? { callback: { due_at: due, mine: false } } : {}) };
}

export function clearAsked(root: HTMLElement): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("[data-asked] input")) input.value = "";
  showAsked(root, "");
}
