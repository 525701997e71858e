/** What the desk asks of the server: the command's name → its request below /api/v1/desk/. */

export interface Request {
  method: "POST" | "PATCH";
  path: string;
  body: Record<string, unknown>;
}

export type CommandName =
  | "start" | "end" | "pause" | "resume" | "finish"
  | "hold" | "unhold" | "hang_up" | "digits" | "transfer" | "consult" | "consult_end" | "consult_complete" | "conference"
  | "recording" | "dispose" | "amd" | "contact" | "manual" | "preview_next" | "preview_dial" | "preview_skip" | "read"
  | "take_phone";

const PATHS: Record<CommandName, string> = {
  start: "shift/start/",
  end: "shift/end/",
  pause: "shift/pause/",
  resume: "shift/resume/",
  finish: "shift/wrap-up/finish/",
  hold: "call/hold/",
  unhold: "call/resume/",
  hang_up: "call/hang-up/",
  digits: "call/digits/",
  transfer: "call/transfer/",
  consult: "call/consult/",
  consult_end: "call/consult/end/",
  consult_complete: "call/consult/complete/",
  conference: "call/consult/conference/",
  recording: "call/recording/",
  dispose: "call/disposition/",
  amd: "call/amd/",
  contact: "contact/",
  manual: "manual/",
  preview_next: "preview/next/",
  preview_dial: "preview/dial/",
  preview_skip: "preview/skip/",
  read: "messages/{id}/read/",
  take_phone: "phone/take-over/",
};

/** `{id}` in a path is taken out of the body. */
export function requestOf(command: CommandName, body: Record<string, unknown>): Request {
  const { id, ...rest } = body;
  const path = PATHS[command].replace("{id}", String(id));
  return { method: command === "contact" ? "PATCH" : "POST", path, body: path === PATHS[command] ? body : rest };
}
