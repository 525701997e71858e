/** The callback's sheet: a month, the times of a day, the quick proposals. */

import { serverNowUs } from "../../live/clock";
import { fromTemplate } from "../../live/dom";
import { language } from "../../live/format";
import { instantOfDraft, proposals, slotsOf } from "../callback";
import { dispositionOf, type Desk } from "../state";
import type { Texts } from "../texts";
import { relative } from "../times";
import { say } from "../words";
import { addDays, type Day, isoDay, momentAt, monthCells, readDay, utcDate, weekday } from "../zone";
import { setAttribute } from "./bind";
import { fillOptions } from "./lists";

/** How many months the sheet was turned from the chosen day's. */
let shift = 0;
let turnedFrom = "";

export function turnMonth(by: number): void {
  shift += by;
}

export function callbackTexts(desk: Desk, zone: string): Texts {
  const draft = desk.draft?.callback ?? null;
  const day = (draft && readDay(draft.date)) ?? null;
  const month = shownMonth(day, zone);
  const due = draft ? instantOfDraft(draft, zone) : null;
  const chosen = dispositionOf(desk);
  return {
    month: new Intl.DateTimeFormat(language(), { month: "long", year: "numeric", timeZone: "UTC" }).format(utcDate({ ...month, day: 1 })),
    "callback-day": day ? relative.longDay(utcDate(day).getTime() * 1000, "UTC") : say("choose_day"),
    "callback-why": chosen?.schedules_callback ? say("required_for", { name: chosen.name }) : say("optional"),
    "callback-when": due === null ? "" : `${relative.longDay(due, zone)}, ${relative.clock(due, zone)}`,
  };
}

function shownMonth(day: Day | null, zone: string): { year: number; month: number } {
  const base = day ?? momentAt(serverNowUs(), zone);
  const moved = new Date(Date.UTC(base.year, base.month - 1 + shift, 1));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1 };
}

/** Whether there is anything to choose in the month before the one shown. */
export function hasMonthBefore(desk: Desk, zone: string): boolean {
  const month = shownMonth(readDay(desk.draft?.callback?.date ?? ""), zone);
  const today = momentAt(serverNowUs(), zone);
  return month.year * 12 + month.month > today.year * 12 + today.month;
}

export function drawCallback(desk: Desk, zone: string): void {
  const sheet = document.querySelector<HTMLElement>('#desk [data-part="callback-sheet"]');
  drawProposals(desk, zone);
  if (!sheet || sheet.hidden) {
    shift = 0;
    return;
  }
  const draft = desk.draft?.callback ?? null;
  const day = draft ? readDay(draft.date) : null;
  // A day chosen in another month: that is the month now.
  if (turnedFrom !== (draft?.date ?? "")) shift = 0;
  turnedFrom = draft?.date ?? "";
  drawCalendar(sheet, day, zone);
  drawSlots(sheet, desk, day, zone);
  const time = sheet.querySelector<HTMLInputElement>("#callback-time");
  if (time && document.activeElement !== time) time.value = draft?.time ?? "";
  const phones = sheet.querySelector<HTMLSelectElement>("#callback-phone");
  if (!phones) return;
  const known = desk.data?.call?.contact?.phones ?? [];
  const options = known.map((phone) => ({ value: String(phone.id), label: phone.shown }));
  fillOptions(phones, [{ value: "", label: phones.dataset["any"] ?? "" }, ...options]);
  if (document.activeElement !== phones) phones.value = draft?.phoneId ? String(draft.phoneId) : "";
}

function replace(parent: Element | null, key: string, make: () => Node[]): void {
  if (!(parent instanceof HTMLElement) || parent.dataset["drawn"] === key) return;
  parent.dataset["drawn"] = key;
  // What had the focus has it again: the keyboard must not fall out of a calendar.
  const focused = document.activeElement instanceof HTMLElement && parent.contains(document.activeElement) ? document.activeElement.dataset["do"] : undefined;
  parent.replaceChildren(...make());
  if (focused) parent.querySelector<HTMLElement>(`[data-do="${focused}"]`)?.focus();
}

function button(action: string, text: string, pressed: boolean, disabled: boolean): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset["do"] = action;
  element.textContent = text;
  element.disabled = disabled;
  setAttribute(element, "aria-pressed", String(pressed));
  return element;
}

function drawCalendar(sheet: HTMLElement, chosen: Day | null, zone: string): void {
  const { year, month } = shownMonth(chosen, zone);
  const today = isoDay(momentAt(serverNowUs(), zone));
  const mine = chosen ? isoDay(chosen) : "";
  replace(sheet.querySelector('[data-part="calendar"]'), `${year}-${month} ${mine} ${today}`, () => {
    const names = new Intl.DateTimeFormat(language(), { weekday: "narrow", timeZone: "UTC" });
    const long = new Intl.DateTimeFormat(language(), { day: "numeric", month: "long", timeZone: "UTC" });
    const sunday = addDays({ year: 2026, month: 11, day: 1 }, -weekday({ year: 2026, month: 11, day: 1 }));
    const heads = Array.from({ length: 7 }, (_, index) => {
      const head = document.createElement("span");
      head.setAttribute("aria-hidden", "true");
      head.textContent = names.format(utcDate(addDays(sunday, index)));
      return head;
    });
    const cells = monthCells(year, month).map((day) => {
      if (day === null) return document.createElement("span");
      const iso = isoDay(day);
      const cell = button(`callback-day:${iso}`, String(day.day), iso === mine, iso < today);
      cell.setAttribute("aria-label", long.format(utcDate(day)));
      if (iso === today) cell.className = "today";
      return cell;
    });
    return [...heads, ...cells];
  });
}

function drawSlots(sheet: HTMLElement, desk: Desk, day: Day | null, zone: string): void {
  const place = sheet.querySelector('[data-part="slots"]');
  const slots = day ? slotsOf(day, serverNowUs(), zone, desk.data?.callbacks ?? []) : [];
  const chosen = desk.draft?.callback?.time ?? "";
  replace(place, JSON.stringify([slots, chosen]), () =>
    slots.map(({ time, state }) => {
      const chip = button(`callback-time:${time}`, time, time === chosen, state !== "open");
      chip.className = "chip";
      if (state === "taken") chip.title = say("slot_taken");
      return chip;
    }),
  );
}

/** When a promised call that is skipped shall be made: by the next operator now, or later. */
export function drawSkipTimes(desk: Desk, zone: string): void {
  const select = document.querySelector<HTMLSelectElement>("#skip-again");
  // What is being chosen stays as it is, whatever the clock says.
  if (!select || desk.panel === "skip") return;
  const promised = desk.data?.preview?.callback != null;
  const times = promised ? proposals(serverNowUs(), zone) : [];
  fillOptions(select, [
    { value: "", label: say("skip_to_queue") },
    ...times.map(({ key, date, time }) => ({ value: `${date} ${time}`, label: proposalWords(key, date, time, zone) })),
  ]);
  select.value = "";
}

function drawProposals(desk: Desk, zone: string): void {
  const place = document.querySelector('#desk [data-part="proposals"]');
  const found = proposals(serverNowUs(), zone);
  replace(place, JSON.stringify([found, desk.draft?.call]), () => [
    ...found.map(({ key, date, time }) => {
      const chip = button(`propose:${date} ${time}`, proposalWords(key, date, time, zone), false, false);
      chip.className = "chip";
      chip.removeAttribute("aria-pressed");
      return chip;
    }),
    otherTime(),
  ]);
}

function proposalWords(key: string, date: string, time: string, zone: string): string {
  const day = readDay(date);
  const tomorrow = isoDay(addDays(momentAt(serverNowUs(), zone), 1));
  if (key !== "tomorrow" || day === null || date === tomorrow) return say(`propose_${key}`, { time });
  const name = new Intl.DateTimeFormat(language(), { weekday: "short", timeZone: "UTC" }).format(utcDate(day));
  return `${name.replace(".", "")} ${time}`;
}

function otherTime(): HTMLElement {
  const chip = fromTemplate("other-time-template");
  chip.dataset["do"] = "callback";
  return chip;
}
