/**
 * One phone per browser: the tab that holds the lock has it, another says so and may take it over. Locks end with their
 * tab, however it ends. Without secure context there are no locks; no microphone either, so nothing is lost.
 */

export type Ownership = "asking" | "mine" | "elsewhere";

interface Call {
  kind: "take-over";
  token: string;
}

/** A reloaded page finds its own old lock held for a moment. */
const PATIENCE_MS = 1_500;

export class PhoneOwner {
  private readonly token = `${Date.now()}.${Math.random()}`;
  private readonly channel: BroadcastChannel;
  private release: (() => void) | null = null;
  state: Ownership = "asking";

  /** `name` is the phone's: the person, in his company. `told` hears of every change. */
  constructor(
    private readonly name: string,
    private readonly told: (state: Ownership) => void,
  ) {
    this.channel = new BroadcastChannel(this.lock);
    this.channel.addEventListener("message", (message: MessageEvent<Call>) => {
      if (message.data.kind === "take-over" && message.data.token !== this.token) this.yield();
    });
  }

  /** Ask for the phone; ends in "mine" or "elsewhere". */
  claim(): void {
    if (!navigator.locks) {
      this.say("mine");
      return;
    }
    void this.hold(AbortSignal.timeout(PATIENCE_MS));
  }

  /** Make the tab that has it let go, and have it here. */
  takeOver(): void {
    this.channel.postMessage({ kind: "take-over", token: this.token } satisfies Call);
    if (navigator.locks) void this.hold(AbortSignal.timeout(PATIENCE_MS * 2));
  }

  /** Let go for good. */
  stop(): void {
    this.release?.();
    this.channel.close();
  }

  private yield(): void {
    if (this.state !== "mine") return;
    // The listeners stop the phone first: two registrations at once would throw each other out.
    this.say("elsewhere");
    this.release?.();
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
      if (!(error instanceof DOMException)) throw error;
      // On a busy machine the patience may be over before the lock is given: only a lock that is held is elsewhere's.
      if (await this.isHeld()) this.say("elsewhere");
      else await this.hold(AbortSignal.timeout(PATIENCE_MS));
    }
  }

  private async isHeld(): Promise<boolean> {
    const { held } = await navigator.locks.query();
    return held?.some((lock) => lock.name === this.lock) ?? false;
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
