/** The check before a shift: looks at microphone, speaker and network, and draws what was found. */

import { part, setText } from "../../live/dom";
import {
  chosenDevices, listDevices, type Meter, meterOf, MicrophoneError, openMicrophone, type Phone, play, probe, TEST,
} from "../../phone";
import { type Findings, type ItemName, judge, type Mark, obstacle, UNKNOWN } from "../check";
import type { Desk } from "../state";
import type { Texts } from "../texts";
import { say } from "../words";
import { fillOptions } from "./lists";

/** Where the phone will register; from the page, since the account comes only with the shift. */
export interface PhonePlace {
  url: string;
  ice_servers: RTCIceServer[];
}

const LOUD = 0.35;

export class Check {
  findings: Findings = UNKNOWN;
  private stream: MediaStream | null = null;
  private meter: Meter | null = null;
  private begun = false;
  /** The selects have their devices. */
  private listed = false;

  constructor(
    private readonly place: PhonePlace | null,
    private readonly phone: Phone,
    private readonly changed: () => void,
  ) {
    this.findings = { ...UNKNOWN, phones: place !== null };
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.devices());
    for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-devices]")) {
      select.addEventListener("change", () => void this.choose(select));
    }
  }

  /** Look at everything, once; the microphone is asked for now, while the operator is here. */
  begin(): void {
    if (this.begun || this.place === null) return;
    this.begun = true;
    this.note({ microphone: "asking", heard: false });
    void this.listen();
    void this.reach();
  }

  /** The shift's phone has the microphone now. */
  end(): void {
    this.begun = false;
    this.meter?.stop();
    this.meter = null;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async listen(): Promise<void> {
    this.note({ microphone: "asking" });
    try {
      const stream = await openMicrophone(chosenDevices().input);
      if (!this.begun) {
        // The shift has begun meanwhile: its phone has a microphone of its own.
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      for (const track of this.stream?.getTracks() ?? []) track.stop();
      this.meter?.stop();
      this.stream = stream;
      this.meter = meterOf(stream);
      this.note({ microphone: "open" });
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      this.note({ microphone: error.trouble });
    }
    await this.devices();
  }

  async reach(): Promise<void> {
    if (this.place === null) return;
    this.note({ reach: "asking" });
    this.note({ reach: await probe(this.place.url, this.place.ice_servers) });
  }

  async testSpeaker(): Promise<void> {
    const heard = document.querySelector<HTMLElement>('#desk [data-part="heard"]');
    await play(TEST, this.phone.devices.output);
    if (heard) heard.hidden = false;
  }

  heard(so: boolean): void {
    this.note({ speaker: so ? "ok" : "silent" });
  }

  /** The level bars, many times a second; one loud moment is proof enough. */
  tick(): void {
    const level = this.meter?.level() ?? this.phone.levels().mine;
    for (const bar of document.querySelectorAll('[data-part="level"]')) bar.setAttribute("width", (level * 100).toFixed(0));
    if (level > LOUD && !this.findings.heard && this.stream) this.note({ heard: true });
  }

  draw(desk: Desk): void {
    // After a reload in mid-shift no check has filled them in.
    if (desk.panel === "devices" && !this.listed) void this.devices();
    const connecting = desk.data?.shift?.state === "connecting";
    const items = judge(this.findings, desk.phone, connecting);
    for (const item of document.querySelectorAll<HTMLElement>("#desk [data-check]")) {
      const name = item.dataset["check"] as ItemName;
      const { result, mark } = items[name];
      item.hidden = !this.findings.phones && (name === "microphone" || name === "speaker");
      for (const words of item.querySelectorAll<HTMLElement>("[data-result]")) words.hidden = words.dataset["result"] !== result;
      drawMark(part(item, "mark"), mark);
      const again = part(item, "again");
      if (again) again.hidden = mark !== "bad" && mark !== "warn";
    }
    for (const place of document.querySelectorAll('[data-part="how-to-allow"]')) setText(place, say(`allow_${browserName()}`));
    const chosen = document.querySelectorAll('#desk [data-part="campaign-choices"] input:checked').length;
    const missing = obstacle(this.findings, chosen);
    const start = document.querySelector<HTMLButtonElement>('#desk [data-part="start"]');
    if (start) start.disabled = missing !== null;
    const none = (desk.data?.campaigns.length ?? 0) === 0;
    setText(document.querySelector('#desk [data-part="start-hint"]'), none ? "" : missing ? say(`start_${missing}`) : startWords(desk));
  }

  texts(): Texts {
    const { reach } = this.findings;
    const ms = reach === "asking" ? null : reach.socketMs;
    return {
      "check-network": ms === null ? "" : say("reached", { ms: Math.round(ms) }),
      microphone: this.stream?.getAudioTracks()[0]?.label ?? this.phone.microphoneStream?.getAudioTracks()[0]?.label ?? "",
    };
  }

  private async choose(select: HTMLSelectElement): Promise<void> {
    if (select.dataset["devices"] === "input") {
      await this.phone.useInput(select.value);
      if (this.stream) await this.listen();
    } else {
      await this.phone.useOutput(select.value);
      this.note({ speaker: "waiting" });
    }
    await this.devices();
  }

  private async devices(): Promise<void> {
    this.listed = true;
    const { inputs, outputs } = await listDevices();
    const chosen = chosenDevices();
    for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-devices]")) {
      const input = select.dataset["devices"] === "input";
      const known = (input ? inputs : outputs).filter((device) => device.id !== "default" && device.id !== "" && device.label !== "");
      fillOptions(select, [{ value: "", label: select.dataset["default"] ?? "" }, ...known.map(({ id, label }) => ({ value: id, label }))]);
      const wanted = input ? chosen.input : chosen.output;
      select.value = known.some(({ id }) => id === wanted) ? wanted : "";
    }
    if (this.findings.microphone === "missing" && inputs.length > 0 && this.begun) await this.listen();
  }

  private note(change: Partial<Findings>): void {
    this.findings = { ...this.findings, ...change };
    this.changed();
  }
}

function startWords(desk: Desk): string {
  const reason = desk.data?.last_end_reason ?? "";
  return reason === "leg_lost" || reason === "leg_failed" || reason === "supervisor" ? say(`ended_${reason}`) : "";
}

function drawMark(place: HTMLElement | null, mark: Mark): void {
  if (!place || place.dataset["mark"] === mark) return;
  place.dataset["mark"] = mark;
  const template = document.getElementById(`mark-${mark}`);
  if (template instanceof HTMLTemplateElement) place.replaceChildren(template.content.cloneNode(true));
}

/** Which of the four ways to allow a microphone to tell. */
function browserName(): "firefox" | "safari" | "edge" | "chrome" {
  const agent = navigator.userAgent;
  if (agent.includes("Firefox/")) return "firefox";
  if (agent.includes("Edg/")) return "edge";
  return agent.includes("Chrome/") || agent.includes("Chromium/") ? "chrome" : "safari";
}
