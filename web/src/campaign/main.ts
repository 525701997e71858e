/** One campaign, live: the figures of the wallboard's state for this campaign alone. */

import { part, setText, useHref } from "../live/dom";
import { money, percent, whole } from "../live/format";
import { liveSocket } from "../live/socket";
import { drawGauge } from "../wallboard/gauge";
import { apply, type Board, type Campaign, EMPTY, fromSnapshot } from "../wallboard/state";
import { drawWhy } from "../wallboard/why";

const place = document.getElementById("campaign-now");
const id = Number(place?.dataset["campaign"]);
let board: Board = EMPTY;

function draw(): void {
  if (!place) return;
  drawOperators(place);
  const campaign = board.campaigns.get(id);
  // One that isn't at work has no open calls; its day stays as the server drew it.
  if (campaign) drawCampaign(place, campaign);
  else drawAtRest(place);
}

function drawOperators(root: HTMLElement): void {
  const mine = [...board.operators.values()].filter((operator) => operator.campaigns.includes(id));
  setText(part(root, "free"), whole(mine.filter((operator) => operator.state === "free").length));
  setText(part(root, "on-shift"), whole(mine.length));
}

function drawAtRest(root: HTMLElement): void {
  for (const name of ["ringing", "waiting", "talking"]) setText(part(root, name), whole(0));
  drawWhy(root, null);
}

function drawCampaign(root: HTMLElement, campaign: Campaign): void {
  setText(part(root, "ringing"), whole(campaign.ringing + campaign.launched));
  setText(part(root, "talking"), whole(campaign.talking));
  const waiting = part(root, "waiting");
  setText(waiting, whole(campaign.waiting));
  if (waiting) waiting.className = campaign.waiting > 0 ? "fig-v tone is-bad" : "fig-v";
  const pip = part(root, "waiting-pip");
  const shape = campaign.waiting > 0 ? "bad" : "off";
  if (pip) pip.className = `is-${shape} pip`;
  pip?.querySelector("use")?.setAttribute("href", useHref(`g-${shape}`));
  setText(part(root, "attempts"), whole(campaign.attempts));
  setText(part(root, "answer"), percent(campaign.answered, campaign.attempts) ?? "—");
  const live = campaign.connected + campaign.abandoned;
  setText(part(root, "abandon"), percent(campaign.abandoned, live) ?? "—");
  setText(part(root, "cost"), money(campaign.price));
  drawGauge(root, live > 0 ? campaign.abandoned / live : null, campaign.target_abandon_rate);
  drawWhy(root, campaign.state === "running" ? campaign.pacing : null);
}

const socket = liveSocket();
socket?.listen({
  snapshot: (data, topic) => {
    if (topic !== "wallboard") return;
    board = fromSnapshot(data);
    draw();
  },
  event: (event) => {
    const next = apply(board, event.type, event.data);
    if (next === null) socket.ask();
    else if (next !== board) {
      board = next;
      draw();
    }
  },
});
