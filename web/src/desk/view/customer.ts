/** The customer: facts, script, history, all fields, and the numbers of a previewed one. */

import { part, setText } from "../../live/dom";
import { duration } from "../../live/format";
import { showDocument } from "../numbers";
import { parseScript, type Piece } from "../script";
import type { Desk } from "../state";
import { fieldWords } from "../texts";
import { whenWords } from "../times";
import type { ContactPhone, DeskContact, DeskData, PastCall } from "../wire";
import { say } from "../words";
import { list } from "./lists";

const FACTS_SHOWN = 8;
/** Who is looked at before he is dialed has no other place for them. */
const FACTS_BEFORE = 24;
/** Of the script's filled-in words, characters. */
const UNBROKEN = 16;

function place(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#desk [data-part="${name}"]`);
}

export function drawCustomer(desk: Desk, zone: string): void {
  const { data } = desk;
  if (data === null) return;
  const contact = data.call?.contact ?? data.preview;
  drawFacts(desk, contact);
  list(place("history"), data.call?.history ?? [], (past) => past.id, "history-template", (element, past) => drawPast(element, past, zone));
  drawDial(data);
  drawScript(desk);
  for (const tab of document.querySelectorAll<HTMLElement>("#desk [data-tab]")) {
    const current = tab.dataset["tab"] === desk.tab;
    tab.setAttribute("aria-selected", String(current));
    tab.tabIndex = current ? 0 : -1;
  }
}

/** The list's columns with a value, by their headers. */
export function factsOf(contact: DeskContact | null): [string, string][] {
  if (contact === null) return [];
  return Object.entries(contact.extra)
    .map(([name, value]): [string, string] => [name, String(value ?? "").trim()])
    .filter(([, value]) => value !== "");
}

function drawFacts(desk: Desk, contact: DeskContact | null): void {
  const facts = factsOf(contact).filter(([, value]) => value !== contact?.email);
  const before = desk.data?.call == null;
  const shown = desk.data?.shift?.state === "wrap_up" ? [] : facts.slice(0, before ? FACTS_BEFORE : FACTS_SHOWN);
  const box = place("facts-box");
  if (box) box.hidden = shown.length === 0;
  const draw = (element: HTMLElement, [name, value]: [string, string]): void => {
    const [label, text] = element.children;
    setText(label ?? null, name);
    setText(text ?? null, value);
    if (text instanceof HTMLElement) text.title = value;
  };
  list(place("facts"), shown, ([name]) => name, "fact-template", draw);
  const all: [string, string][] = contact
    ? [["name", contact.name], ["document", showDocument(contact.document)], ["email", contact.email], ["external_id", contact.external_id]]
    : [];
  const named = all.filter(([, value]) => value !== "").map(([name, value]): [string, string] => [fieldWords(name), value]);
  const phones = (contact?.phones ?? []).map((phone, index): [string, string] => [
    say("phone_n", { n: index + 1 }),
    [phone.shown, phone.state === "usable" ? "" : say(`phone_${phone.state}`)].filter(Boolean).join(" · "),
  ]);
  list(place("all-fields"), [...named, ...phones, ...facts], ([name]) => name, "fact-template", draw);
}

function drawPast(element: HTMLElement, past: PastCall, zone: string): void {
  setText(part(element, "when"), whenWords(past.at_us, zone));
  const result = part(element, "disposition");
  setText(result, past.disposition || past.outcome_name);
  const who = [past.operator, past.campaign, past.shown_number, past.talk_ms ? duration(past.talk_ms * 1000) : ""];
  setText(part(element, "who"), who.filter(Boolean).join(" · "));
  const note = part(element, "note");
  setText(note, past.note);
  if (note) note.hidden = past.note === "";
}

function drawDial(data: DeskData): void {
  const { preview } = data;
  const promised = preview?.callback?.shown_number;
  list(place("dial"), preview?.phones ?? [], (phone) => String(phone.id), "dial-template", (element, phone: ContactPhone) => {
    setText(part(element, "number"), phone.shown);
    const usable = phone.state === "usable";
    setText(part(element, "what"), usable ? (phone.shown === promised ? say("promised_number") : "") : say(`phone_${phone.state}`));
    const button = element.querySelector("button");
    if (!button) return;
    button.dataset["do"] = `preview-dial:${phone.id}`;
    button.disabled = !usable;
  });
}

let drawnScript = "";

function drawScript(desk: Desk): void {
  const parts = desk.data?.call?.script ?? [];
  const key = JSON.stringify([parts, desk.step]);
  if (key === drawnScript) return;
  drawnScript = key;
  const steps = parseScript(parts);
  const step = steps[Math.min(desk.step, steps.length - 1)];
  place("script")?.replaceChildren(...(step?.paragraphs ?? []).map(paragraphElement), ...nextButton(steps.length, desk.step, steps[desk.step + 1]?.title));
  const nav = place("script-steps");
  if (!nav) return;
  nav.hidden = steps.length < 2;
  nav.replaceChildren(...steps.map(({ title }, index) => stepElement(title, index, desk.step)));
}

function paragraphElement({ hint, pieces }: { hint: boolean; pieces: Piece[] }): HTMLElement {
  const paragraph = document.createElement("p");
  if (hint) paragraph.className = "say";
  paragraph.append(...pieces.map(pieceNode));
  return paragraph;
}

function pieceNode({ kind, text }: Piece): Node {
  if (kind === "plain") return document.createTextNode(text);
  const mark = document.createElement("mark");
  // "R$ 412,37" and "38 de 84" stay on one line.
  mark.textContent = text.length <= UNBROKEN ? text.replaceAll(" ", "\u00a0") : text;
  if (kind === "missing") mark.className = "none";
  return mark;
}

function stepElement(title: string, index: number, current: number): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["do"] = `step:${index}`;
  if (index === current) button.setAttribute("aria-current", "step");
  if (index < current) button.className = "done";
  const number = document.createElement("span");
  number.textContent = index < current ? "✓" : String(index + 1);
  button.append(number, title || say("step", { n: index + 1 }));
  return button;
}

function nextButton(count: number, current: number, title: string | undefined): HTMLElement[] {
  if (current + 1 >= count || title === undefined) return [];
  const row = document.createElement("div");
  row.className = "ans";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain btn-sm";
  button.dataset["do"] = `step:${current + 1}`;
  button.textContent = say("next_step", { title });
  row.append(button);
  return [row];
}
