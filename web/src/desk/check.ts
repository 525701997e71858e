/** What the check before a shift has found. Pure: view/check.ts looks and listens, this judges. */

import type { MicrophoneTrouble, PhoneState, Reach } from "../phone";
import { isRefused } from "../phone/registration";

export interface Findings {
  /** Whether this switch has phones for browsers at all. */
  phones: boolean;
  microphone: "asking" | "open" | MicrophoneTrouble;
  /** Whether anything was heard in it. */
  heard: boolean;
  speaker: "waiting" | "ok" | "silent";
  reach: Reach | "asking";
}

export const UNKNOWN: Findings = { phones: false, microphone: "asking", heard: false, speaker: "waiting", reach: "asking" };

export type Mark = "wait" | "busy" | "ok" | "warn" | "bad";

export interface Item {
  /** Which of the item's sentences stands. */
  result: string;
  mark: Mark;
}

export type ItemName = "microphone" | "speaker" | "network" | "registration";

/** Slower than this a conversation stumbles, ms for a round trip. */
const SLOW_MS = 400;

export function judge(findings: Findings, phone: PhoneState | null, connecting: boolean): Record<ItemName, Item> {
  return {
    microphone: connecting && phone !== null ? phonesMicrophone(findings, phone) : microphone(findings),
    speaker: { result: findings.speaker, mark: findings.speaker === "ok" ? "ok" : findings.speaker === "silent" ? "bad" : "wait" },
    network: network(findings),
    registration: registration(findings, phone, connecting),
  };
}

function microphone({ microphone: found, heard }: Findings): Item {
  if (found === "asking") return { result: "asking", mark: "busy" };
  if (found === "open") return heard ? { result: "ok", mark: "ok" } : { result: "listening", mark: "busy" };
  return { result: found, mark: "bad" };
}

/** The phone has it now; what was heard before stays heard. */
function phonesMicrophone(findings: Findings, { microphone: found }: PhoneState): Item {
  if (found === "ready") return { result: "ok", mark: "ok" };
  if (found === "none") return microphone(findings);
  return { result: found === "gone" ? "missing" : found, mark: "bad" };
}

function network({ phones, reach }: Findings): Item {
  if (!phones) return { result: "none", mark: "ok" };
  if (reach === "asking") return { result: "asking", mark: "busy" };
  if (reach.socketMs === null) return { result: "blocked", mark: "bad" };
  if (reach.ice === "blocked") return { result: "ice", mark: "warn" };
  return reach.socketMs > SLOW_MS ? { result: "slow", mark: "warn" } : { result: "ok", mark: "ok" };
}

function registration({ phones }: Findings, phone: PhoneState | null, connecting: boolean): Item {
  if (!phones) return { result: "none", mark: connecting ? "busy" : "wait" };
  if (!connecting || phone === null) return { result: "waiting", mark: "wait" };
  if (phone.registration.name === "registered") {
    return phone.leg === "up" ? { result: "ok", mark: "ok" } : { result: "line", mark: "busy" };
  }
  if (isRefused(phone.registration)) return { result: "refused", mark: "bad" };
  const lost = phone.registration.name === "connecting" && phone.registration.attempt > 1;
  return lost ? { result: "lost", mark: "bad" } : { result: "asking", mark: "busy" };
}

/** What keeps a shift from being started: a microphone that can't be had, or no campaign. */
export function obstacle(findings: Findings, chosen: number): "microphone" | "campaigns" | null {
  if (findings.phones && findings.microphone !== "open") return "microphone";
  return chosen > 0 ? null : "campaigns";
}
