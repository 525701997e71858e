/** What the side panel offers and says, from what is known. Pure. */

import type { SuperviseChanged } from "../generated/events";
import type { Hearing, Mode, Own, Panel } from "./wire";

export const NOBODY: Own = {
  phone: { state: "off", session: "", extension: "", in_this_browser: false, detail: "" },
  hearing: null,
  taken: null,
};

/** Own state after an event about this person. The customer taken over has to be asked for: null. */
export function applyOwn(own: Own, event: SuperviseChanged): { own: Own; ask: boolean } {
  const hearing: Hearing | null =
    event.operator === null
      ? null
      : {
          operator: event.operator,
          mode: event.mode as Hearing["mode"],
          state: event.state as Hearing["state"],
          since_us: event.since_us,
        };
  const phone = { ...own.phone, state: event.phone, session: event.phone_session };
  const ask = hearing?.mode === "taken_over" || own.hearing?.mode === "taken_over" || own.taken !== null;
  return { own: { ...own, phone, hearing }, ask };
}

export interface Offers {
  listen: boolean;
  whisper: boolean;
  barge: boolean;
  takeOver: boolean;
  stop: boolean;
  pause: boolean;
  free: boolean;
  endShift: boolean;
  /** Which of the modes is on now. */
  mode: Mode | null;
}

const NOTHING: Offers = {
  listen: false, whisper: false, barge: false, takeOver: false, stop: false, pause: false, free: false, endShift: false,
  mode: null,
};

/** What may be asked for. `busy`: an answer is being waited for; `here`: this page has the phone. */
export function offers(panel: Panel | null, own: Own, busy: boolean, here: boolean): Offers {
  const shift = panel?.shift;
  if (!panel || !shift) return NOTHING;
  const mine = here && own.hearing?.operator === panel.id ? own.hearing : null;
  const hasCustomer = own.hearing?.mode === "taken_over";
  const there = shift.state !== "connecting" && !hasCustomer && !busy;
  const mode = mine && mine.mode !== "taken_over" ? mine.mode : null;
  return {
    listen: there && mode !== "listen",
    whisper: there && mode !== "whisper",
    barge: there && mode !== "barge" && shift.state === "talking",
    takeOver: there && shift.state === "talking",
    stop: mode !== null && !busy,
    pause: !busy && shift.state !== "connecting" && !(shift.state === "paused"),
    free: !busy && (shift.state === "wrap_up" || shift.state === "paused"),
    endShift: !busy,
    mode,
  };
}

/** The key of the sentence on how the listening stands; "" for none. */
export function sentence(panel: Panel, own: Own, ended: string, here: boolean): string {
  if (own.hearing?.operator === panel.id) {
    if (!here) return "phone_elsewhere";
    return own.hearing.state === "asked" ? "asked" : `up_${own.hearing.mode}`;
  }
  return ["switch", "failed", "phone_lost", "lost"].includes(ended) ? `ended_${ended}` : "";
}

/** Whether an event about a shift concerns what the open panel shows beyond the event itself. */
export function outdated(panel: Panel | null, operator: number): boolean {
  return panel?.id === operator;
}
