/** The supervisor's phone: opened when he first wants to hear somebody, kept until the page is left or loses it. */

import { isRefused, Phone, type PhoneState } from "../phone";
import { ApiError, type SupervisionApi } from "./api";
import { word } from "./words";

const REGISTERS_WITHIN_MS = 12_000;

export class SupervisorPhone {
  private readonly phone: Phone;
  private opening: Promise<void> | null = null;
  private waiting: ((state: PhoneState) => void) | null = null;
  /** This page's opening; "": none. */
  session = "";

  /** `told` hears of every change. */
  constructor(
    private readonly api: SupervisionApi,
    audio: HTMLAudioElement,
    private readonly told: (state: PhoneState) => void,
  ) {
    this.phone = new Phone(audio, (state) => {
      this.waiting?.(state);
      this.told(state);
    });
    globalThis.addEventListener("pagehide", () => this.close());
  }

  get state(): PhoneState {
    return this.phone.state;
  }

  get open(): boolean {
    return this.session !== "";
  }

  /** Have the phone open and registered, on the switch where the operator is. Throws ApiError. */
  async ready(operator: number | null): Promise<void> {
    if (this.open && this.opening === null) return;
    this.opening ??= this.openAnew(operator).finally(() => {
      this.opening = null;
    });
    await this.opening;
  }

  /** Open it again, as after the switch lost it. */
  async again(operator: number): Promise<void> {
    this.drop();
    await this.ready(operator);
  }

  /** Have the microphone too. Throws ApiError with what to do about it. */
  async speak(): Promise<void> {
    if (!this.registers) return; // a switch without browser phones: nothing to speak into
    if (!(await this.phone.speak())) {
      throw new ApiError("microphone", word(`microphone_${this.phone.state.microphone}`));
    }
  }

  mute(muted: boolean): void {
    this.phone.mute(muted);
  }

  hear(): void {
    void this.phone.hear();
  }

  /** Let go without closing: another page has it, or the server closed it. */
  drop(): void {
    this.session = "";
    this.registers = false;
    this.phone.stop();
  }

  close(): void {
    if (!this.open) return;
    this.api.closePhone(this.session);
    this.drop();
  }

  private registers = false;

  private async openAnew(operator: number | null): Promise<void> {
    const opened = await this.api.openPhone(operator);
    this.session = opened.session;
    if (opened.account === null) return;
    this.registers = true;
    const registered = this.registered();
    await this.phone.start(opened.account, "listening");
    try {
      await registered;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private registered(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (): void => reject(new ApiError("phone_failed", word("phone_failed")));
      const timer = setTimeout(failed, REGISTERS_WITHIN_MS);
      this.waiting = (state) => {
        const up = state.registration.name === "registered";
        if (!up && !isRefused(state.registration)) return;
        clearTimeout(timer);
        this.waiting = null;
        if (up) resolve();
        else failed();
      };
    });
  }
}
