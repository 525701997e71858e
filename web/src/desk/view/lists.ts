/** The desk's lists: tabulations, pauses, callbacks, last calls, reminders, campaigns to choose. */

import { fromTemplate, part, reconcile, setText, useHref } from "../../live/dom";
import { duration } from "../../live/format";
import { dispositionKeys, pauseKeys } from "../keys";
import { dispositionOf, type Desk } from "../state";
import { relative, untilWords } from "../times";
import type { Callback, DeskCampaign, DeskData, Disposition, PauseReason, RecentCall, Reminder } from "../wire";
import { say } from "../words";
import { setAttribute } from "./bind";

function place(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#desk [data-part="${name}"]`);
}

function keyOf(keys: ReadonlyMap<string, string>, code: string): string {
  for (const [key, value] of keys) if (value === code) return key.toUpperCase();
  return "";
}

/** One element for each item, from a template; `draw` fills it in. */
export function list<T>(
  parent: Element | null, items: readonly T[], id: (item: T) => string, template: string,
  draw: (element: HTMLElement, item: T) => void,
): void {
  if (!parent) return;
  const elements = reconcile(parent, items.map(id), () => fromTemplate(template));
  items.forEach((item, index) => {
    const element = elements[index];
    if (element) draw(element, item);
  });
}

export function drawLists(desk: Desk, zone: string): void {
  const { data } = desk;
  if (data === null) return;
  drawDispositions(desk, data);
  drawPauses(data);
  list(place("callbacks"), data.callbacks.slice(0, 12), (one) => String(one.id), "callback-template", (element, one) => drawCallback(element, one, zone));
  list(place("recents"), data.recent, (one) => one.id, "recent-template", (element, one) => drawRecent(element, one, data, zone));
  list(place("reminders"), data.reminders, (one) => one.code, "reminder-template", drawReminder);
  list(place("campaign-choices"), data.shift ? [] : data.campaigns, (one) => String(one.id), "campaign-choice-template", drawChoice);
}

function drawDispositions(desk: Desk, data: DeskData): void {
  const keys = dispositionKeys(data.dispositions);
  const chosen = dispositionOf(desk)?.code;
  const can = data.call !== null && data.shift?.state !== "ringing";
  list(place("dispositions"), data.dispositions, (one) => one.code, "disposition-template", (element, one) => {
    element.dataset["do"] = `dispose:${one.code}`;
    setAttribute(element, "aria-pressed", String(one.code === chosen));
    setAttribute(element, "aria-keyshortcuts", keyOf(keys, one.code) || null);
    if (element instanceof HTMLButtonElement) element.disabled = !can;
    const key = part(element, "key");
    setText(key, keyOf(keys, one.code));
    setText(part(element, "name"), one.name);
    setText(part(element, "what"), whatItDoes(one));
  });
}

export function whatItDoes(one: Disposition): string {
  if (one.schedules_callback) return say("does_callback");
  if (one.suppresses_phone) return say(one.is_final ? "does_block" : "does_suppress");
  return say(one.is_final ? "does_finish" : "does_retry");
}

function drawPauses(data: DeskData): void {
  const keys = pauseKeys(data.pause_reasons);
  const draw = (element: HTMLElement, one: PauseReason): void => {
    element.dataset["do"] = `pause:${one.code}`;
    const current = data.shift?.pause === one.code && (data.shift.state === "paused" || data.shift.pause_asked);
    setAttribute(element, "aria-pressed", String(current));
    if (element instanceof HTMLButtonElement) element.disabled = data.shift?.state === "connecting";
    setAttribute(element, "aria-keyshortcuts", keyOf(keys, one.code) || null);
    setText(part(element, "key"), keyOf(keys, one.code));
    setText(part(element, "name"), one.name);
    setText(part(element, "what"), pauseUse(one));
  };
  const after = document.querySelector<HTMLElement>('[data-part="pauses-after"]');
  for (const parent of [place("pauses"), after]) list(parent, data.pause_reasons, (one) => one.code, "pause-template", draw);
}

function pauseUse(one: PauseReason): string {
  const used = Math.floor(one.used_today_s / 60);
  const parts = [one.limit_minutes ? say("minutes", { n: one.limit_minutes }) : "", used > 0 ? say("used", { n: used }) : ""];
  return parts.filter(Boolean).join(" · ") || say("no_limit");
}

function drawCallback(element: HTMLElement, one: Callback, zone: string): void {
  setText(part(element, "at"), relative.clock(one.due_us, zone));
  setText(part(element, "name"), one.contact.name || one.shown_number || say("no_name"));
  setText(part(element, "note"), one.note || one.campaign.name);
  setText(part(element, "in"), untilWords(one.due_us, zone));
}

function drawRecent(row: HTMLElement, one: RecentCall, data: DeskData, zone: string): void {
  setText(part(row, "at"), relative.clock(one.at_us, zone));
  setText(part(row, "name"), one.name || say("no_name"));
  setText(part(row, "number"), one.shown_number);
  setText(part(row, "talk"), one.talk_ms ? duration(one.talk_ms * 1000) : "—");
  const newest = data.recent.every((other) => other.at_us <= one.at_us);
  const words = part(row, "words");
  setText(words, data.dispositions.find((kind) => kind.code === one.disposition)?.name ?? "—");
  const select = part(row, "disposition");
  if (!(select instanceof HTMLSelectElement)) return;
  // Older ones are the supervisors' to correct.
  select.hidden = !newest;
  if (words) words.hidden = newest;
  if (document.activeElement === select) return;
  select.dataset["recent"] = one.id;
  select.dataset["note"] = one.note;
  fillOptions(select, [{ value: "", label: "—" }, ...data.dispositions.map((kind) => ({ value: kind.code, label: kind.name }))]);
  select.value = one.disposition ?? "";
}

/** Sets a select's options, and keeps what is chosen where it is still there. */
export function fillOptions(select: HTMLSelectElement, options: readonly { value: string; label: string }[]): void {
  const wanted = JSON.stringify(options);
  if (select.dataset["options"] === wanted) return;
  select.dataset["options"] = wanted;
  const before = select.value;
  select.replaceChildren(...options.map(({ value, label }) => new Option(label, value)));
  if (options.some(({ value }) => value === before)) select.value = before;
}

function drawReminder(element: HTMLElement, { code, minutes }: Reminder): void {
  setText(part(element, "text"), say(`reminder_${code}`, { n: minutes }));
  element.className = code.endsWith("over") ? "warn" : "";
}

const CAMPAIGN_TONES: Record<string, string> = { running: "free", paused: "pause", stopping: "wrap" };

function drawChoice(element: HTMLElement, one: DeskCampaign): void {
  const box = element.querySelector("input");
  if (box) box.value = String(one.id);
  setText(part(element, "name"), one.name);
  setText(part(element, "what"), say(`dialing_${one.dialing}`));
  const state = part(element, "state");
  if (!state) return;
  const tone = CAMPAIGN_TONES[one.state] ?? "off";
  state.className = `st is-${tone}`;
  if (state.dataset["state"] === one.state) return;
  state.dataset["state"] = one.state;
  const glyph = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  glyph.setAttribute("class", "g");
  glyph.setAttribute("viewBox", "0 0 12 12");
  glyph.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", useHref(`g-${tone}`));
  glyph.append(use);
  state.replaceChildren(glyph, say(`campaign_${one.state}`));
}
