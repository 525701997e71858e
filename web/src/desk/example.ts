/** A desk as the server would give it, for tests. */

import type { DeskCall, DeskData, Disposition, Shift } from "./wire";

export function exampleShift(change: Partial<Shift> = {}): Shift {
  return {
    id: 1, state: "free", since_us: 1_000_000_000, until_us: null, started_us: 900_000_000, phone: "registered", pause: null,
    pause_asked: false, campaigns: [1], held_since_us: null, consult: null, recording: null, ...change,
  };
}

export function exampleCall(change: Partial<DeskCall> = {}): DeskCall {
  return {
    id: "c1", number: "+5519988412076", shown_number: "(19) 98841-2076", direction: "out", mode: "predictive",
    campaign: { id: 1, name: "Consignado" }, state: "talking", since_us: 1_000_000_000, ended_us: null,
    contact: {
      id: 7, name: "Marlene Aparecida dos Santos", document: "52998224725", external_id: "", email: "",
      extra: { Banco: "Aurora" }, phones: [{ id: 3, e164: "+5519988412076", shown: "(19) 98841-2076", state: "usable" }],
    },
    history: [], script: [], disposition: null, note: "", amd: { status: "", corrected: "", control: false }, ...change,
  };
}

export function exampleDisposition(change: Partial<Disposition> = {}): Disposition {
  return {
    id: 1, code: "venda", name: "Venda", shortcut: "", required_fields: [], schedules_callback: false, is_success: true,
    is_final: true, suppresses_phone: false, ...change,
  };
}

export const EXAMPLE: DeskData = {
  now_us: 1_000_000_000,
  operator: { id: 1, name: "Patrícia Lima", extension: "4021" },
  shift: null,
  last_end_reason: "",
  campaigns: [{ id: 1, name: "Consignado", state: "running", dialing: "predictive", allows_manual: false }],
  phone: null,
  phone_elsewhere: false,
  call: null,
  preview: null,
  dispositions: [exampleDisposition()],
  pause_reasons: [{ code: "rest", name: "NR-17", is_mandatory: true, limit_minutes: 10, used_today_s: 0 }],
  reminders: [],
  callbacks: [],
  messages: [],
  recent: [],
  today: { calls: 0, successes: 0, talk_ms: 0, wrap_up_ms: 0, mean_talk_ms: null, mean_wrap_up_ms: null, paused_ms: 0, worked_ms: 0, most_work_ms: 21_600_000 },
};
