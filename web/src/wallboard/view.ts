/** Draws the board into the page that the server rendered. All words come from the page's templates. */

import { serverNowUs } from "../live/clock";
import { fromTemplate, part, reconcile, setText, useHref } from "../live/dom";
import { duration, money, share, shortShare, whole } from "../live/format";
import { abandonRate, type Alert, campaignTone, isPauseOver } from "./alerts";
import { drawGauge } from "./gauge";
import { waitingTone, worstAbandon } from "./limits";
import { answerRates, drawSpark, sparkOf } from "./spark";
import { type Board, type Campaign, lanes, totals } from "./state";
import { drawWhy } from "./why";

/** `found`: the alerts of now, which colour the tiles. */
export function drawCalls(board: Board, found: readonly Alert[]): void {
  drawTotals(board);
  drawTiles(board, found);
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
  drawLimit(board);
  setText(figure("cost"), money(String(sum.priceMicros / 1e6)));
  const waiting = document.querySelector<HTMLElement>("[data-waiting-pip]");
  const urgent = waitingTone(sum.waitingSinceUs, board.limits, serverNowUs());
  if (waiting) tone(waiting, urgent === "off" ? "off" : "bad", "pip");
  const value = figure("waiting");
  if (value) value.className = urgent === "off" ? "fig-v" : `fig-v tone is-${urgent}`;
  value?.closest(".fig")?.classList.toggle("call-bad", urgent === "bad");
  const longest = document.querySelector<HTMLElement>("[data-waiting-since]");
  since(longest, sum.waitingSinceUs);
  setHidden("[data-waiting-none]", sum.waitingSinceUs !== null);
  setHidden("[data-waiting-some]", sum.waitingSinceUs === null);
}

/** Of several campaigns the strictest limit; the figure is amber or red as the worst of them is. */
function drawLimit(board: Board): void {
  const campaigns = [...board.campaigns.values()];
  const limit = Math.min(...campaigns.map((campaign) => campaign.target_abandon_rate));
  const worst = worstAbandon(board);
  const value = figure("abandon");
  if (value) value.className = worst === "free" ? "fig-v" : `fig-v tone is-${worst}`;
  setText(figure("limit"), campaigns.length > 0 ? shortShare(limit) : "—");
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

function drawTiles(board: Board, found: readonly Alert[]): void {
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
    if (tile) drawTile(tile, campaign, board, campaignTone(campaign.id, found));
  });
}

function drawTile(tile: HTMLElement, campaign: Campaign, board: Board, called: string): void {
  tile.className = `sheet tile${called ? ` call-${called}` : ""}`;
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
  drawRates(tile, campaign, board.limits.near_percent);
  drawSpark(tile.querySelector(".spark-answer"), sparkOf(answerRates(board.sparks.campaigns[campaign.id] ?? [])));
  drawWhy(tile, campaign.state === "running" ? campaign.pacing : null);
}

function drawRates(tile: HTMLElement, campaign: Campaign, nearPercent: number): void {
  const live = campaign.connected + campaign.abandoned;
  setText(part(tile, "abandon"), share(campaign.abandoned, live));
  setText(part(tile, "answer"), share(campaign.answered, campaign.attempts));
  setText(part(tile, "attempts"), whole(campaign.attempts));
  setText(part(tile, "cost"), money(campaign.price));
  drawGauge(tile, abandonRate(campaign), campaign.target_abandon_rate, nearPercent);
  setText(part(tile, "limit"), shortShare(campaign.target_abandon_rate));
}
