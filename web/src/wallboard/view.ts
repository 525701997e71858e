/** Draws the board into the page that the server rendered. All words come from the page's templates. */

import { serverNowUs } from "../live/clock";
import { fromTemplate, part, reconcile, setText, useHref } from "../live/dom";
import { duration, money, share, shortShare, whole } from "../live/format";
import { isPauseOver } from "./alerts";
import { drawGauge } from "./gauge";
import { type Board, type Campaign, lanes, totals } from "./state";
import { drawWhy } from "./why";

export function drawCalls(board: Board): void {
  drawTotals(board);
  drawTiles(board);
}

function figure(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-total="${name}"]`);
}

function drawTotals(board: Board): void {
  const sum = totals(board);
  const groups = lanes(board);
  setText(figure("ringing"), whole(sum.ringing));
  setText(figure("waiting"), whole(sum.waiting));
  setText(figure("talking"), whole(sum.talking));
  setText(figure("free"), whole(groups.free.length));
  setText(figure("wrap_up"), whole(groups.wrap_up.length));
  setText(figure("paused"), whole(groups.paused.length));
  const over = groups.paused.filter((operator) => isPauseOver(operator, board, serverNowUs())).length;
  setHidden("[data-paused-over]", over === 0);
  setHidden("[data-paused-none]", over > 0);
  setText(figure("paused_over"), whole(over));
  for (const place of document.querySelectorAll('[data-total="operators"]')) {
    setText(place, whole(board.operators.size));
  }
  setText(figure("attempts"), whole(sum.attempts));
  setText(figure("answer"), share(sum.answered, sum.attempts));
  setText(figure("abandon"), share(sum.abandoned, sum.connected + sum.abandoned));
  setText(figure("cost"), money(String(sum.priceMicros / 1e6)));
  const waiting = document.querySelector<HTMLElement>("[data-waiting-pip]");
  if (waiting) tone(waiting, sum.waiting > 0 ? "bad" : "off", "pip");
  const value = figure("waiting");
  if (value) value.className = sum.waiting > 0 ? "fig-v tone is-bad" : "fig-v";
  const longest = document.querySelector<HTMLElement>("[data-waiting-since]");
  since(longest, sum.waitingSinceUs);
  setHidden("[data-waiting-none]", sum.waitingSinceUs !== null);
  setHidden("[data-waiting-some]", sum.waitingSinceUs === null);
}

function setHidden(selector: string, hidden: boolean): void {
  const element = document.querySelector<HTMLElement>(selector);
  if (element) element.hidden = hidden;
}

/** Sets a live timer's instant; the shell's clock counts it. */
export function since(element: HTMLElement | null, us: number | null): void {
  if (!element) return;
  if (us === null) {
    delete element.dataset["sinceUs"];
    element.textContent = "";
    return;
  }
  element.dataset["sinceUs"] = String(us);
  setText(element, duration(serverNowUs() - us));
}

function tone(element: HTMLElement, state: string, extra: string): void {
  element.className = `is-${state} ${extra}`;
  element.querySelector("use")?.setAttribute("href", useHref(`g-${state}`));
}

function drawTiles(board: Board): void {
  const place = document.getElementById("tiles");
  const none = document.getElementById("no-campaigns");
  if (!place || !none) return;
  none.hidden = board.campaigns.size > 0;
  place.hidden = board.campaigns.size === 0;
  const campaigns = [...board.campaigns.values()].sort((a, b) => a.name.localeCompare(b.name));
  const tiles = reconcile(
    place,
    campaigns.map((campaign) => String(campaign.id)),
    () => fromTemplate("tile-template"),
  );
  campaigns.forEach((campaign, index) => {
    const tile = tiles[index];
    if (tile) drawTile(tile, campaign);
  });
}

function drawTile(tile: HTMLElement, campaign: Campaign): void {
  const link = part(tile, "name");
  setText(link, campaign.name);
  if (link instanceof HTMLAnchorElement) link.href = (link.dataset["href"] ?? "").replace("/0/", `/${campaign.id}/`);
  for (const badge of tile.querySelectorAll<HTMLElement>("[data-state]")) {
    badge.hidden = badge.dataset["state"] !== campaign.state;
  }
  setText(part(tile, "ringing"), whole(campaign.ringing + campaign.launched));
  setText(part(tile, "talking"), whole(campaign.talking));
  const waiting = part(tile, "waiting");
  setText(waiting, whole(campaign.waiting));
  if (waiting) waiting.className = campaign.waiting > 0 ? "is-bad" : "zero";
  const pip = part(tile, "waiting-pip");
  if (pip) tone(pip, campaign.waiting > 0 ? "bad" : "off", "pip");
  drawRates(tile, campaign);
  drawWhy(tile, campaign.state === "running" ? campaign.pacing : null);
}

function drawRates(tile: HTMLElement, campaign: Campaign): void {
  const live = campaign.connected + campaign.abandoned;
  const rate = live > 0 ? campaign.abandoned / live : null;
  setText(part(tile, "abandon"), share(campaign.abandoned, live));
  setText(part(tile, "answer"), share(campaign.answered, campaign.attempts));
  setText(part(tile, "attempts"), whole(campaign.attempts));
  setText(part(tile, "cost"), money(campaign.price));
  drawGauge(tile, rate, campaign.target_abandon_rate);
  setText(part(tile, "limit"), shortShare(campaign.target_abandon_rate));
}
