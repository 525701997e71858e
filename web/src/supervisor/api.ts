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
    return this.told("GET", "supervision/");
  }

  panel(operator: number): Promise<Panel> {
    return this.told("GET", `supervision/operators/${operator}/`);
  }

  async talks(calls: readonly string[]): Promise<Talk[]> {
    const answer = await this.told<{ talks: Talk[] }>("GET", `supervision/talks/?calls=${calls.join(",")}`);
    return answer.talks;
  }

  openPhone(operator: number | null): Promise<OpenedPhone> {
    return this.told("POST", "supervision/phone/", { operator });
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
    return this.told("POST", `supervision/${path}`, body);
  }

  force(operator: number, what: "pause" | "free", body: object = {}): Promise<Panel> {
    return this.told("POST", `supervision/operators/${operator}/${what}/`, body);
  }

  /** Change the company's limits of the wallboard. */
  async setLimits(limits: object): Promise<void> {
    await this.ask("PATCH", "supervision/board/", limits);
  }

  async endShift(operator: number): Promise<void> {
    await this.ask("POST", `operators/${operator}/end-shift/`, {});
  }

  async send(text: string, operators: number[] | null): Promise<void> {
    await this.ask("POST", "supervision/messages/", { text, operators });
  }

  /** What answers with something: nothing in its place, or a proxy's own page, is a failure like others. */
  private async told<T>(method: string, path: string, body?: object): Promise<T> {
    const said = await this.ask(method, path, body);
    if (typeof said !== "object" || said === null) throw new ApiError("failed", word("failed"));
    return said as T;
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
