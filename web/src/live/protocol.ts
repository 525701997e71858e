/** The messages of the live socket (live/consumer.py says the same in Python). */

import type { BrowserEvent } from "../generated/events";

export interface Snapshot {
  kind: "snapshot";
  seq: number;
  topic: string;
  data: unknown;
}

/** Declared in Python, its types generated; one of an unknown type falls through every switch. */
export type LiveEvent = { kind: "event"; seq: number } & BrowserEvent;

export type Message = Snapshot | LiveEvent | { kind: "away" } | { kind: "pong"; at_us: number };

/** Close codes that reconnecting can't mend. */
export const LOGGED_OUT = 4401;
export const NOT_ALLOWED = 4403;

/** Parses a message; null for what this page doesn't know. */
export function parseMessage(text: string): Message | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof raw !== "object" || raw === null || !("kind" in raw)) return null;
  const message = raw as Record<string, unknown>;
  const numbered = typeof message["seq"] === "number" && "data" in message;
  if (message["kind"] === "snapshot" && numbered) return message as unknown as Snapshot;
  if (message["kind"] === "event" && numbered && typeof message["type"] === "string") {
    return message as unknown as LiveEvent;
  }
  if (message["kind"] === "away") return { kind: "away" };
  if (message["kind"] === "pong" && typeof message["at_us"] === "number") {
    return { kind: "pong", at_us: message["at_us"] };
  }
  return null;
}
