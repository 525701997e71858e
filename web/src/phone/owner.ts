/**
 * One phone per browser: the tab that holds the lock has it, another says so and may take it over. Locks end with their
 * tab, however it ends. Without secure context there are no locks; no microphone either, so nothing is lost.
 */

export type Ownership = "asking" | "mine" | "elsewhere";

interface Call {
  kind: "take-over";
  token: string;
}

/** A reloaded page finds its own old lock held for a moment; a busy machine needs its time too. */
const PATIENCE_MS = 1_500;

export class PhoneOwner {
  private readonly token = `${Date.now()}.${Math.random()}`;
  private readonly channel: BroadcastChannel;
  private release: (() => void) | null = null;
  private line: AbortController | null = null;
  state: Ownership = "asking";

  /** `name` is the phone's: the person, in his company. `told` hears of every change. */
  constructor(
    private readonly name: string,
    private readonly told: (state: Ownership) => void,
  ) {
    this.channel = new BroadcastChannel(this.lock);
    this.channel.addEventListener("message", (message: MessageEvent<Call>) => {
      if (message.data.kind === "take-over" && message.data.token !== this.token) this.giveWay();
    });
  }

  /** Ask for the phone. As long as another tab has it: "elsewhere"; when that one is gone, it comes here by itself. */
  claim(): void {
    if (!navigator.locks) {
      this.say("mine");
      return;
    }
    this.standInLine();
    setTimeout(() => void this.look(), PATIENCE_MS);
  }

  /** Make the tab that has it let go, and have it here. */
  takeOver(): void {
    this.channel.postMessage({ kind: "take-over", token: this.token } satisfies Call);
  }

  /** Let go for good. */
  stop(): void {
    this.line?.abort();
    this.release?.();
    this.channel.close();
  }

  /** To the tab that takes over, which stands in line already: go behind it. */
  private giveWay(): void {
    if (this.state === "mine") {
      // The listeners stop the phone first: two registrations at once would throw each other out.
      this.say("elsewhere");
      this.release?.();
    }
    this.line?.abort();
    this.standInLine();
  }

  private standInLine(): void {
    const line = new AbortController();
    this.line = line;
    void this.hold(line.signal);
  }

  private async hold(signal: AbortSignal): Promise<void> {
    try {
      await navigator.locks.request(this.lock, { signal }, async () => {
        this.say("mine");
        await new Promise<void>((resolve) => {
          this.release = resolve;
        });
        this.release = null;
      });
    } catch (error) {
      // Aborted: out of the line, to give way or for good.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  private async look(): Promise<void> {
    if (this.state !== "asking") return;
    const { held } = await navigator.locks.query();
    // Perhaps it has just become ours without our knowing yet: then "mine" follows at once.
    if (this.state === "asking" && held?.some((lock) => lock.name === this.lock)) this.say("elsewhere");
  }

  private get lock(): string {
    return `cadencia.phone.${this.name}`;
  }

  private say(state: Ownership): void {
    if (this.state === state) return;
    this.state = state;
    this.told(state);
  }
}
