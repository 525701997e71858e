/** The wallboard page: state from the live socket, drawn at most once a frame; the side panel beside it. */

import "../styles/wallboard.css";

import type { BrowserEvent } from "../generated/events";
import { LiveSocket, liveSocket } from "../live/socket";
import { Supervisor } from "../supervisor/main";
import { drawAlerts } from "./alerts_view";
import { Asked } from "./asked";
import { startFilters } from "./filters";
import { startHearing } from "./hearing";
import { drawOperators } from "./operators";
import { apply, type Board, EMPTY, EVERYBODY, fromSnapshot, unknownCalls, type View, withTalks } from "./state";
import { drawCalls } from "./view";
import { startWall } from "./wall";

let board: Board = EMPTY;
let view: View = EVERYBODY;
let planned = false;

/**
 * Operators change at once, the calls' figures are told once a second. Drawn as they come, "talking" would differ
 * between the two for that second; so operators wait for the figures that belong to them, but no longer than that.
 */
const HELD_AT_MOST_MS = 1_000;
let held: BrowserEvent[] = [];
let release: ReturnType<typeof setTimeout> | undefined;

/** Limits are passed and rest becomes due without an event. */
const REDRAW_MS = 5_000;

function plan(): void {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    drawCalls(board);
    drawOperators(board, view, supervisor?.shown ?? null);
    drawAlerts(board);
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
  askForTalks();
  plan();
}

/** Who the customers are isn't told with each connection: asked for together, once the board needs it. */
const TALKS_EVERY_MS = 1_000;
const MOST_TALKS = 200;
let asking: ReturnType<typeof setTimeout> | undefined;
const asked = new Asked();

function askForTalks(): void {
  if (asking !== undefined || !supervisor) return;
  asking = setTimeout(() => void fetchTalks(), TALKS_EVERY_MS);
}

async function fetchTalks(): Promise<void> {
  const wanted = asked.next(unknownCalls(board), MOST_TALKS);
  const found = wanted.length > 0 && supervisor ? await supervisor.talks(wanted) : [];
  asking = undefined;
  if (found === null) asked.failed(wanted);
  board = withTalks(board, found ?? []);
  plan();
}

const root = document.getElementById("panel");
const hearing = startHearing((operator) => void supervisor?.open(operator));
const supervisor = root ? new Supervisor(root, (own) => {
  hearing(own, board);
  plan();
}) : null;

document.addEventListener("click", (event) => {
  const tile = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-operator], li.op") : null;
  const id = Number(tile?.dataset["operator"] ?? tile?.dataset["key"]);
  if (!tile || !id || !supervisor) return;
  const button = tile.matches("button") ? tile : tile.querySelector<HTMLElement>("button");
  void supervisor.open(id, button).then(plan);
});

startWall(plan);
startFilters((next) => {
  view = next;
  plan();
}, supervisor);
setInterval(plan, REDRAW_MS);

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
    supervisor?.event(event);
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

/** What concerns this person alone: refusals of the switch, confirmed messages. */
if (supervisor && root) {
  const own = new LiveSocket(ownTopic(Number(root.dataset["person"])));
  own.listen({
    snapshot: () => void supervisor.refresh(),
    event: (event) => supervisor.event(event),
  });
  own.open();
}

function ownTopic(person: number): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}${document.body.dataset["liveUrl"] ?? ""}?topic=person:${person}`;
}
