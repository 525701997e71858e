/** What the server says of an operator's desk (desk/api says the same in Python). Instants are µs since the epoch. */

import type { PhoneAccount } from "../phone";

export type ShiftState = "connecting" | "free" | "ringing" | "talking" | "wrap_up" | "paused";

export interface Consult {
  id: string;
  /** asked: a colleague consults us. */
  kind: "operator" | "outside" | "asked";
  target: string;
  name: string;
  state: "ringing" | "up" | "conference";
}

export interface RecordingNow {
  mode: string;
  state: "off" | "recording" | "paused";
  on_demand: boolean;
}

export interface Shift {
  id: number;
  state: ShiftState;
  since_us: number;
  /** When wrap-up ends by itself; null: only the operator ends it. */
  until_us: number | null;
  started_us: number;
  /** As the switch sees it: expected | registered | lost. */
  phone: string;
  /** Code of the reason. */
  pause: string | null;
  pause_asked: boolean;
  campaigns: number[];
  held_since_us: number | null;
  consult: Consult | null;
  recording: RecordingNow | null;
}

export interface DeskCampaign {
  id: number;
  name: string;
  state: string;
  dialing: string;
  allows_manual: boolean;
}

export interface ContactPhone {
  id: number;
  e164: string;
  shown: string;
  state: string;
}

export interface DeskContact {
  id: number;
  name: string;
  document: string;
  external_id: string;
  email: string;
  /** The list's other columns, by their headers. */
  extra: Record<string, unknown>;
  phones: ContactPhone[];
}

export interface PastCall {
  id: string;
  at_us: number;
  direction: "out" | "in";
  campaign: string;
  shown_number: string;
  operator: string;
  outcome_name: string;
  /** Name of the disposition; "" without one. */
  disposition: string;
  note: string;
  talk_ms: number;
}

/** A stretch of the script; `field` names what was filled in, `missing`: the customer doesn't have it. */
export interface ScriptPart {
  text: string;
  field: string;
  missing: boolean;
}

export interface DeskCall {
  id: string;
  number: string;
  shown_number: string;
  direction: "out" | "in";
  mode: string;
  campaign: { id: number; name: string };
  state: string;
  since_us: number;
  ended_us: number | null;
  contact: DeskContact | null;
  history: PastCall[];
  script: ScriptPart[];
  /** Code; null while none is saved. */
  disposition: string | null;
  note: string;
  amd: { status: string; corrected: string; control: boolean };
}

/** A customer to look at before he is dialed. */
export interface Preview extends DeskContact {
  campaign: { id: number; name: string };
  callback: Callback | null;
  until_us: number | null;
}

export interface Disposition {
  id: number;
  code: string;
  name: string;
  shortcut: string;
  /** note, email, document, or a key of the contact's own data. */
  required_fields: string[];
  schedules_callback: boolean;
  is_success: boolean;
  is_final: boolean;
  suppresses_phone: boolean;
}

export interface PauseReason {
  code: string;
  name: string;
  is_mandatory: boolean;
  limit_minutes: number | null;
  used_today_s: number;
}

export interface Callback {
  id: number;
  due_us: number;
  state: string;
  /** Of this operator, not of anyone. */
  mine: boolean;
  note: string;
  campaign: { id: number; name: string };
  contact: { id: number; name: string };
  shown_number: string;
}

export interface DeskMessage {
  id: number;
  text: string;
  sender: string;
  sent_us: number;
}

/** One of the operator's own last calls. */
export interface RecentCall {
  id: string;
  at_us: number;
  name: string;
  shown_number: string;
  talk_ms: number;
  /** Code; null without one. */
  disposition: string | null;
  note: string;
}

export interface Today {
  calls: number;
  successes: number;
  talk_ms: number;
  wrap_up_ms: number;
  /** Of the conversations and wrap-ups that are over; null before the first. */
  mean_talk_ms: number | null;
  mean_wrap_up_ms: number | null;
  paused_ms: number;
  worked_ms: number;
  most_work_ms: number;
}

/** What NR-17 has due: rest_due, second_rest_due, meal_due, pause_over, day_ends, day_over. */
export interface Reminder {
  code: string;
  minutes: number;
}

export interface DeskData {
  now_us: number;
  operator: { id: number; name: string; extension: string } | null;
  shift: Shift | null;
  last_end_reason: string;
  campaigns: DeskCampaign[];
  phone: PhoneAccount | null;
  phone_elsewhere: boolean;
  call: DeskCall | null;
  preview: Preview | null;
  dispositions: Disposition[];
  pause_reasons: PauseReason[];
  reminders: Reminder[];
  callbacks: Callback[];
  messages: DeskMessage[];
  recent: RecentCall[];
  today: Today;
}

export interface Target {
  kind: "operator" | "queue" | "outside";
  /** What the commands take: an extension, a campaign's id, a number in E.164. */
  target: string;
  name: string;
  /** An operator's state; of a queue, how many are free. */
  state: string;
  is_available: boolean;
}

/** Throws TypeError for an answer that is no desk's. */
export function readDesk(raw: unknown): DeskData {
  const data = raw as Partial<DeskData> | null;
  if (typeof data !== "object" || data === null || typeof data.now_us !== "number" || !Array.isArray(data.dispositions)) {
    throw new TypeError("This is no state of a desk.");
  }
  return data as DeskData;
}

/** The desk of a person without extension: there is nothing to ask the server for. */
export function nobodysDesk(nowUs: number): DeskData {
  return {
    now_us: nowUs, operator: null, shift: null, last_end_reason: "", campaigns: [], phone: null, phone_elsewhere: false,
    call: null, preview: null, dispositions: [], pause_reasons: [], reminders: [], callbacks: [], messages: [], recent: [],
    today: { calls: 0, successes: 0, talk_ms: 0, wrap_up_ms: 0, mean_talk_ms: null, mean_wrap_up_ms: null, paused_ms: 0, worked_ms: 0, most_work_ms: 0 },
  };
}
