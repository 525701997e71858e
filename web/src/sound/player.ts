/**
 * Plays a recording: `<div data-player data-audio="…" data-seconds="12.3" data-peaks="0,12,…">` with its parts (toggle,
 * seek, wave, at) and speeds. Each player that is opened was written down by the server; seeking asks for no new one.
 */

import { duration } from "../live/format";
import { bars } from "./wave";

const SVG = "http://www.w3.org/2000/svg";

function part<T extends Element>(player: HTMLElement, name: string): T | null {
  return player.querySelector<T>(`[data-part="${name}"]`);
}

function drawWave(player: HTMLElement): SVGRectElement[] {
  const wave = part<SVGSVGElement>(player, "wave");
  if (!wave) return [];
  return bars(player.dataset["peaks"] ?? "", 640, 44).map((bar) => {
    const rect = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries(bar)) rect.setAttribute(name, String(value));
    wave.append(rect);
    return rect;
  });
}

function startPlayer(player: HTMLElement): void {
  const address = player.dataset["audio"];
  const toggle = part<HTMLButtonElement>(player, "toggle");
  const seek = part<HTMLInputElement>(player, "seek");
  if (!address || !toggle || !seek || player.dataset["started"]) return;
  player.dataset["started"] = "yes";
  const sound = new Audio(address);
  sound.preload = "auto";
  const rects = drawWave(player);
  const seconds = Number(player.dataset["seconds"]) || 0;
  let dragging = false;

  const showPlace = (at: number): void => {
    const label = part<HTMLElement>(player, "at");
    const text = duration(at * 1_000_000);
    if (label && label.textContent !== text) label.textContent = text;
    seek.setAttribute("aria-valuetext", text);
    const passed = seconds ? (at / seconds) * rects.length : 0;
    rects.forEach((rect, index) => rect.classList.toggle("on", index < passed));
  };
  const showState = (): void => {
    toggle.setAttribute("aria-label", (sound.paused ? toggle.dataset["play"] : toggle.dataset["pause"]) ?? "");
    part<HTMLElement>(player, "icon-play")?.toggleAttribute("hidden", !sound.paused);
    part<HTMLElement>(player, "icon-pause")?.toggleAttribute("hidden", sound.paused);
  };
  const fail = (): void => {
    const error = player.parentElement?.querySelector<HTMLElement>('[data-part="error"]');
    if (!error) return;
    error.textContent = player.dataset["broken"] ?? "";
    error.hidden = false;
  };
  // A refusal to start by itself (no gesture lately) only leaves it paused.
  const play = (): void => void sound.play().catch(() => showState());

  toggle.addEventListener("click", () => (sound.paused ? play() : sound.pause()));
  seek.addEventListener("input", () => {
    dragging = true;
    showPlace(Number(seek.value));
  });
  seek.addEventListener("change", () => {
    dragging = false;
    sound.currentTime = Number(seek.value);
  });
  sound.addEventListener("timeupdate", () => {
    if (dragging) return;
    seek.value = String(sound.currentTime);
    showPlace(sound.currentTime);
  });
  for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, showState);
  sound.addEventListener("error", fail);
  for (const button of player.querySelectorAll<HTMLButtonElement>("[data-rate]")) {
    button.addEventListener("click", () => {
      sound.playbackRate = Number(button.dataset["rate"]);
      for (const other of player.querySelectorAll("[data-rate]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
    });
  }
  showState();
  if ("autoplay" in player.dataset) {
    play();
    toggle.focus();
  }
}

export function startPlayers(): void {
  const startAll = (): void => {
    for (const player of document.querySelectorAll<HTMLElement>("[data-player]")) startPlayer(player);
  };
  startAll();
  document.addEventListener("htmx:load", startAll);
}
