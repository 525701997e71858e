/** Draws the alerts, now and earlier today. One about an operator opens him. */

import { serverNowUs } from "../live/clock";
import { fromTemplate, part, reconcile, setText, useHref } from "../live/dom";
import { clockTime, duration, shortShare, whole } from "../live/format";
import { word } from "../supervisor/words";
import { type Alert, alerts, keyOf } from "./alerts";
import { nobodyFree } from "./limits";
import { newlyBad, ofToday, type Past, remember } from "./past";
import type { Board } from "./state";
import { since } from "./view";

export const ICONS: Record<string, string> = {
  waiting: "alert-triangle", nobody_free: "users", abandon: "gauge", phone: "plug-connected-x", pause_over: "clock",
  pause_near: "clock", talk_long: "clock", wrap_long: "clock", rest: "coffee", rest_more: "coffee",
};
const KEPT = "cadencia.wallboard.past";

export class Alerts {
  /** What calls for somebody now, the most urgent first. */
  now: Alert[] = [];
  private unfree: ReadonlyMap<number, number> = new Map();
  private past: Past[] = [];
  private date = "";
  private bad: ReadonlySet<string> | null = null;

  /** `alarm` is called when something turns red. */
  constructor(private readonly alarm: () => void) {
    const sheet = document.getElementById("alerts");
    sheet?.querySelector("[data-part=past-toggle]")?.addEventListener("click", (event) => {
      const open = sheet.toggleAttribute("data-past");
      if (event.currentTarget instanceof Element) event.currentTarget.setAttribute("aria-expanded", String(open));
      this.draw();
    });
  }

  look(board: Board): void {
    const nowUs = serverNowUs();
    this.unfree = nobodyFree(this.unfree, board, nowUs);
    this.now = alerts(board, nowUs, this.unfree);
    // What is red already when the page opens is no news.
    if (this.bad && newlyBad(this.bad, this.now).length > 0) this.alarm();
    this.bad = new Set(this.now.filter((alert) => alert.tone === "bad").map(keyOf));
    this.keep(board.day.date, nowUs);
    this.draw();
  }

  private keep(date: string, nowUs: number): void {
    if (date === "") return;
    // Of one company only: a browser may see several at one address.
    const key = `${KEPT} ${document.body.dataset["liveUrl"] ?? ""}`;
    if (date !== this.date) this.past = ofToday(localStorage.getItem(key), date);
    this.date = date;
    const list = remember(this.past, this.now, nowUs, alertWords);
    if (JSON.stringify(list) !== JSON.stringify(this.past)) {
      localStorage.setItem(key, JSON.stringify({ date, list }));
    }
    this.past = list;
  }

  private draw(): void {
    const sheet = document.getElementById("alerts");
    const list = sheet?.querySelector("ul.now");
    const past = sheet?.querySelector("ul.past");
    if (!sheet || !list || !past) return;
    setText(part(sheet, "count"), whole(this.now.length));
    const quiet = part(sheet, "quiet");
    if (quiet) quiet.hidden = this.now.length > 0 || sheet.hasAttribute("data-past");
    const items = reconcile(list, this.now.map(keyOf), () => fromTemplate("alert-template"));
    this.now.forEach((one, index) => {
      const item = items[index];
      if (item) drawAlert(item, one);
    });
    const shown = sheet.hasAttribute("data-past") ? this.past : [];
    const rows = reconcile(past, shown.map((one) => `${one.key} ${one.from_us}`), () => fromTemplate("past-template"));
    shown.forEach((one, index) => {
      const row = rows[index];
      if (row) drawPast(row, one);
    });
    const none = part(sheet, "past-none");
    if (none) none.hidden = !sheet.hasAttribute("data-past") || this.past.length > 0;
  }
}

function drawAlert(item: HTMLElement, alert: Alert): void {
  item.className = `is-${alert.tone}`;
  item.querySelector("use")?.setAttribute("href", useHref(`i-${ICONS[alert.kind] ?? "alert-circle"}`));
  const [title, text] = alertWords(alert);
  setText(part(item, "title"), title);
  setText(part(item, "text"), text);
  since(part(item, "when"), alert.kind.startsWith("rest") ? null : alert.since_us);
  const heading = part(item, "title");
  const button = part(item, "open");
  if (!heading || !button) return;
  heading.hidden = alert.operator !== null;
  button.hidden = alert.operator === null;
  setText(button, title);
  if (alert.operator !== null) button.dataset["operator"] = String(alert.operator);
}

function drawPast(row: HTMLElement, past: Past): void {
  row.className = past.until_us === null ? `is-${past.tone}` : "is-off";
  setText(part(row, "title"), past.title);
  setText(part(row, "text"), past.text);
  setText(part(row, "from"), clockTime(past.from_us));
  const lasted = past.until_us === null ? word("alert_lasts") : duration(past.until_us - past.from_us);
  setText(part(row, "lasted"), lasted);
}

/** Title and text. */
export function alertWords(alert: Alert): [string, string] {
  const campaign = alert.about;
  const minutes = whole(alert.limit);
  switch (alert.kind) {
    case "waiting":
      return [word("alert_waiting"), word(alert.value > 0 ? "alert_waiting_some" : "alert_waiting_none", { campaign })];
    case "nobody_free":
      return [word("alert_nobody_free"), campaign];
    case "abandon":
      return [
        word("alert_abandon", { rate: shortShare(alert.value) }),
        word("alert_abandon_why", { campaign, limit: shortShare(alert.limit) }),
      ];
    case "phone":
      return [alert.name, word("alert_phone")];
    case "talk_long":
      return [alert.name, word("alert_talk_long", { minutes })];
    case "wrap_long":
      return [alert.name, word("alert_wrap_long", { limit: duration(alert.limit * 60_000_000) })];
    case "rest":
      return [alert.name, word(alert.about)];
    case "rest_more":
      return [word("alert_rest", { count: whole(alert.value) }), ""];
    default:
      return [alert.name, word(`alert_${alert.kind}`, { pause: alert.about, minutes })];
  }
}
