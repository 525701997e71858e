/** Requests of the side panel. A refusal is an ApiError with the server's own words; so is a server that is away. */

import type { OpenedPhone, Own, Panel, Talk } from "./wire";
import { word } from "./words";

export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly text: string,
  ) {
    super(text);
  }
}

const TIMEOUT_MS = 15_000;

function headers(): Record<string, string> {
  const shared = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
  return { ...shared, "Content-Type": "application/json", Accept: "application/json" };
}

export class SupervisionApi {
  /** `base` ends in `/api/v1/`. */
  constructor(private readonly base: string) {}

  own(): Promise<Own> {
    return this.ask("GET", "supervision/") as Promise<Own>;
  }

  panel(operator: number): Promise<Panel> {
    return this.ask("GET", `supervision/operators/${operator}/`) as Promise<Panel>;
  }

  async talks(calls: readonly string[]): Promise<Talk[]> {
    const answer = (await this.ask("GET", `supervision/talks/?calls=${calls.join(",")}`)) as { talks: Talk[] };
    return answer.talks;
  }

  openPhone(operator: number | null): Promise<OpenedPhone> {
    return this.ask("POST", "supervision/phone/", { operator }) as Promise<OpenedPhone>;
  }

  /** Also while the page is being left. */
  closePhone(session: string): void {
    void fetch(`${this.base}supervision/phone/?session=${encodeURIComponent(session)}`, {
      method: "DELETE",
      headers: headers(),
      keepalive: true,
    }).catch(() => undefined);
  }

  /** Anything that answers with the supervisor's own state. */
  act(path: string, body: object = {}): Promise<Own> {
    return this.ask("POST", `supervision/${path}`, body) as Promise<Own>;
  }

  force(operator: number, what: "pause" | "free", body: object = {}): Promise<Panel> {
    return this.ask("POST", `supervision/operators/${operator}/${what}/`, body) as Promise<Panel>;
  }

  async endShift(operator: number): Promise<void> {
    await this.ask("POST", `operators/${operator}/end-shift/`, {});
  }

  async send(text: string, operators: number[] | null): Promise<void> {
    await this.ask("POST", "supervision/messages/", { text, operators });
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    let answer: Response;
    try {
      answer = await fetch(`${this.base}${path}`, {
        method,
        headers: headers(),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch {
      throw new ApiError("offline", word("offline"));
    }
    if (answer.status === 204) return null;
    const said: unknown = await answer.json().catch(() => null);
    if (answer.ok) return said;
    if (answer.status === 401) throw new ApiError("logged_out", word("logged_out"));
    const { code, detail } = (said ?? {}) as { code?: string; detail?: string };
    throw new ApiError(code ?? "failed", detail ?? word("failed"));
  }
}
