/** Draws the operators, by state, into the columns that the server rendered. */

import { serverNowUs } from "../live/clock";
import { fromTemplate, part, reconcile, setText } from "../live/dom";
import { shortName, whole } from "../live/format";
import { word } from "../supervisor/words";
import { drawByCampaign } from "./groups";
import { lateness } from "./limits";
import { type Board, type Column, columnCounts, type Lane, laneOf, lanes, type Operator, type View, wideLane } from "./state";
import { since } from "./view";

export const TONES: Record<Lane, string> = {
  talking: "talk", free: "free", wrap_up: "wrap", connecting: "ring", ringing: "ring", paused: "pause", trouble: "bad",
};

/** `shown`: whose panel is open. */
export function drawOperators(board: Board, view: View, shown: number | null): void {
  const place = document.getElementById("operators");
  const none = document.getElementById("no-operators");
  if (!place || !none) return;
  none.hidden = board.operators.size > 0;
  place.hidden = board.operators.size === 0;
  const groups = lanes(board, view);
  widen(place, columnCounts(groups));
  const heard = listenersByOperator(board);
  const draw = (item: HTMLElement, operator: Operator, lane: Lane): void => {
    drawOperator(item, operator, lane, board, heard.get(operator.id) ?? 0);
    item.querySelector("button")?.setAttribute("aria-expanded", String(operator.id === shown));
  };
  drawByCampaign(board, view, (item, operator) => draw(item, operator, laneOf(operator) ?? "free"));
  for (const [lane, operators] of Object.entries(groups) as [Lane, Operator[]][]) {
    drawLane(lane, operators, (item, operator) => draw(item, operator, lane));
  }
}

function drawLane(lane: Lane, operators: Operator[], draw: (item: HTMLElement, operator: Operator) => void): void {
  for (const count of document.querySelectorAll(`[data-lane-count="${lane}"]`)) setText(count, whole(operators.length));
  const heading = document.querySelector<HTMLElement>(`[data-lane-head="${lane}"]`);
  if (heading) heading.hidden = operators.length === 0;
  const list = document.querySelector(`[data-lane="${lane}"]`);
  if (!list) return;
  const items = reconcile(
    list,
    operators.map((operator) => String(operator.id)),
    () => fromTemplate("operator-template"),
  );
  operators.forEach((operator, index) => {
    const item = items[index];
    if (item) draw(item, operator);
  });
}

function widen(place: HTMLElement, counts: Record<Column, number>): void {
  const before = (place.dataset["wide"] ?? "talking") as Column;
  const wide = wideLane(counts, before);
  if (wide === before) return;
  place.dataset["wide"] = wide;
  for (const list of place.querySelectorAll<HTMLElement>("[data-lane]")) {
    list.parentElement?.classList.toggle("wide", list.dataset["lane"] === wide);
  }
}

function listenersByOperator(board: Board): Map<number, number> {
  const heard = new Map<number, number>();
  for (const { operator } of board.supervising.values()) {
    if (operator !== null) heard.set(operator, (heard.get(operator) ?? 0) + 1);
  }
  return heard;
}

function drawOperator(item: HTMLElement, operator: Operator, lane: Lane, board: Board, listeners: number): void {
  item.className = `op is-${TONES[lane]}`;
  const late = lane === "trouble" ? "" : lateness(operator, board, serverNowUs());
  item.classList.toggle("late", late === "late");
  item.classList.toggle("near", late === "near");
  setText(part(item, "name"), shortName(operator.name));
  item.title = `${operator.name} · ${extensionWord()} ${operator.extension}`;
  since(part(item, "time"), operator.held_since_us ?? operator.since_us);
  setText(part(item, "what"), whatOf(operator, lane, board));
  const ears = part(item, "ears");
  if (ears) ears.hidden = listeners === 0;
}

function whatOf(operator: Operator, lane: Lane, board: Board): string {
  if (lane === "paused") return (operator.pause && board.pauses.get(operator.pause)?.name) ?? operator.pause ?? "";
  if (lane === "trouble") return word("state_lost");
  const talk = operator.call_id === null ? undefined : board.talks.get(operator.call_id);
  const where = talk?.campaign.name || campaignsOf(operator, board);
  const first = operator.held_since_us === null ? talk?.customer : word("hold");
  return [first, where].filter(Boolean).join(" · ") || `${extensionWord()} ${operator.extension}`;
}

/** Where an operator works; empty while there is one campaign only, which says it for all. */
function campaignsOf(operator: Operator, board: Board): string {
  if (board.campaigns.size < 2) return "";
  return operator.campaigns
    .map((id) => board.campaigns.get(id)?.name)
    .filter((name) => name !== undefined)
    .join(", ");
}

function extensionWord(): string {
  return document.getElementById("operator-template")?.dataset["extension"] ?? "";
}
