/** The wallboard page: state from the live socket, drawn at most once a frame; the side panel beside it. */

import "../styles/wallboard.css";

import type { BrowserEvent } from "../generated/events";
import { serverNowUs } from "../live/clock";
import { LiveSocket, liveSocket } from "../live/socket";
import { Supervisor } from "../supervisor/main";
import { Alerts } from "./alerts_view";
import { Asked } from "./asked";
import { startFilters } from "./filters";
import { startGroups } from "./groups";
import { startHearing } from "./hearing";
import { startLimitsForm } from "./limits_form";
import { drawOperators } from "./operators";
import { Sound } from "./sound";
import { apply, type Board, EMPTY, EVERYBODY, fromSnapshot, staleAtUs, unknownCalls, type View, withTalks } from "./state";
import { drawCalls } from "./view";
import { startWall } from "./wall";
import { drawWall } from "./wall_view";

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
const REDRAW_MS = 1_000;

function plan(): void {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    alerts.look(board);
    drawCalls(board, alerts.now);
    drawOperators(board, view, supervisor?.shown ?? null);
    drawWall(board, alerts.now);
  });
}

function take(event: BrowserEvent): void {
  const next = apply(board, event);
  if (event.type === "board.limits" && next) showLimits(next);
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

const sound = new Sound(document.getElementById("sound"));
const alerts = new Alerts(() => sound.alarm());
const showLimits = startLimitsForm(supervisor);
startWall(plan);
startGroups(plan);
startFilters((next) => {
  view = next;
  plan();
}, supervisor);
setInterval(() => {
  askWhenStale();
  plan();
}, REDRAW_MS);

/** Spread over some seconds, so that not all boards of a company ask at once. */
const ASKED_WITHIN_US = 8_000_000;
const spread = Math.random() * ASKED_WITHIN_US;

function askWhenStale(): void {
  if (serverNowUs() > staleAtUs(board) + spread) socket?.ask();
}

const socket = liveSocket();
socket?.listen({
  snapshot: (data, topic) => {
    if (topic !== "wallboard") return;
    held = [];
    board = fromSnapshot(data);
    showLimits(board);
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
    for (const mark of document.querySelectorAll<HTMLElement>("[data-lost-mark]")) mark.hidden = health === "live";
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
