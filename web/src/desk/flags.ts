/**
 * What is so, as words: the page's markup says by them what it shows (`data-when`), enables (`data-needs`) and presses
 * (`data-pressed`). Pure.
 */

import { isRefused } from "../phone/registration";
import { dispositionOf, openItems, type Desk } from "./state";

export type Stage =
  | "loading" | "nobody" | "off" | "connecting" | "free" | "preview" | "ringing" | "talking" | "wrap_up" | "paused";

/** What the operator is doing; the page's columns follow it. */
export function stageOf({ data }: Desk): Stage {
  if (data === null) return "loading";
  if (data.operator === null) return "nobody";
  if (data.shift === null) return "off";
  if (data.preview !== null && data.shift.state !== "talking" && data.shift.state !== "ringing") return "preview";
  return data.shift.state;
}

export type Tone = "off" | "ring" | "free" | "talk" | "wrap" | "pause" | "bad";

export function toneOf(desk: Desk): Tone {
  const stage = stageOf(desk);
  const shift = desk.data?.shift;
  if (stage === "talking" && shift?.held_since_us != null && !shift.consult) return "pause";
  const tones: Record<Stage, Tone> = {
    loading: "off", nobody: "off", off: "off", connecting: "ring", free: "free", preview: "ring", ringing: "ring",
    talking: "talk", wrap_up: "wrap", paused: "pause",
  };
  return tones[stage];
}

export function flagsOf(desk: Desk): Set<string> {
  const flags = new Set<string>([stageOf(desk), `tab-${desk.tab}`, `live-${desk.health}`]);
  const set = (name: string, so: boolean | null | undefined): void => {
    if (so) flags.add(name);
  };
  set("busy", desk.busy !== null);
  set("failure", desk.failure !== null);
  set("offline", !desk.online);
  callFlags(desk, set);
  writingFlags(desk, set);
  shiftFlags(desk, set);
  phoneFlags(desk, set);
  leaveOneTrouble(flags, desk);
  return flags;
}

/** What keeps from working, by what has to be mended first: each may well be why there are those after it. */
const TROUBLES = [
  "offline", "second-tab", "phone-elsewhere", "microphone-trouble", "phone-refused", "phone-lost", "audio-broken", "audio-blocked",
  "voice-poor",
];
/** Those that a server out of reach explains, which the failure tells already. */
const OF_THE_NETWORK = ["phone-lost", "audio-broken", "voice-poor"];

/** One banner at a time: a pile of them says no more, and hides what is being done. */
function leaveOneTrouble(flags: Set<string>, { failure }: Desk): void {
  const first = TROUBLES.find((trouble) => flags.has(trouble));
  for (const trouble of TROUBLES) if (trouble !== first) flags.delete(trouble);
  if (failure?.code === "offline") for (const trouble of OF_THE_NETWORK) flags.delete(trouble);
}

type Setter = (name: string, so: boolean | null | undefined) => void;

function callFlags({ data }: Desk, set: Setter): void {
  const call = data?.call ?? null;
  const contact = call?.contact ?? data?.preview ?? null;
  set("call", call !== null);
  set("inbound", call?.direction === "in");
  set("contact", contact !== null);
  set("history", (call?.history.length ?? 0) > 0);
  set("script", call !== null && call.script.some((part) => part.text.trim() !== ""));
  const verdict = call?.amd.corrected || call?.amd.status;
  set("amd", call !== null && call.mode === "predictive" && call.direction === "out");
  set("machine", verdict === "machine");
  set("preview-callback", data?.preview?.callback != null);
  set("preview-dialable", data?.preview?.phones.some((phone) => phone.state === "usable"));
  set("preview-limited", data?.preview?.until_us != null);
}

function writingFlags(desk: Desk, set: Setter): void {
  const { draft, data } = desk;
  const open = openItems(desk);
  const call = data?.call ?? null;
  set("chosen", dispositionOf(desk) !== null);
  set("complete", open.length === 0);
  set("needs-callback", open.includes("callback"));
  set("needs-note", open.includes("note"));
  set("needs-fields", open.some((name) => !["callback", "note", "disposition"].includes(name)));
  set("callback", draft?.callback != null || dispositionOf(desk)?.schedules_callback);
  set("callback-set", Boolean(draft?.callback?.date && draft.callback.time));
  set("mine", draft?.callback?.mine ?? true);
  set("saved", call !== null && Boolean(call.disposition) && call.disposition === draft?.disposition && call.note === draft.note);
}

function shiftFlags({ data }: Desk, set: Setter): void {
  const shift = data?.shift ?? null;
  const consult = shift?.consult ?? null;
  set("shift", shift !== null);
  set("held", shift?.held_since_us != null);
  set("consult", consult !== null && consult.kind !== "asked");
  set("consult-ringing", consult?.state === "ringing");
  set("consult-up", consult !== null && consult.kind !== "asked" && consult.state === "up");
  set("conference", consult?.state === "conference");
  set("asked", consult?.kind === "asked");
  set("recording", shift?.recording?.state === "recording");
  set("recording-paused", shift?.recording?.state === "paused");
  set("recording-demand", shift?.recording?.on_demand);
  set("pause-asked", shift?.pause_asked === true && shift.state !== "paused");
  set("ends-itself", shift?.state === "wrap_up" && shift.until_us !== null);
  const reason = data?.pause_reasons.find((one) => one.code === shift?.pause);
  set("pause-limited", shift?.state === "paused" && reason?.limit_minutes != null);
  set("pause-over", data?.reminders.some((one) => one.code === "pause_over"));
  set("pauses-limited", data?.pause_reasons.some((one) => one.limit_minutes !== null));
  set("messages", (data?.messages.length ?? 0) > 0);
  set("callbacks", (data?.callbacks.length ?? 0) > 0);
  set("recent", (data?.recent.length ?? 0) > 0);
  set("campaigns", (data?.campaigns.length ?? 0) > 0);
  set("manual", data?.campaigns.some((campaign) => campaign.allows_manual && shift?.campaigns.includes(campaign.id)));
  set("predictive", data?.campaigns.some((one) => one.dialing === "predictive" && shift?.campaigns.includes(one.id)));
  set("previews", data?.campaigns.some((one) => one.dialing === "preview" && shift?.campaigns.includes(one.id)));
}

function phoneFlags({ data, phone, owner }: Desk, set: Setter): void {
  const account = data?.phone ?? null;
  const elsewhere = data?.phone_elsewhere ?? false;
  set("phone", account !== null);
  set("second-tab", owner === "elsewhere");
  set("phone-elsewhere", elsewhere);
  set("muted", phone?.muted);
  if (account === null || owner !== "mine" || phone === null) return;
  const trouble = ["denied", "missing", "busy", "insecure", "gone"].includes(phone.microphone);
  set("microphone-trouble", trouble);
  set(`microphone-${phone.microphone}`, true);
  set("registered", phone.registration.name === "registered");
  set("phone-refused", isRefused(phone.registration));
  // A first connection is no loss, and a blink of the network is over before anybody could read of it.
  const { registration } = phone;
  set("phone-lost", !trouble && registration.name === "connecting" && registration.attempt > 1);
  set("leg-up", phone.leg === "up");
  set("audio-blocked", phone.audio === "blocked");
  set("audio-broken", phone.audio === "broken");
  set("voice-poor", phone.quality?.lasting.poor);
}

/** `a+!b c`: (a and not b) or c. Empty: always. */
export function matches(expression: string, flags: ReadonlySet<string>): boolean {
  const ways = expression.trim().split(/\s+/).filter(Boolean);
  if (ways.length === 0) return true;
  return ways.some((way) =>
    way.split("+").every((term) => (term.startsWith("!") ? !flags.has(term.slice(1)) : flags.has(term))),
  );
}
