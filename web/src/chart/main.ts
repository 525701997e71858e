/** Draws `<figure data-chart="id of its JSON">` with uPlot, in the tokens' colours, again when theme or width change. */

import uPlot from "uplot";

import { language } from "../live/format";
import { alone, axisFigure, type ChartData, readChart, type Tone, topOf } from "./read";

const VARIABLES: Record<Tone | "line" | "ink", string> = {
  accent: "--accent", quiet: "--ink-3", free: "--free-dot", ring: "--ring-dot", talk: "--talk-dot", wrap: "--wrap-dot",
  pause: "--pause-dot", bad: "--bad-dot", line: "--line", ink: "--ink-3",
};

/** A token's colour as it is now: only a real property tells which half of light-dark() holds. */
function colour(name: keyof typeof VARIABLES, place: HTMLElement): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${VARIABLES[name]})`;
  place.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function pale(rgb: string): string {
  return rgb.replace(/^rgb\((.*)\)$/, "rgba($1, .12)");
}

function seriesOf(data: ChartData, place: HTMLElement): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.62, 48], radius: 0.12 });
  const lines = data.series.map((line): uPlot.Series => {
    const ink = colour(line.tone, place);
    const base: uPlot.Series = { label: line.label, stroke: ink, width: 1.75, points: { show: false } };
    if (data.kind === "bars" && bars) return { ...base, fill: ink, width: 0, paths: bars };
    const dots: uPlot.Series.Points = { show: false, filter: alone(line.values), size: 5, width: 0, fill: ink };
    const broken: uPlot.Series = { ...base, points: dots };
    return line.filled ? { ...broken, fill: pale(ink) } : broken;
  });
  const limit: uPlot.Series[] =
    data.limit === null ? [] : [{ stroke: colour("bad", place), width: 1, dash: [4, 3], points: { show: false } }];
  return [{}, ...lines, ...limit];
}

function optionsOf(data: ChartData, place: HTMLElement): uPlot.Options {
  const ink = colour("ink", place);
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const axis = { stroke: ink, font, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: {
      x: { time: false, range: data.kind === "bars" ? [-0.5, data.labels.length - 0.5] : [0, Math.max(data.labels.length - 1, 1)] },
      y: { range: [0, topOf(data)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, gap: 6, incrs: [1, 2, 3, 4, 6, 12, 24, 48, 96], values: (_u, at) => at.map((index) => data.labels[index] ?? "") },
      { ...axis, grid: { stroke: colour("line", place), width: 1 }, size: data.unit === "money" ? 68 : 48, gap: 6, space: 46, values: (_u, at) => at.map((value) => axisFigure(value, data.unit, language())) },
    ],
    series: seriesOf(data, place),
  };
}

function columns(data: ChartData): uPlot.AlignedData {
  const limit = data.limit;
  const lines = data.series.map((line) => line.values);
  return [data.labels.map((_label, index) => index), ...lines, ...(limit === null ? [] : [data.labels.map(() => limit)])];
}

function draw(figure: HTMLElement): (() => void) | null {
  const place = figure.querySelector<HTMLElement>("[data-part=plot]");
  const source = document.getElementById(figure.dataset["chart"] ?? "")?.textContent;
  const data = source ? readChart(JSON.parse(source)) : null;
  if (!place || !data) return null;
  let plot: uPlot | null = null;
  const again = (): void => {
    plot?.destroy();
    plot = new uPlot(optionsOf(data, place), columns(data), place);
  };
  again();
  new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: place.clientHeight })).observe(place);
  return again;
}

const drawn = new Map<HTMLElement, () => void>();

/** Draws the charts of the page that aren't yet. */
export function drawCharts(): void {
  for (const figure of drawn.keys()) if (!figure.isConnected) drawn.delete(figure);
  for (const figure of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    const again = drawn.has(figure) ? null : draw(figure);
    if (again) drawn.set(figure, again);
  }
}

export function followTheme(): void {
  const redraw = (): void => {
    for (const again of drawn.values()) again();
  };
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
