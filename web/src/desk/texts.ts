/** What stands in the page's `data-text` places, from the state; the words are the template's. */

import { serverNowUs } from "../live/clock";
import { duration, percent, shortName, whole } from "../live/format";
import { stageOf } from "./flags";
import { documentName, showDocument } from "./numbers";
import { openItems, type Desk } from "./state";
import { relative, whenWords, zoneWords } from "./times";
import type { DeskCall, DeskData, DeskMessage, PauseReason } from "./wire";
import { say } from "./words";

export type Texts = Record<string, string>;

export function textsOf(desk: Desk, zone: string): Texts {
  const { data } = desk;
  if (data === null) return { state: say("loading") };
  return {
    ...shiftTexts(desk, data, zone),
    ...callTexts(data, zone),
    ...todayTexts(data),
    ...messageTexts(data.messages, zone),
    ...networkTexts(desk),
    failure: desk.failure?.text ?? "",
    save: saveWords(desk),
    zone: zoneWords(zone),
    tones: desk.tones.sent + desk.tones.waiting,
  };
}

/** The operator's state in words: a pause by its reason, a call by what goes on in it. */
export function stateWords(desk: Desk): string {
  const stage = stageOf(desk);
  const shift = desk.data?.shift;
  if (stage === "paused") return pauseName(desk.data) || say("paused");
  if (stage === "talking" && shift?.consult) {
    if (shift.consult.kind === "asked") return say("asked");
    return say(shift.consult.state === "conference" ? "conference" : "consulting");
  }
  if (stage === "talking" && shift?.held_since_us != null) return say("held");
  return say(stage);
}

function pauseName(data: DeskData | null): string {
  return data?.pause_reasons.find((reason) => reason.code === data.shift?.pause)?.name ?? "";
}

function shiftTexts(desk: Desk, data: DeskData, zone: string): Texts {
  const { shift, campaigns } = data;
  const mine = campaigns.filter((campaign) => shift?.campaigns.includes(campaign.id));
  const reason = data.pause_reasons.find((one) => one.code === shift?.pause);
  const wrap = shift?.until_us != null ? shift.until_us - shift.since_us : 0;
  return {
    state: stateWords(desk),
    extension: data.operator?.extension ?? "",
    campaigns: mine.length > 1 ? say("campaigns", { name: mine[0]?.name ?? "", n: mine.length - 1 }) : (mine[0]?.name ?? ""),
    started: shift ? relative.clock(shift.started_us, zone) : "",
    after: shift?.pause_asked ? (pauseName(data) || say("paused")) : say("free"),
    "wrap-length": wrap ? say("of", { length: duration(wrap) }) : "",
    "pause-name": pauseName(data) || say("paused"),
    "pause-limit": reason?.limit_minutes ? say("up_to", { n: reason.limit_minutes }) : say("no_limit"),
    "pause-used": reason && reason.used_today_s >= 60 ? say("used_today", { n: Math.floor(reason.used_today_s / 60) }) : "",
    ...consultTexts(data),
  };
}

function consultTexts({ shift }: DeskData): Texts {
  const consult = shift?.consult;
  if (!consult) return {};
  const state = consult.kind === "asked" ? "asks_you" : `consult_${consult.state}`;
  return {
    consult: consult.kind === "asked" ? say("asked_by", { name: consult.name }) : say("with", { name: consult.name }),
    "consult-name": consult.name,
    "consult-state": say(state),
  };
}

function callTexts(data: DeskData, zone: string): Texts {
  const { call, preview } = data;
  const contact = call?.contact ?? preview;
  const texts: Texts = {
    customer: contact?.name || say(contact === null ? "unknown_caller" : "no_name"),
    document: contact?.document ? `${documentName(contact.document)} ${showDocument(contact.document)}` : "",
    email: contact?.email ?? "",
    "history-count": call && call.history.length > 0 ? whole(call.history.length) : "",
    attempt: call && call.history.length > 0 ? say("calls_before", { n: call.history.length }) : "",
  };
  if (preview?.callback) {
    const promised = preview.callback;
    texts["preview-callback"] = [say("promised_for", { when: whenWords(promised.due_us, zone) }), promised.note].filter(Boolean).join(" · ");
  }
  return call ? { ...texts, ...presentCall(call), ...lastTalk(call, zone) } : texts;
}

function presentCall(call: DeskCall): Texts {
  const phones = call.contact?.phones ?? [];
  const index = phones.findIndex((phone) => phone.e164 === call.number);
  return {
    kind: `${say(call.direction === "in" ? "incoming" : "outgoing")} · ${say(`mode_${call.mode}`)}`,
    campaign: call.campaign.name,
    number: call.shown_number,
    "number-of": index >= 0 && phones.length > 1 ? say("number_of", { n: index + 1, all: phones.length }) : "",
    talked: call.ended_us !== null ? say("talked", { length: duration(call.ended_us - call.since_us) }) : say("call_over"),
  };
}

function lastTalk(call: DeskCall, zone: string): Texts {
  const last = call.history.find((past) => past.operator || past.note) ?? call.history[0];
  if (!last) return {};
  const who = last.operator ? say("with", { name: shortName(last.operator) }) : last.outcome_name;
  const length = last.talk_ms ? duration(last.talk_ms * 1000) : "";
  return {
    "last-when": whenWords(last.at_us, zone),
    "last-words": [who, length, last.disposition, last.note].filter(Boolean).join(" · "),
  };
}

function todayTexts({ today, pause_reasons }: DeskData): Texts {
  const { paused, planned } = plannedPauses(pause_reasons);
  const share = percent(today.successes, today.calls);
  return {
    "today-calls": whole(today.calls),
    "today-successes": whole(today.successes),
    "today-conversion": share === null ? "—" : `${share}\u00a0%`,
    "today-talk": mean(today.mean_talk_ms),
    "today-wrap": mean(today.mean_wrap_up_ms),
    "today-worked": hours(today.worked_ms),
    "today-pauses": say("minutes_of", { n: Math.floor(paused / 60), all: planned }),
  };
}

/** Of the pauses with a limit: how long they were today, seconds, and how long they may be, minutes. */
export function plannedPauses(reasons: readonly PauseReason[]): { paused: number; planned: number } {
  const limited = reasons.filter((one) => one.limit_minutes !== null);
  return {
    paused: limited.reduce((sum, one) => sum + one.used_today_s, 0),
    planned: limited.reduce((sum, one) => sum + (one.limit_minutes ?? 0), 0),
  };
}

function mean(ms: number | null): string {
  return ms === null ? "—" : duration(ms * 1000);
}

/** "3h07": of a day, seconds say nothing. */
export function hours(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}`;
}

/** The oldest one first: it has waited longest. */
export function firstMessage(messages: readonly DeskMessage[]): DeskMessage | null {
  return messages.reduce<DeskMessage | null>((first, one) => (first === null || one.id < first.id ? one : first), null);
}

function messageTexts(messages: readonly DeskMessage[], zone: string): Texts {
  const first = firstMessage(messages);
  if (first === null) return {};
  return {
    "message-sender": first.sender || say("supervisor"),
    "message-at": relative.clock(first.sent_us, zone),
    "message-text": first.text,
    "message-more": messages.length > 1 ? ` · ${say("more", { n: messages.length - 1 })}` : "",
  };
}

function networkTexts({ phone }: Desk): Texts {
  const quality = phone?.quality;
  return {
    rtt: quality?.rttMs != null ? `${whole(quality.rttMs)} ms` : "—",
    loss: quality ? `${percent(quality.loss, 1)}\u00a0%` : "—",
  };
}

function saveWords(desk: Desk): string {
  const stage = stageOf(desk);
  const open = openItems(desk);
  if (open.includes("disposition")) return say(stage === "wrap_up" ? "choose_first" : "choose_while");
  if (open.includes("callback")) return say("callback_first");
  if (open.includes("note")) return say("note_first");
  if (open.length > 0) return say("fields_first", { fields: open.map(fieldWords).join(", ") });
  if (stage === "talking") return say("save_now");
  return desk.data?.shift?.pause_asked ? say("save_and_pause") : say("save_and_free");
}

/** A field's name as people know it; columns of a list by their header. */
export function fieldWords(name: string): string {
  return say(`field_${name}`) || name;
}

/** What the clock shows: time in the state, or what is left of wrap-up. */
export function clockWords(desk: Desk): string {
  const { data } = desk;
  if (!data?.shift) return "";
  const now = serverNowUs();
  const { shift, call } = data;
  if (shift.state === "wrap_up" && shift.until_us !== null) return duration(shift.until_us - now + 999_999);
  if (shift.state === "talking" && call) return duration(now - Math.max(shift.since_us, call.since_us));
  return duration(now - shift.since_us);
}
