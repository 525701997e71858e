/** The wallboard page: state from the live socket, drawn at most once a frame. */

import type { BrowserEvent } from "../generated/events";
import { liveSocket } from "../live/socket";
import { apply, type Board, EMPTY, fromSnapshot } from "./state";
import { draw } from "./view";

let board: Board = EMPTY;
let drawn: Board | null = null;
let planned = false;

/**
 * Operators change at once, the calls' figures are told once a second. Drawn as they come, "talking" would differ
 * between the two for that second; so operators wait for the figures that belong to them, but no longer than that.
 */
const HELD_AT_MOST_MS = 1_000;
let held: BrowserEvent[] = [];
let release: ReturnType<typeof setTimeout> | undefined;

function plan(): void {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    if (drawn === board) return;
    drawn = board;
    draw(board);
  });
}

function take(event: BrowserEvent): void {
  const next = apply(board, event);
  if (next === null) socket?.ask();
  else board = next;
}

function takeHeld(): void {
  clearTimeout(release);
  release = undefined;
  const events = held;
  held = [];
  events.forEach(take);
  plan();
}

const socket = liveSocket();
socket?.listen({
  snapshot: (data, topic) => {
    if (topic !== "wallboard") return;
    held = [];
    board = fromSnapshot(data);
    document.body.dataset["board"] = "ready";
    plan();
  },
  event: (event) => {
    if (event.type.startsWith("operator.")) {
      held.push(event);
      release ??= setTimeout(takeHeld, HELD_AT_MOST_MS);
      return;
    }
    take(event);
    if (event.type === "campaign.figures") takeHeld();
    else plan();
  },
  health: (health) => {
    for (const mark of document.querySelectorAll<HTMLElement>("[data-live-mark]")) mark.hidden = health !== "live";
  },
});
