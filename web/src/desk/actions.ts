/** What buttons (`data-do`) and keys ask for, by name: turned into events of the state, or done on the spot. */

import { serverNowUs } from "../live/clock";
import { audioContext, type Phone, type PhoneOwner } from "../phone";
import type { CommandName } from "./commands";
import type { CallbackDraft } from "./draft";
import { type Desk, dispositionOf, type Event, type Panel } from "./state";
import { firstMessage } from "./texts";
import type { Check } from "./view/check";
import { turnMonth } from "./view/callback";
import type { TargetSearch } from "./view/targets";
import { proposals, skipping } from "./callback";

export interface Surroundings {
  desk: () => Desk;
  dispatch: (event: Event) => void;
  redraw: () => void;
  phone: Phone;
  owner: PhoneOwner;
  check: Check;
  search: TargetSearch;
  zone: string;
  toggleSounds: () => void;
}

/** Actions that are one command without arguments. */
const PLAIN: Record<string, CommandName> = {
  "hang-up": "hang_up", "consult-end": "consult_end", finish: "finish", resume: "resume", "end-now": "end", "take-phone": "take_phone",
};
const PANELS: Record<string, Panel> = {
  manual: "manual", pauses: "pauses", contact: "contact", devices: "devices", help: "help", end: "end", "preview-skip": "skip",
};

/** Does what `name:argument` says. */
export function act(action: string, around: Surroundings): void {
  const [name = "", argument = ""] = split(action);
  const { dispatch } = around;
  const plain = PLAIN[name];
  const panel = PANELS[name];
  if (plain) dispatch({ type: "ask", command: plain });
  else if (panel) dispatch(around.desk().panel === panel ? { type: "close" } : { type: "open", panel });
  else if (name in CALL) CALL[name]?.(around, argument);
  else if (name in WRITING) WRITING[name]?.(around, argument);
  else PAGE[name]?.(around, argument);
}

function split(action: string): [string, string] {
  const at = action.indexOf(":");
  return at < 0 ? [action, ""] : [action.slice(0, at), action.slice(at + 1)];
}

type Action = (around: Surroundings, argument: string) => void;

function ask(around: Surroundings, command: CommandName, body: Record<string, unknown> = {}): void {
  around.dispatch({ type: "ask", command, body });
}

const CALL: Record<string, Action> = {
  mute: ({ phone }) => phone.mute(!phone.state.muted),
  hold: (around) => {
    const shift = around.desk().data?.shift;
    if (shift?.consult) ask(around, "consult_end");
    else ask(around, shift?.held_since_us != null ? "unhold" : "hold");
  },
  keypad: ({ desk, dispatch }) => dispatch(desk().panel === "keypad" ? { type: "close" } : { type: "open", panel: "keypad" }),
  tone: ({ dispatch }, digits) => dispatch({ type: "tone", digits }),
  transfer: (around) => consultOrSearch(around, "consult_complete", false),
  conference: (around) => consultOrSearch(around, "conference", true),
  "transfer-blind": (around) => {
    const target = around.search.current;
    if (target) ask(around, "transfer", { kind: target.kind, target: target.target });
  },
  "transfer-consult": (around) => {
    const target = around.search.current;
    if (!target) return;
    ask(around, target.kind === "queue" ? "transfer" : "consult", { kind: target.kind, target: target.target });
  },
  recording: (around) => {
    const now = around.desk().data?.shift?.recording?.state;
    ask(around, "recording", { action: now === "recording" ? "stop" : now === "paused" ? "resume" : "start" });
  },
  machine: (around) => {
    const amd = around.desk().data?.call?.amd;
    ask(around, "amd", { status: (amd?.corrected || amd?.status) === "machine" ? "human" : "machine" });
  },
  "preview-next": (around) => {
    const data = around.desk().data;
    const mine = data?.campaigns.filter((one) => one.dialing === "preview" && data.shift?.campaigns.includes(one.id)) ?? [];
    const campaign = mine.find((one) => one.state === "running") ?? mine[0];
    if (campaign) ask(around, "preview_next", { campaign_id: campaign.id });
  },
  "preview-dial": (around, id) => ask(around, "preview_dial", { phone_id: Number(id) }),
  "preview-dial-first": (around) => {
    const preview = around.desk().data?.preview;
    const usable = preview?.phones.filter((phone) => phone.state === "usable") ?? [];
    const phone = usable.find((one) => one.shown === preview?.callback?.shown_number) ?? usable[0];
    if (phone) ask(around, "preview_dial", { phone_id: phone.id });
  },
  "preview-skip-for": (around, reason) => ask(around, "preview_skip", skipping(reason, chosenAgain(), around.zone)),
  pause: (around, reason) => ask(around, "pause", { reason }),
};

/** When a promised call that is skipped shall be made. */
function chosenAgain(): string {
  return document.querySelector<HTMLSelectElement>("#skip-again")?.value ?? "";
}

/** With a third party on the line the key finishes what it began; without one it looks for one. */
function consultOrSearch(around: Surroundings, command: CommandName, conference: boolean): void {
  const consult = around.desk().data?.shift?.consult;
  if (consult?.kind === "asked") return;
  if (consult?.state === "up" || (consult?.state === "conference" && !conference)) ask(around, command);
  if (consult) return;
  around.search.conference = conference;
  around.dispatch(around.desk().panel === "transfer" ? { type: "close" } : { type: "open", panel: "transfer" });
}

const WRITING: Record<string, Action> = {
  dispose: ({ dispatch }, code) => dispatch({ type: "write", change: { disposition: code } }),
  save: ({ dispatch }) => dispatch({ type: "save" }),
  note: () => document.getElementById("note")?.focus(),
  callback: (around) => beginCallback(around),
  "no-callback": (around) => {
    const asks = dispositionOf(around.desk())?.schedules_callback;
    around.dispatch({ type: "write", change: asks ? { callback: null, disposition: "" } : { callback: null } });
  },
  propose: (around, when) => {
    const [date = "", time = ""] = when.split(" ");
    beginCallback(around, { date, time });
  },
  "callback-day": (around, date) => changeCallback(around, { date }),
  "callback-time": (around, time) => changeCallback(around, { time }),
  "callback-mine": (around) => changeCallback(around, { mine: true }),
  "callback-anyone": (around) => changeCallback(around, { mine: false }),
  "month-before": (around) => turn(around, -1),
  "month-after": (around) => turn(around, 1),
};

function turn({ redraw }: Surroundings, by: number): void {
  turnMonth(by);
  redraw();
}

/** A callback needs a tabulation that promises one: the first of them, unless one is chosen. */
function beginCallback(around: Surroundings, change: Partial<CallbackDraft> = {}): void {
  const { data, draft } = around.desk();
  if (draft === null || data === null) return;
  const promising = data.dispositions.find((one) => one.schedules_callback);
  const disposition = draft.disposition || promising?.code || "";
  around.dispatch({ type: "write", change: { disposition, callback: { ...startingCallback(around), ...change } } });
}

function changeCallback(around: Surroundings, change: Partial<CallbackDraft>): void {
  around.dispatch({ type: "write", change: { callback: { ...startingCallback(around), ...change } } });
}

function startingCallback(around: Surroundings): CallbackDraft {
  const { draft, data } = around.desk();
  if (draft?.callback) return draft.callback;
  const tomorrow = proposals(serverNowUs(), around.zone).at(-1);
  const call = data?.call;
  const phone = call?.contact?.phones.find((one) => one.e164 === call.number);
  return { date: tomorrow?.date ?? "", time: "", mine: true, phoneId: phone?.id ?? null };
}

const PAGE: Record<string, Action> = {
  start: (around) => {
    const boxes = document.querySelectorAll<HTMLInputElement>('#desk [data-part="campaign-choices"] input:checked');
    // The click lets the page make sounds from now on.
    audioContext();
    ask(around, "start", { campaign_ids: Array.from(boxes, (box) => Number(box.value)) });
  },
  read: (around) => {
    const message = firstMessage(around.desk().data?.messages ?? []);
    if (message) ask(around, "read", { id: message.id });
  },
  close: ({ dispatch }) => dispatch({ type: "close" }),
  dismiss: ({ dispatch }) => dispatch({ type: "dismiss" }),
  step: ({ dispatch }, index) => dispatch({ type: "step", step: Number(index) }),
  "leave-field": () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  },
  sounds: ({ toggleSounds }) => toggleSounds(),
  "test-sound": ({ check }) => void check.testSpeaker(),
  heard: ({ check }) => check.heard(true),
  "not-heard": ({ check }) => check.heard(false),
  "check-microphone": ({ check }) => void check.listen(),
  "check-network": ({ check }) => void check.reach(),
  "retry-phone": ({ phone }) => phone.retryNow(),
  hear: ({ phone }) => {
    audioContext();
    void phone.hear();
  },
  "take-over": ({ dispatch, owner }) => {
    dispatch({ type: "take over" });
    owner.takeOver();
  },
};
