/**
 * Where the phone's registration stands. Pure: state and event in, state and effects out (phone.ts carries them out).
 *
 *   off ─start→ connecting ─connected→ registering ─registered→ registered
 *                   ↑ lost                  │ refused → waiting ─due→ registering
 *                   └────────────────── any ┘
 */

import { reconnectWaitMs } from "../live/sequence";

export type Registration =
  /** Not asked for, or stopped. */
  | { name: "off" }
  /** The socket is being opened; `attempt` counts the failures in a row, from 0. */
  | { name: "connecting"; attempt: number }
  | { name: "registering"; attempt: number }
  | { name: "registered" }
  /** The switch said no (not there yet, wrong secret, failing): tried again when the wait is over. */
  | { name: "waiting"; attempt: number; status: number };

export type RegistrationEvent =
  | { type: "start" }
  | { type: "stop" }
  | { type: "connected" }
  | { type: "disconnected" }
  | { type: "registered" }
  /** `status` is the SIP status of the refusal; 0 when none came in time. */
  | { type: "refused"; status: number }
  | { type: "due" };

export type RegistrationEffect =
  | { do: "register" }
  /** Send "due" after so long. */
  | { do: "wait"; ms: number }
  /** Nobody answers on this socket: close it, so that it is opened afresh. */
  | { do: "reopen" };

export interface RegistrationStep {
  state: Registration;
  effects: RegistrationEffect[];
}

export const OFF: Registration = { name: "off" };

/** The switch may need a moment to make a new extension: so many refusals are no news to anybody. */
export const PATIENT_ATTEMPTS = 4;

/** `random` (0..1) spreads the waits of many phones. */
export function stepRegistration(state: Registration, event: RegistrationEvent, random: number): RegistrationStep {
  const stay = { state, effects: [] };
  if (event.type === "stop") return { state: OFF, effects: [] };
  if (event.type === "start") return state.name === "off" ? go({ name: "connecting", attempt: 0 }) : stay;
  if (state.name === "off") return stay;
  const attempt = "attempt" in state ? state.attempt : 0;
  switch (event.type) {
    case "connected":
      return go({ name: "registering", attempt }, { do: "register" });
    case "disconnected":
      return go({ name: "connecting", attempt: attempt + 1 });
    case "registered":
      return go({ name: "registered" });
    case "refused":
      if (event.status === 0) return go({ name: "connecting", attempt: attempt + 1 }, { do: "reopen" });
      return go(
        { name: "waiting", attempt: attempt + 1, status: event.status },
        { do: "wait", ms: registerWaitMs(attempt, random) },
      );
    case "due":
      return state.name === "waiting" ? go({ name: "registering", attempt }, { do: "register" }) : stay;
  }
}

function go(state: Registration, ...effects: RegistrationEffect[]): RegistrationStep {
  return { state, effects };
}

/** Quick at first, since the extension is just being made; then as any reconnection, up to half a minute. */
export function registerWaitMs(attempt: number, random: number): number {
  return attempt < PATIENT_ATTEMPTS ? 250 * (attempt + 1) : reconnectWaitMs(attempt - 1, random);
}

/** Whether the state is worth an alarm: not the moments of a start or of a blink of the network. */
export function isRefused(state: Registration): boolean {
  return state.name === "waiting" && state.attempt > PATIENT_ATTEMPTS;
}
