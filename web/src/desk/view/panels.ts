/** The dialogs: opened and closed as the state says, and what each has of its own. */

import { part, setText } from "../../live/dom";
import type { Desk, Panel } from "../state";
import { fieldWords } from "../texts";
import type { DeskContact } from "../wire";
import { fillOptions } from "./lists";

function dialogs(): HTMLDialogElement[] {
  return Array.from(document.querySelectorAll<HTMLDialogElement>("dialog[data-panel]"));
}

export function dialogOf(panel: Panel): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>(`dialog[data-panel="${panel}"]`);
}

/** Opens what the state says and closes the rest; the browser gives the focus back to where it was. */
export function drawPanels(desk: Desk): void {
  for (const dialog of dialogs()) {
    const wanted = dialog.dataset["panel"] === desk.panel;
    if (wanted && !dialog.open) open(dialog, desk);
    if (!wanted && dialog.open) dialog.close();
  }
  const { panel, failure } = desk;
  if (panel === "manual" || panel === "contact") {
    const error = part(dialogOf(panel) ?? document, "error");
    const mine = failure !== null && failure.command === panel;
    if (error) error.hidden = !mine;
    setText(error, mine ? failure.text : "");
  }
}

function open(dialog: HTMLDialogElement, desk: Desk): void {
  if (desk.panel === "manual") fillCampaigns(dialog, desk);
  if (desk.panel === "contact") fillContact(dialog, desk);
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("opened"));
}

function fillCampaigns(dialog: HTMLDialogElement, { data }: Desk): void {
  const select = dialog.querySelector<HTMLSelectElement>('[data-part="manual-campaigns"]');
  const open = (data?.campaigns ?? []).filter((one) => one.allows_manual && data?.shift?.campaigns.includes(one.id));
  if (select) fillOptions(select, open.map((one) => ({ value: String(one.id), label: one.name })));
}

/** One field for each of the customer's data; what was written before and not sent stands in them. */
function fillContact(dialog: HTMLDialogElement, { data, draft }: Desk): void {
  const contact = data?.call?.contact;
  const place = part(dialog, "contact-fields");
  const template = document.getElementById("field-template");
  if (!contact || !place || !(template instanceof HTMLTemplateElement)) return;
  place.replaceChildren(
    ...contactFields(contact).map(([name, value, label], index) => {
      const field = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
      const id = `contact-field-${index}`;
      const head = field.querySelector("label");
      const input = field.querySelector("input");
      if (!head || !input) throw new Error("The page's field template lacks its label or its input.");
      head.htmlFor = id;
      head.textContent = label;
      input.id = id;
      input.name = name;
      input.value = draft?.fields[name] ?? value;
      input.dataset["was"] = value;
      if (index === 0) input.autofocus = true;
      return field;
    }),
  );
}

/** [name, value, label] of what can be corrected. */
function contactFields(contact: DeskContact): [string, string, string][] {
  const own: [string, string, string][] = [
    ["name", contact.name, fieldWords("name")],
    ["document", contact.document, fieldWords("document")],
    ["email", contact.email, fieldWords("email")],
  ];
  const emailColumn = Object.keys(contact.extra).find((name) => contact.email !== "" && contact.extra[name] === contact.email);
  const extra = Object.entries(contact.extra)
    .filter(([name]) => name !== emailColumn)
    .map(([name, value]): [string, string, string] => [name, String(value ?? ""), name]);
  return [...own, ...extra];
}

/** What the contact's form changes, as the server takes it; null when nothing is changed. */
export function contactChanges(form: HTMLFormElement): Record<string, unknown> | null {
  const changes: Record<string, unknown> = {};
  const extra: Record<string, string> = {};
  for (const input of form.querySelectorAll<HTMLInputElement>("input[name]")) {
    if (input.value === input.dataset["was"]) continue;
    if (["name", "document", "email"].includes(input.name)) changes[input.name] = input.value;
    else extra[input.name] = input.value;
  }
  if (Object.keys(extra).length > 0) changes["extra"] = extra;
  return Object.keys(changes).length > 0 ? changes : null;
}
