/** The operator's own state: the big block, the tab's title and its icon, the signal. */

import { serverNowUs } from "../../live/clock";
import { part, setText, useHref } from "../../live/dom";
import { duration } from "../../live/format";
import { type Tone, toneOf } from "../flags";
import type { Desk } from "../state";
import { clockWords, plannedPauses, stateWords } from "../texts";
import { relative } from "../times";
import { setAttribute } from "./bind";

const COLOURS: Record<Tone, string> = {
  off: "#5f6c71", ring: "#1f61cd", free: "#147a3b", talk: "#5f3dce", wrap: "#d98a04", pause: "#55626a", bad: "#c22727",
};
/** The shapes of glyphs.svg, white on the state's colour, in a 12 × 12 box. */
const SHAPES: Record<Tone, string> = {
  off: '<circle cx="6" cy="6" r="3" fill="none" stroke="#fff" stroke-width="1.4"/>',
  ring: '<circle cx="6" cy="6" r="3" fill="none" stroke="#fff" stroke-width="1.2"/><circle cx="6" cy="6" r="1.2" fill="#fff"/>',
  free: '<circle cx="6" cy="6" r="3" fill="#fff"/>',
  talk: '<path d="M3.2 3h5.6v4.2H6.2L4 9V7.200h-.8Z" fill="#fff"/>',
  wrap: '<circle cx="6" cy="6" r="3" fill="none" stroke="#fff" stroke-width="1.2"/><path d="M6 3v6A3 3 0 0 0 6 3Z" fill="#fff"/>',
  pause: '<path d="M3.500 3h1.800v6H3.500zM6.700 3h1.800v6H6.700z" fill="#fff"/>',
  bad: '<path d="M6 2.800 9.200 9H2.800Z" fill="#fff"/>',
};

function glyph(place: Element | null, tone: Tone): void {
  const use = place?.querySelector("use");
  const href = useHref(`g-${tone}`);
  if (use && use.getAttribute("href") !== href) use.setAttribute("href", href);
}

export function drawNow(desk: Desk): void {
  const tone = toneOf(desk);
  const block = document.querySelector<HTMLElement>('#desk [data-part="now"]');
  const waits = desk.data?.shift === null || desk.data === null;
  if (block) block.className = `now is-${tone}${waits ? " quiet" : ""}`;
  glyph(block?.querySelector('[data-part="now-glyph"]') ?? null, tone);
  const trouble = phoneTone(desk);
  const pip = document.querySelector<HTMLElement>('#desk [data-part="phone-pip"]');
  if (pip) pip.className = `pip is-${trouble}`;
  glyph(pip, trouble);
  drawSignal(desk);
  drawPauses(desk);
  drawIcon(tone);
}

function phoneTone({ phone }: Desk): Tone {
  if (phone === null || phone.registration.name === "off") return "off";
  if (phone.registration.name === "registered") return phone.leg === "up" ? "free" : "ring";
  return phone.registration.name === "waiting" ? "bad" : "wrap";
}

const BARS = { good: 4, fair: 3, poor: 1 } as const;

function drawSignal({ phone }: Desk): void {
  const signal = document.querySelector('#desk [data-part="signal"]');
  const grade = phone?.quality?.grade;
  const bars = grade ? BARS[grade] : 0;
  const tone = grade === "poor" ? "low" : grade === "fair" ? "mid" : "on";
  Array.from(signal?.children ?? []).forEach((bar, index) => setAttribute(bar, "class", index < bars ? tone : ""));
}

/** How much of the day's pauses is used. */
function drawPauses({ data }: Desk): void {
  const bar = document.querySelector('#desk [data-part="pauses-bar"]');
  if (!bar || data === null) return;
  const { paused, planned } = plannedPauses(data.pause_reasons);
  setAttribute(bar, "width", planned > 0 ? Math.min(100, (paused / (planned * 60)) * 100).toFixed(1) : "0");
}

let icon: Tone | null = null;

/** The icon in the tab: state by colour and by shape. */
function drawIcon(tone: Tone): void {
  if (icon === tone) return;
  icon = tone;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12"><rect width="12" height="12" rx="3" fill="${COLOURS[tone]}"/>${SHAPES[tone]}</svg>`;
  if (link) link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** What counts: several times a second. */
export function tickNow(desk: Desk, zone: string, name: string): void {
  const clock = clockWords(desk);
  setText(document.querySelector('#desk [data-part="clock"]'), clock || relative.clock(serverNowUs(), zone));
  setText(document.querySelector('#desk [data-part="wall-clock"]'), relative.clock(serverNowUs(), zone));
  const state = stateWords(desk);
  const title = [desk.data?.shift ? clock : "", state, desk.data?.call?.contact?.name ?? ""].filter(Boolean).join(" · ");
  const whole = `${title || name} · Cadência`;
  if (document.title !== whole) document.title = whole;
  const shift = desk.data?.shift;
  if (!shift) return;
  const now = serverNowUs();
  if (shift.held_since_us !== null) setText(part(document, "held-clock"), duration(now - shift.held_since_us));
  const until = desk.data?.preview?.until_us;
  if (until) setText(part(document, "preview-clock"), duration(Math.max(0, until - now)));
  setAttribute(document.querySelector('#desk [data-part="run"]') ?? document.body, "width", runShare(desk, now).toFixed(1));
}

/** Of wrap-up: what is left; of a pause with a limit: what is used, 0..100. */
function runShare({ data }: Desk, now: number): number {
  const shift = data?.shift;
  if (!shift) return 0;
  if (shift.state === "wrap_up" && shift.until_us !== null) {
    const whole = Math.max(1, shift.until_us - shift.since_us);
    return Math.min(100, Math.max(0, ((shift.until_us - now) / whole) * 100));
  }
  const limit = data?.pause_reasons.find((one) => one.code === shift.pause)?.limit_minutes;
  return limit ? Math.min(100, ((now - shift.since_us) / (limit * 60_000_000)) * 100) : 0;
}
