/**
 * The phone: registers, answers the standing leg by itself, and tells how it stands. One at a time for a page; `start`
 * and `stop` as often as one likes. What it needs of the page is one <audio> element.
 */

import { UA } from "jssip";
import type { RTCSessionEvent } from "jssip/lib/UA";

import { type Choice, chosenDevices, isBack, listDevices, MicrophoneError, type MicrophoneTrouble, openMicrophone, rememberDevices } from "./devices";
import { incoming, Leg } from "./leg";
import { audioContext, type Meter, meterOf } from "./meter";
import { type Quality, qualityOf, type StatsSample } from "./quality";
import { OFF, type Registration, type RegistrationEffect, type RegistrationEvent, stepRegistration } from "./registration";
import { SipSocket } from "./socket";

/** What the server gives for the time of a shift. The password is nowhere kept by the page. */
export interface PhoneAccount {
  /** ws: or wss: address of the switch. */
  url: string;
  uri: string;
  username: string;
  password: string;
  ice_servers: RTCIceServer[];
}

export interface PhoneState {
  registration: Registration;
  leg: "none" | "answering" | "up";
  /** blocked: the browser plays nothing before a click · broken: no packets get through. */
  audio: "ok" | "blocked" | "broken";
  muted: boolean;
  /** gone: it was unplugged, and there is no other. */
  microphone: "none" | "ready" | "gone" | MicrophoneTrouble;
  quality: Quality | null;
}

const REST: PhoneState = { registration: OFF, leg: "none", audio: "ok", muted: false, microphone: "none", quality: null };

/** A stream of silence, in place of a microphone. */
function silence(): MediaStream {
  return audioContext().createMediaStreamDestination().stream;
}

const SAMPLE_EVERY_MS = 2_000;
/** Short: a phone that has vanished without a word is found out by its next registration, on both sides. */
const REGISTER_EXPIRES_S = 60;

export class Phone {
  private current: PhoneState = REST;
  private account: PhoneAccount | null = null;
  private ua: UA | null = null;
  private socket: SipSocket | null = null;
  private leg: Leg | null = null;
  private microphone: MediaStream | null = null;
  private meters: { mine: Meter | null; theirs: Meter | null } = { mine: null, theirs: null };
  private due: ReturnType<typeof setTimeout> | undefined;
  private sampling: ReturnType<typeof setInterval> | undefined;
  private last: StatsSample | null = null;
  private choice: Choice = chosenDevices();
  private readonly plugged = (): void => void this.devicesChanged();

  /** `told` hears of every change of the state. */
  constructor(
    private readonly audio: HTMLAudioElement,
    private readonly told: (state: PhoneState) => void,
  ) {}

  get state(): PhoneState {
    return this.current;
  }

  /**
   * Open the microphone and register. Without a microphone nothing is registered: the state says why, and starting again
   * tries again. Starting with another account leaves the old one. `listening`: the microphone is not asked for before
   * `speak`; until then silence is sent, since a leg without packets would be taken for dead.
   */
  async start(account: PhoneAccount, how: "speaking" | "listening" = "speaking"): Promise<void> {
    if (this.ua && this.account?.password === account.password && this.account.url === account.url) {
      // The same phone; but the relays' passwords run out, and the next leg needs those of now.
      this.account = account;
      return;
    }
    this.leave();
    this.account = account;
    navigator.mediaDevices?.addEventListener("devicechange", this.plugged);
    if (how === "listening") this.microphone ??= silence();
    if (!this.microphone && !(await this.openMicrophone())) return;
    // While the person was being asked, the phone may have been stopped or given another account.
    if (this.account === account && !this.ua) this.register(account);
  }

  /**
   * Release everything: registration, leg, microphone, speaker. `vanish`: without a goodbye to the switch, as a page that
   * is reloaded: a call goes on, for the phone that comes next.
   */
  stop(how: "goodbye" | "vanish" = "goodbye"): void {
    if (how === "vanish") this.socket?.disconnect();
    this.leave();
    this.account = null;
    navigator.mediaDevices?.removeEventListener("devicechange", this.plugged);
    this.meters.mine?.stop();
    this.meters.mine = null;
    for (const track of this.microphone?.getTracks() ?? []) track.stop();
    this.microphone = null;
    this.say(REST);
  }

  /** Have the microphone, of a phone that was started only to listen. False: the state says why not. */
  async speak(): Promise<boolean> {
    return this.current.microphone === "ready" || (await this.openMicrophone());
  }

  /** Silence towards the other side; packets flow on, so that the switch doesn't take the leg for dead. */
  mute(muted: boolean): void {
    this.say({ muted });
    this.applyMute();
  }

  async useInput(id: string): Promise<void> {
    this.remember({ ...this.choice, input: id });
    if (this.microphone) await this.openMicrophone();
  }

  async useOutput(id: string): Promise<void> {
    this.remember({ ...this.choice, output: id });
    await this.applyOutput();
  }

  get devices(): Choice {
    return this.choice;
  }

  /** After a click, what the browser refused to play before it. */
  async hear(): Promise<void> {
    try {
      await this.audio.play();
      this.say({ audio: this.current.audio === "blocked" ? "ok" : this.current.audio });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      // "AbortError": another stream took its place while it began.
      if (error.name === "NotAllowedError") this.say({ audio: "blocked" });
    }
  }

  /** Loudness of both sides, 0..1, now. */
  levels(): { mine: number; theirs: number } {
    return { mine: this.meters.mine?.level() ?? 0, theirs: this.meters.theirs?.level() ?? 0 };
  }

  /** The open microphone, for a meter before any call. */
  get microphoneStream(): MediaStream | null {
    return this.microphone;
  }

  /** Connect at once instead of after the wait. */
  retryNow(): void {
    if (this.account && !this.ua) void this.start(this.account);
    this.socket?.again();
  }

  /** The computer was asleep: the socket still looks open, and nobody is at its other end. */
  woke(): void {
    this.socket?.reopen();
  }

  // ── Registration

  private register(account: PhoneAccount): void {
    const socket = new SipSocket(account.url);
    const ua = new UA({
      sockets: socket.forJsSip(),
      uri: account.uri,
      authorization_user: account.username,
      password: account.password,
      register: false,
      register_expires: REGISTER_EXPIRES_S,
      session_timers: false,
      user_agent: "Cadencia",
    });
    this.socket = socket;
    this.ua = ua;
    ua.on("connected", () => this.registration({ type: "connected" }));
    ua.on("disconnected", () => this.registration({ type: "disconnected" }));
    ua.on("registered", () => this.registration({ type: "registered" }));
    ua.on("registrationFailed", ({ response, cause }) => {
      // A broken socket is told as "disconnected" too, and mends itself.
      if (String(cause) === "Connection Error") return;
      const answer = response as { status_code?: number } | null;
      this.registration({ type: "refused", status: answer?.status_code ?? 0 });
    });
    ua.on("newRTCSession", (event: RTCSessionEvent) => {
      const session = incoming(event);
      if (session) this.take(session);
    });
    this.registration({ type: "start" });
    ua.start();
  }

  private registration(event: RegistrationEvent): void {
    const { state, effects } = stepRegistration(this.current.registration, event, Math.random());
    this.say({ registration: state });
    effects.forEach((effect) => this.carryOut(effect));
  }

  private carryOut(effect: RegistrationEffect): void {
    clearTimeout(this.due);
    if (effect.do === "register") this.ua?.register();
    else if (effect.do === "reopen") this.socket?.reopen();
    else this.due = setTimeout(() => this.registration({ type: "due" }), effect.ms);
  }

  private leave(): void {
    clearTimeout(this.due);
    const { ua, leg } = this;
    this.ua = null;
    this.leg = null;
    leg?.hangUp();
    ua?.removeAllListeners();
    ua?.stop();
    this.socket = null;
    this.legOver();
    this.registration({ type: "stop" });
  }

  // ── The leg

  private take(session: ConstructorParameters<typeof Leg>[0]): void {
    if (!this.microphone || !this.account) {
      session.terminate({ status_code: 480 });
      return;
    }
    // The switch opens a new leg when it has given up the old one, of which this side may not have heard.
    const old = this.leg;
    this.leg = null;
    old?.hangUp();
    this.legOver();
    const leg: Leg = new Leg(session, {
      up: () => this.mine(leg, () => this.legUp()),
      over: () => this.mine(leg, () => {
        this.leg = null;
        this.legOver();
      }),
      stream: (stream) => this.mine(leg, () => this.play(stream)),
      media: (flows) => this.mine(leg, () => this.say({ audio: flows ? "ok" : "broken" })),
    });
    this.leg = leg;
    this.say({ leg: "answering" });
    leg.answer(this.microphone, this.account.ice_servers);
  }

  private mine(leg: Leg, then: () => void): void {
    if (this.leg === leg) then();
  }

  private legUp(): void {
    this.say({ leg: "up" });
    this.applyMute();
    clearInterval(this.sampling);
    this.sampling = setInterval(() => void this.takeSample(), SAMPLE_EVERY_MS);
  }

  private legOver(): void {
    clearInterval(this.sampling);
    this.last = null;
    this.meters.theirs?.stop();
    this.meters.theirs = null;
    this.audio.srcObject = null;
    this.say({ leg: "none", audio: "ok", quality: null });
  }

  private async takeSample(): Promise<void> {
    const leg = this.leg;
    const now = (await leg?.sample()) ?? null;
    if (now === null || leg !== this.leg) return;
    if (this.last) this.say({ quality: qualityOf(this.last, now, this.current.quality?.lasting) });
    this.last = now;
  }

  private play(stream: MediaStream): void {
    this.audio.srcObject = stream;
    this.meters.theirs?.stop();
    this.meters.theirs = meterOf(stream);
    void this.applyOutput();
    void this.hear();
  }

  // ── Devices

  private async openMicrophone(): Promise<boolean> {
    try {
      const stream = await openMicrophone(this.choice.input);
      if (this.account === null) {
        // Stopped while the person was being asked: nobody listens, and the browser shall not say so.
        for (const track of stream.getTracks()) track.stop();
        return false;
      }
      this.useMicrophone(stream);
      return true;
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      if (this.account === null) return false;
      const had = this.current.microphone === "ready" || this.current.microphone === "gone";
      this.say({ microphone: had ? "gone" : error.trouble });
      return false;
    }
  }

  private useMicrophone(stream: MediaStream): void {
    const old = this.microphone;
    const [track] = stream.getAudioTracks();
    this.microphone = stream;
    this.meters.mine?.stop();
    this.meters.mine = meterOf(stream);
    this.applyMute();
    if (track) {
      void this.leg?.replaceTrack(track);
      track.addEventListener("ended", () => void this.trackEnded(stream));
    }
    for (const one of old?.getTracks() ?? []) one.stop();
    this.say({ microphone: "ready" });
  }

  /** Unplugged, or taken away in the browser's settings: whatever other microphone there is. */
  private async trackEnded(stream: MediaStream): Promise<void> {
    if (this.microphone === stream && this.account) await this.openMicrophone();
  }

  private async devicesChanged(): Promise<void> {
    if (this.current.microphone === "gone" || this.current.microphone === "missing" || (await this.chosenIsBack())) {
      const opened = await this.openMicrophone();
      if (opened && this.account && !this.ua) this.register(this.account);
    }
    await this.applyOutput();
  }

  /** A headset that was pulled out and put in again: its speaker comes back by itself, so must its microphone. */
  private async chosenIsBack(): Promise<boolean> {
    if (this.current.microphone !== "ready" || this.choice.input === "") return false;
    const used = this.microphone?.getAudioTracks()[0]?.getSettings().deviceId;
    return isBack(this.choice.input, used, (await listDevices()).inputs);
  }

  private applyMute(): void {
    for (const track of this.microphone?.getAudioTracks() ?? []) track.enabled = !this.current.muted;
  }

  private async applyOutput(): Promise<void> {
    if (!("setSinkId" in this.audio)) return;
    try {
      await this.audio.setSinkId(this.choice.output);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      // The chosen speaker is unplugged: the default one, until it is back.
      await this.audio.setSinkId("");
    }
  }

  private remember(choice: Choice): void {
    this.choice = choice;
    rememberDevices(choice);
  }

  private say(change: Partial<PhoneState>): void {
    const keys = Object.keys(change) as (keyof PhoneState)[];
    if (keys.every((key) => this.current[key] === change[key])) return;
    this.current = { ...this.current, ...change };
    this.told(this.current);
  }
}
