/** Draws the wall: the board for a screen that people pass by. No customer's name, nothing to click. */

import { serverNowUs } from "../live/clock";
import { fromTemplate, part, reconcile, setText, useHref } from "../live/dom";
import { clockTime, duration, percent, roundMoney, share, shortName, shortShare, whole } from "../live/format";
import { abandonRate, type Alert, campaignTone, keyOf } from "./alerts";
import { alertWords, ICONS } from "./alerts_view";
import { drawGauge } from "./gauge";
import { lateness, waitingTone, worstAbandon } from "./limits";
import { TONES } from "./operators";
import { abandonRates, answerRates, drawSpark, sparkOf } from "./spark";
import { type Board, type Campaign, type Lane, lanes, type Operator, totals } from "./state";
import { since } from "./view";
import { drawWhy } from "./why";

const ORDER: Lane[] = ["trouble", "talking", "connecting", "ringing", "free", "wrap_up", "paused"];
const MOST_CAMPAIGNS = 3;
const MOST_ALERTS = 3;

export function drawWall(board: Board, found: readonly Alert[]): void {
  const wall = document.getElementById("wall");
  if (!wall || wall.hidden) return;
  const nowUs = serverNowUs();
  setText(part(wall, "clock"), clockTime(nowUs));
  drawStates(wall, board, nowUs);
  drawCampaigns(wall, board, found);
  drawPeople(wall, board, nowUs);
  drawFoot(wall, found);
}

function drawStates(wall: HTMLElement, board: Board, nowUs: number): void {
  const sum = totals(board);
  const groups = lanes(board);
  const tell = (name: string, value: string, below?: string): void => {
    setText(part(wall, name), value);
    if (below !== undefined) setText(part(wall, `${name}-below`), below);
  };
  /** How many are in a state, and for how long the first of them; "longest" of nobody isn't said. */
  const tellLane = (lane: Lane): void => {
    const first = groups[lane][0];
    tell(lane, whole(groups[lane].length), first ? duration(nowUs - first.since_us) : "");
    part(wall, `${lane}-longest`)?.classList.toggle("silent", !first);
  };
  const words = part(wall, "ringing-below")?.dataset[board.campaigns.size === 1 ? "one" : "words"] ?? "";
  tell("ringing", whole(sum.ringing), words.replace("{n}", whole(board.campaigns.size)));
  tell("waiting", whole(sum.waiting));
  since(part(wall, "waiting-below"), sum.waitingSinceUs);
  const box = part(wall, "waiting-box");
  const tone = waitingTone(sum.waitingSinceUs, board.limits, nowUs);
  if (box) box.className = tone === "off" ? "ws is-off" : `ws is-${tone} loud`;
  box?.querySelector("use")?.setAttribute("href", useHref(tone === "off" ? "g-off" : "g-bad"));
  for (const lane of ["talking", "free", "wrap_up", "paused"] as const) tellLane(lane);
  tell("trouble", whole(groups.trouble.length), groups.trouble.map((one) => one.extension).slice(0, 2).join(" · "));
  const trouble = part(wall, "trouble-box");
  if (trouble) trouble.className = groups.trouble.length > 0 ? "ws is-bad" : "ws plain";
  tell("answer", percent(sum.answered, sum.attempts) ?? "—", whole(sum.attempts));
  tell("abandon", percent(sum.abandoned, sum.connected + sum.abandoned) ?? "—");
  const abandonBox = part(wall, "abandon-box");
  const worst = worstAbandon(board);
  if (abandonBox) abandonBox.className = worst === "free" ? "ws plain" : `ws is-${worst}`;
  tell("cost", roundMoney(String(sum.priceMicros / 1e6)));
}

function drawCampaigns(wall: HTMLElement, board: Board, found: readonly Alert[]): void {
  const place = part(wall, "tiles");
  if (!place) return;
  // Those in trouble first: a wall has room for three.
  const rank = (campaign: Campaign): number => ["bad", "wrap", ""].indexOf(campaignTone(campaign.id, found));
  const chosen = [...board.campaigns.values()]
    .sort((a, b) => rank(a) - rank(b) || b.talking - a.talking || a.name.localeCompare(b.name))
    .slice(0, MOST_CAMPAIGNS)
    .sort((a, b) => a.name.localeCompare(b.name));
  const more = part(wall, "more");
  const rest = board.campaigns.size - chosen.length;
  if (more) more.hidden = rest <= 0;
  setText(part(wall, "more-count"), whole(rest));
  const tiles = reconcile(place, chosen.map((one) => String(one.id)), () => fromTemplate("wall-tile-template"));
  chosen.forEach((campaign, index) => {
    const tile = tiles[index];
    if (tile) drawCampaign(tile, campaign, board, campaignTone(campaign.id, found));
  });
}

function drawCampaign(tile: HTMLElement, campaign: Campaign, board: Board, tone: string): void {
  tile.className = `sheet tile${tone ? ` call-${tone}` : ""}`;
  setText(part(tile, "name"), campaign.name);
  for (const badge of tile.querySelectorAll<HTMLElement>("[data-state]")) {
    badge.hidden = badge.dataset["state"] !== campaign.state;
  }
  const team = [...board.operators.values()].filter((one) => one.campaigns.includes(campaign.id)).length;
  const rate = abandonRate(campaign);
  const slots = board.sparks.campaigns[campaign.id] ?? [];
  const texts: Record<string, string> = {
    ringing: whole(campaign.ringing + campaign.launched),
    waiting: whole(campaign.waiting),
    talking: whole(campaign.talking),
    operators: whole(team),
    mean: campaign.connected > 0 ? duration((campaign.talk_ms / campaign.connected) * 1000) : "—",
    connected: whole(campaign.connected),
    cost: roundMoney(campaign.price),
    abandon: share(campaign.abandoned, campaign.connected + campaign.abandoned),
    answer: share(campaign.answered, campaign.attempts),
    limit: shortShare(campaign.target_abandon_rate),
  };
  for (const [name, text] of Object.entries(texts)) setText(part(tile, name), text);
  const waiting = part(tile, "waiting");
  if (waiting) waiting.className = campaign.waiting > 0 ? "is-bad" : "zero";
  drawGauge(tile, rate, campaign.target_abandon_rate, board.limits.near_percent);
  drawSpark(tile.querySelector(".spark-abandon"), sparkOf(abandonRates(slots), campaign.target_abandon_rate));
  drawSpark(tile.querySelector(".spark-answer"), sparkOf(answerRates(slots)));
  drawWhy(tile, campaign.state === "running" ? campaign.pacing : null);
}

function drawPeople(wall: HTMLElement, board: Board, nowUs: number): void {
  const list = part(wall, "people");
  if (!list) return;
  const groups = lanes(board);
  const people = ORDER.flatMap((lane) => groups[lane].map((operator): [Lane, Operator] => [lane, operator]));
  list.classList.toggle("many", people.length > 64);
  const items = reconcile(list, people.map(([, one]) => String(one.id)), () => fromTemplate("wall-person-template"));
  people.forEach(([lane, operator], index) => {
    const item = items[index];
    if (!item) return;
    item.className = `is-${TONES[lane]}${lateness(operator, board, nowUs) === "late" ? " late" : ""}`;
    item.querySelector("use")?.setAttribute("href", useHref(`g-${TONES[lane]}`));
    setText(part(item, "name"), shortName(operator.name));
    since(part(item, "time"), operator.held_since_us ?? operator.since_us);
  });
}

function drawFoot(wall: HTMLElement, found: readonly Alert[]): void {
  const foot = part(wall, "foot");
  if (!foot) return;
  const shown = found.slice(0, MOST_ALERTS);
  foot.hidden = shown.length === 0;
  const items = reconcile(foot, shown.map(keyOf), () => fromTemplate("wall-alert-template"));
  shown.forEach((alert, index) => {
    const item = items[index];
    if (!item) return;
    item.className = `wall-alert is-${alert.tone}`;
    item.querySelector("use")?.setAttribute("href", useHref(`i-${ICONS[alert.kind] ?? "alert-circle"}`));
    const [title, text] = alertWords(alert);
    setText(part(item, "title"), title);
    setText(part(item, "text"), text);
    since(part(item, "when"), alert.kind.startsWith("rest") ? null : alert.since_us);
  });
}
