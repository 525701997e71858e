/**
 * A sound when something turns red. Off until this person switches it on, remembered in this browser. Browsers play
 * nothing before a click: after a reload the button says so until there is one.
 */

import { part, setText, useHref } from "../live/dom";
import { play } from "../phone/tones";

const KEY = "cadencia.wallboard.sound";
const ALARM = [
  { hz: 988, at: 0, for: 0.14, gain: 0.22 },
  { hz: 740, at: 0.17, for: 0.14, gain: 0.22 },
  { hz: 988, at: 0.34, for: 0.2, gain: 0.22 },
];
const TRIED = [{ hz: 988, at: 0, for: 0.12, gain: 0.18 }];
/** Several things at once are one sound. */
const NOT_AGAIN_MS = 4_000;

export class Sound {
  private on = localStorage.getItem(KEY) === "on";
  private playedAt = 0;

  constructor(private readonly button: HTMLElement | null) {
    button?.addEventListener("click", () => this.toggle());
    document.addEventListener("pointerdown", () => this.draw(), { once: true });
    document.addEventListener("keydown", () => this.draw(), { once: true });
    this.draw();
  }

  alarm(): void {
    const now = Date.now();
    if (!this.on || !mayPlay() || now - this.playedAt < NOT_AGAIN_MS) return;
    this.playedAt = now;
    void play(ALARM).catch(() => undefined); // no speaker: the colour says it all the same
  }

  private toggle(): void {
    this.on = !this.on;
    localStorage.setItem(KEY, this.on ? "on" : "off");
    this.draw();
    if (this.on) void play(TRIED).catch(() => undefined);
  }

  private draw(): void {
    if (!this.button) return;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.button.querySelector("use")?.setAttribute("href", useHref(this.on ? "i-volume" : "i-volume-off"));
    const words = this.button.dataset;
    const state = !this.on ? words["off"] : mayPlay() ? words["on"] : words["blocked"];
    setText(part(this.button, "word"), state ?? "");
  }
}

function mayPlay(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}
