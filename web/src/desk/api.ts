/** The desk's requests. A refusal is an ApiError with the server's own words; so is a server that can't be reached. */

import { instantOfDraft } from "./callback";
import type { Request } from "./commands";
import type { CallbackDraft } from "./draft";
import { type DeskData, readDesk, type Target } from "./wire";

export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly text: string,
    readonly status: number,
  ) {
    super(text);
  }

  /** The product itself has no desk for this person. A page of a proxy's that isn't found ends nobody's shift. */
  get isNobody(): boolean {
    return this.status === 404 && this.code === "not_found";
  }
}

/** Words for what the server can't say itself. */
export interface ApiWords {
  offline: string;
  failed: string;
  loggedOut: string;
}

const TIMEOUT_MS = 15_000;
const TAB_KEY = "cadencia.desk.tab";

/**
 * The token of this browser's desk. The lock (phone/owner.ts) sees to it that one tab at a time works with it, so a tab
 * that follows another, or a reload, is the same phone to the server.
 */
export function tabToken(): string {
  const kept = localStorage.getItem(TAB_KEY);
  if (kept && /^[\w-]{1,64}$/.test(kept)) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const token = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem(TAB_KEY, token);
  return token;
}

export class DeskApi {
  private readonly tab = tabToken();

  /** `base` ends in `/api/v1/`; `zone` is the company's, in which callbacks are promised. */
  constructor(
    private readonly base: string,
    private readonly csrf: string,
    private readonly zone: string,
    private readonly words: ApiWords,
  ) {}

  async state(): Promise<DeskData> {
    return this.desk(await this.ask("GET", "desk/"));
  }

  /** Null: done, but the answer is no state; it has to be asked for. */
  async send({ method, path, body }: Request): Promise<DeskData | null> {
    const answer = await this.ask(method, `desk/${path}`, this.outgoing(body));
    return typeof answer === "object" && answer !== null && "now_us" in answer ? this.desk(answer) : null;
  }

  async targets(query: string): Promise<Target[]> {
    const answer = (await this.ask("GET", `desk/targets/?q=${encodeURIComponent(query)}`)) as { targets?: Target[] };
    return answer.targets ?? [];
  }

  /** Tabulate a call that is no longer the present one. */
  async tabulate(call: string, disposal: Record<string, unknown>): Promise<void> {
    await this.ask("POST", `calls/${call}/disposition/`, this.outgoing(disposal));
  }

  /** The page goes, perhaps to come back: the switch shall wait for the phone. */
  sayReloading(): void {
    const form = new FormData();
    form.set("tab", this.tab);
    form.set("csrfmiddlewaretoken", this.csrf);
    navigator.sendBeacon(`${this.base}desk/shift/reloading/`, form);
  }

  /** The wall clock's time of a callback becomes an instant. */
  private outgoing(body: Record<string, unknown>): Record<string, unknown> {
    const callback = body["callback"] as CallbackDraft | undefined;
    if (!callback) return body;
    const us = instantOfDraft(callback, this.zone);
    if (us === null) return { ...body, callback: null };
    const due = new Date(us / 1000).toISOString();
    return { ...body, callback: { due_at: due, mine: callback.mine, phone_id: callback.phoneId, note: String(body["note"] ?? "").slice(0, 500) } };
  }

  private async ask(method: string, path: string, body?: Record<string, unknown>): Promise<unknown> {
    const headers: Record<string, string> = { Accept: "application/json", "X-Desk-Tab": this.tab };
    const init: RequestInit = { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["X-CSRFToken"] = this.csrf;
      init.body = JSON.stringify(body);
    }
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.base + path, init);
      // The network may go while the answer comes in: whoever waits for it must hear of that too.
      text = await response.text();
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) throw new ApiError("offline", this.words.offline, 0);
      throw error;
    }
    const answer = readAnswer(text);
    if (response.ok) return answer;
    throw this.errorOf(response.status, answer as { code?: string; detail?: string; fields?: unknown } | null);
  }

  /** What a proxy or a hotel's login page answers in the server's place is no state. */
  private desk(answer: unknown): DeskData {
    try {
      return readDesk(answer);
    } catch (error) {
      if (error instanceof TypeError) throw new ApiError("failed", this.words.failed, 0);
      throw error;
    }
  }

  private errorOf(status: number, answer: { code?: string; detail?: string; fields?: unknown } | null): ApiError {
    const code = answer?.code ?? "failed";
    if (code === "not_authenticated" || status === 401) return new ApiError("logged_out", this.words.loggedOut, status);
    if (!answer?.detail) return new ApiError(code, this.words.failed, status);
    // What the product itself refuses names its fields in the sentence.
    const first = code === "invalid" ? firstText(answer.fields) : "";
    return new ApiError(code, first ? `${answer.detail} ${first}` : answer.detail, status);
  }
}

/** An answer's object; null for anything else. */
function readAnswer(text: string): unknown {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The first sentence of a refusal's fields, however deep it stands. */
export function firstText(fields: unknown): string {
  if (typeof fields === "string") return fields;
  if (typeof fields !== "object" || fields === null) return "";
  for (const value of Object.values(fields)) {
    const found = firstText(value);
    if (found) return found;
  }
  return "";
}
