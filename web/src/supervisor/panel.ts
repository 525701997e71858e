/** Draws the side panel. What may be clicked and what is said comes from state.ts; words from the page. */

import { fromTemplate, part, reconcile, setText, useHref } from "../live/dom";
import { duration, language, whole } from "../live/format";
import { serverNowUs } from "../live/clock";
import type { PhoneState } from "../phone";
import { offers, sentence } from "./state";
import type { Own, Panel, Taken } from "./wire";
import { word } from "./words";

export const TONES: Record<string, string> = {
  talking: "talk", free: "free", wrap_up: "wrap", ringing: "ring", connecting: "ring", paused: "pause", off: "off",
};

export interface Shown {
  panel: Panel;
  own: Own;
  phone: PhoneState | null;
  /** What is said under the buttons while something is on its way; "": what follows from the state. */
  doing: string;
  refusal: string;
  busy: boolean;
  ended: string;
}

export function drawPanel(root: HTMLElement, shown: Shown): void {
  drawHead(root, shown.panel);
  drawCall(root, shown);
  drawHearing(root, shown);
  drawShift(root, shown.panel);
  drawTaken(root, shown.own.taken);
  drawMessages(root, shown.panel);
  drawDay(root, shown.panel);
  drawCalls(root, shown.panel);
}

function show(root: HTMLElement, name: string, visible: boolean): HTMLElement | null {
  const element = part(root, name);
  if (element) element.hidden = !visible;
  return element;
}

function since(element: HTMLElement | null, us: number | null | undefined): void {
  if (!element) return;
  if (us === null || us === undefined) {
    delete element.dataset["sinceUs"];
    setText(element, "");
    return;
  }
  element.dataset["sinceUs"] = String(us);
  setText(element, duration(serverNowUs() - us));
}

function drawHead(root: HTMLElement, panel: Panel): void {
  const state = panel.shift?.state ?? "off";
  const lost = panel.shift?.phone === "lost";
  const tone = lost ? "bad" : (TONES[state] ?? "off");
  setText(part(root, "name"), panel.name);
  setText(part(root, "extension"), panel.extension);
  const badge = part(root, "state");
  if (badge) {
    badge.className = `st is-${tone}`;
    badge.querySelector("use")?.setAttribute("href", useHref(`g-${tone}`));
  }
  const pause = panel.day.pauses.find((one) => one.code === panel.shift?.pause)?.name;
  setText(part(root, "state-word"), lost ? word("state_lost") : state === "paused" && pause ? pause : word(`state_${state}`));
  since(part(root, "state-time"), panel.shift?.since_us);
}

function drawCall(root: HTMLElement, { panel }: Shown): void {
  const call = panel.call;
  show(root, "on-call", call !== null);
  show(root, "no-call", call === null);
  setText(part(root, "customer"), call?.customer || word("no_customer"));
  setText(part(root, "number"), call?.number ?? "");
  setText(part(root, "campaign"), call?.campaign.name ?? "");
  since(part(root, "call-time"), call && !call.ended ? call.since_us : null);
  const held = panel.shift?.held_since_us ?? null;
  show(root, "hold", held !== null);
  since(part(root, "hold-time"), held);
  list(root, "listeners", "panel-listener-template", panel.listeners, (one) => String(one.user_id), (item, one) =>
    setText(part(item, "text"), word("listener", { name: one.name, mode: word(`mode_${one.mode}`) })),
  );
}

function button(root: HTMLElement, name: string): HTMLButtonElement | null {
  return root.querySelector<HTMLButtonElement>(`button[data-do="${name}"]`);
}

function enable(root: HTMLElement, name: string, enabled: boolean): HTMLButtonElement | null {
  const element = button(root, name);
  // Not `disabled`: a pressed button would lose the focus.
  element?.setAttribute("aria-disabled", String(!enabled));
  return element;
}

function drawHearing(root: HTMLElement, shown: Shown): void {
  const { panel, own, phone } = shown;
  const may = offers(panel, own, shown.busy, phone !== null);
  for (const mode of ["listen", "whisper", "barge"] as const) {
    const asked = own.hearing?.operator === panel.id && own.hearing.mode === mode && own.hearing.state === "asked";
    enable(root, mode, may[mode])?.setAttribute("aria-pressed", String(may.mode === mode && !asked));
  }
  enable(root, "take-over", may.takeOver);
  enable(root, "pause", may.pause);
  enable(root, "free", may.free);
  enable(root, "end-shift", may.endShift);
  setText(part(root, "said"), shown.doing || trouble(phone) || said(shown));
  show(root, "refused", shown.refusal !== "");
  setText(part(root, "refusal"), shown.refusal);
  const speaks = phone?.microphone === "ready" && (own.hearing !== null && own.hearing.mode !== "listen");
  hide(root, "stop", !may.stop);
  hide(root, "mute", !speaks);
  hide(root, "unblock", phone?.audio !== "blocked");
  button(root, "mute")?.setAttribute("aria-pressed", String(phone?.muted ?? false));
  setText(part(root, "mute-word"), word(phone?.muted ? "muted" : "unmuted"));
  show(root, "phone", may.stop || speaks || phone?.audio === "blocked");
}

function hide(root: HTMLElement, name: string, hidden: boolean): void {
  const element = button(root, name);
  if (element) element.hidden = hidden;
}

function trouble(phone: PhoneState | null): string {
  return phone?.audio === "broken" ? word("phone_broken") : phone?.audio === "blocked" ? word("phone_blocked") : "";
}

function said({ panel, own, ended, phone }: Shown): string {
  const key = sentence(panel, own, ended, phone !== null);
  return key && word(key, { name: panel.name });
}

function drawShift(root: HTMLElement, panel: Panel): void {
  show(root, "shift", panel.shift !== null);
  const waits = show(root, "pause-waits", panel.shift?.pause_asked ?? false);
  setText(waits, word("pause_waits"));
}

function drawTaken(root: HTMLElement, taken: Taken | null): void {
  show(root, "taken", taken !== null);
  if (taken === null) return;
  show(root, "taken-on", taken.on);
  show(root, "taken-over", !taken.on);
  const held = taken.on && taken.held_since_us !== null;
  show(root, "taken-held", held);
  hide(root, "hold", !taken.on || held);
  hide(root, "resume", !held);
  since(part(root, "taken-held-time"), held ? taken.held_since_us : null);
  hide(root, "hang-up", !taken.on);
  hide(root, "settle", taken.on);
  since(part(root, "taken-time"), taken.on ? taken.since_us : null);
  setText(part(root, "taken-customer"), taken.call.customer || word("no_customer"));
  setText(part(root, "taken-number"), taken.call.number);
  setText(part(root, "taken-campaign"), taken.call.campaign.name);
}

function drawMessages(root: HTMLElement, panel: Panel): void {
  const zone = root.dataset["zone"] ?? "America/Sao_Paulo";
  setText(part(root, "message-to"), word("to_one", { name: panel.name }));
  list(root, "messages", "panel-message-template", panel.messages, (one) => String(one.id), (item, one) => {
    setText(part(item, "text"), one.text);
    const read = one.read_us === null ? word("unread") : word("read", { time: clock(one.read_us, zone) });
    setText(part(item, "when"), [one.sender, clock(one.sent_us, zone), read].filter(Boolean).join(" · "));
  });
}

function drawDay(root: HTMLElement, { day }: Panel): void {
  list(root, "reminders", "panel-owed-template", day.reminders, (one) => one.code, (item, one) =>
    setText(part(item, "text"), word(one.code)),
  );
  list(root, "times", "panel-time-template", day.times, (one) => one.state, (item, one) =>
    pair(item, word(`state_${one.state}`), duration(one.seconds * 1e6)),
  );
  list(root, "pauses", "panel-time-template", day.pauses, (one) => one.code, (item, one) => {
    const limit = one.limit_minutes === null ? "" : ` / ${whole(one.limit_minutes)} min`;
    pair(item, one.name, `${duration(one.seconds * 1e6)}${limit}`);
  });
}

function pair(item: HTMLElement, name: string, value: string): void {
  setText(item.querySelector("dt"), name);
  setText(item.querySelector("dd"), value);
}

function drawCalls(root: HTMLElement, panel: Panel): void {
  show(root, "no-calls", panel.calls.length === 0);
  list(root, "calls", "panel-call-template", panel.calls, (one) => one.id, (item, one) => {
    setText(part(item, "who"), one.customer || word("no_customer"));
    setText(part(item, "number"), one.number);
    setText(part(item, "came-to"), one.disposition || (one.ended ? "—" : word("running")));
    setText(part(item, "talk"), one.talk_s === null ? "" : duration(one.talk_s * 1e6));
  });
}

function list<T>(
  root: HTMLElement, name: string, template: string, items: readonly T[], key: (item: T) => string,
  draw: (element: HTMLElement, item: T) => void,
): void {
  const place = part(root, name);
  if (!place) return;
  const elements = reconcile(place, items.map(key), () => fromTemplate(template));
  items.forEach((item, index) => {
    const element = elements[index];
    if (element) draw(element, item);
  });
}

/** On the company's wall, wherever this computer stands. */
function clock(us: number, zone: string): string {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(us / 1000);
}
