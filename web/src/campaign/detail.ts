/** One campaign's page: its figures of now and of today. */

import { part, setText, useHref } from "../live/dom";
import { money, share, whole } from "../live/format";
import { drawGauge } from "../wallboard/gauge";
import type { Board, Campaign } from "../wallboard/state";
import { drawWhy } from "../wallboard/why";

export function drawDetail(root: HTMLElement, id: number, board: Board): void {
  const mine = [...board.operators.values()].filter((operator) => operator.campaigns.includes(id));
  setText(part(root, "free"), whole(mine.filter((operator) => operator.state === "free").length));
  setText(part(root, "on-shift"), whole(mine.length));
  const campaign = board.campaigns.get(id);
  if (!campaign) {
    drawAtRest(root);
    return;
  }
  drawNow(root, campaign);
  drawRates(root, campaign);
  drawDay(campaign);
  drawWhy(root, campaign.state === "running" ? campaign.pacing : null);
}

/** One that isn't at work has no open calls; its day stays as the server drew it. */
function drawAtRest(root: HTMLElement): void {
  for (const name of ["ringing", "waiting", "talking"]) setText(part(root, name), whole(0));
  drawWhy(root, null);
}

function drawNow(root: HTMLElement, campaign: Campaign): void {
  setText(part(root, "ringing"), whole(campaign.ringing + campaign.launched));
  setText(part(root, "talking"), whole(campaign.talking));
  const waiting = part(root, "waiting");
  setText(waiting, whole(campaign.waiting));
  if (waiting) waiting.className = campaign.waiting > 0 ? "fig-v tone is-bad" : "fig-v";
  const shape = campaign.waiting > 0 ? "bad" : "off";
  const pip = part(root, "waiting-pip");
  if (pip) pip.className = `is-${shape} pip`;
  pip?.querySelector("use")?.setAttribute("href", useHref(`g-${shape}`));
}

function drawRates(root: HTMLElement, campaign: Campaign): void {
  const live = campaign.connected + campaign.abandoned;
  setText(part(root, "attempts"), whole(campaign.attempts));
  setText(part(root, "answer"), share(campaign.answered, campaign.attempts));
  setText(part(root, "abandon"), share(campaign.abandoned, live));
  setText(part(root, "cost"), money(campaign.price));
  drawGauge(root, live > 0 ? campaign.abandoned / live : null, campaign.target_abandon_rate);
}

/** Each step's count and what it is a share of. The server alone knows the successes: they come with its next plot. */
function drawDay(campaign: Campaign): void {
  const steps: Record<string, readonly [number, number]> = {
    attempts: [campaign.attempts, campaign.attempts],
    answered: [campaign.answered, campaign.attempts],
    connected: [campaign.connected, campaign.answered],
  };
  for (const step of document.querySelectorAll<HTMLElement>("#campaign-day [data-step]")) {
    const known = steps[step.dataset["step"] ?? ""];
    if (!known) continue;
    const [count, of] = known;
    setText(part(step, "count"), whole(count));
    setText(part(step, "share"), share(count, of));
    step.querySelector(".bar rect")?.setAttribute("width", (of > 0 ? (count / of) * 100 : 0).toFixed(2));
  }
}
