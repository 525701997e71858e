/** What the API of supervision answers (desk/api/supervision_serializers.py says the same in Python). */

import type { PhoneAccount } from "../phone";

export type Mode = "listen" | "whisper" | "barge";

export interface Talk {
  id: string;
  campaign: { id: number; name: string };
  customer: string;
  /** Masked. */
  number: string;
  direction: string;
  mode: string;
  since_us: number | null;
  ended: boolean;
}

export interface Own {
  phone: { state: string; session: string; extension: string; in_this_browser: boolean; detail: string };
  hearing: Hearing | null;
  taken: Taken | null;
}

export interface Hearing {
  operator: number;
  mode: Mode | "taken_over";
  state: "asked" | "up";
  since_us: number;
}

export interface Taken {
  call: Talk;
  operator: { id: number; name: string };
  on: boolean;
  since_us: number;
  held_since_us: number | null;
  disposition: string | null;
  note: string;
}

export interface Shift {
  state: string;
  since_us: number;
  until_us: number | null;
  started_us: number;
  phone: string;
  held_since_us: number | null;
  pause: string | null;
  pause_asked: boolean;
  campaigns: { id: number; name: string }[];
}

export interface Panel {
  id: number;
  name: string;
  extension: string;
  shift: Shift | null;
  call: Talk | null;
  day: {
    worked_s: number;
    conversations: number;
    times: { state: string; seconds: number }[];
    pauses: { code: string; name: string; limit_minutes: number | null; seconds: number }[];
    reminders: { code: string; minutes: number }[];
  };
  calls: (Talk & { disposition: string; talk_s: number | null })[];
  messages: { id: number; text: string; sender: string; sent_us: number; read_us: number | null }[];
  listeners: { user_id: number; name: string; mode: string; since_us: number }[];
}

export interface OpenedPhone {
  session: string;
  state: string;
  account: PhoneAccount | null;
}
