/** Spark lines out of the last two hours by ten minutes: paths in a box of 100 by 24. */

import type { Slot } from "./state";

export const WIDTH = 100;
export const HEIGHT = 24;

export interface Line {
  line: string;
  area: string;
  /** Height of the limit's line; null: none. */
  limit: number | null;
}

/** Answered of the attempts, by slot; null where nothing was dialed. */
export function answerRates(slots: readonly Slot[]): (number | null)[] {
  return slots.map(([attempts, answered]) => (attempts > 0 ? answered / attempts : null));
}

/** Abandoned of the live answers, by slot. */
export function abandonRates(slots: readonly Slot[]): (number | null)[] {
  return slots.map(([, , connected, abandoned]) => (connected + abandoned > 0 ? abandoned / (connected + abandoned) : null));
}

/** 0 at the bottom; the top is the greatest value, or what the limit needs. Pure. Empty with fewer than two values. */
export function sparkOf(values: readonly (number | null)[], limit: number | null = null): Line {
  const known = values.flatMap((value, index) => (value === null ? [] : [[index, value] as const]));
  if (known.length < 2) return { line: "", area: "", limit: null };
  const top = Math.max(...known.map(([, value]) => value), limit === null ? 0 : limit * 1.4, 1e-9);
  const y = (value: number): number => HEIGHT - ((HEIGHT - 2) * value) / top;
  const x = (index: number): number => (WIDTH * index) / (values.length - 1);
  const points = known.map(([index, value]) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
  const line = `M${points.join("L")}`;
  const [first] = known[0] ?? [0];
  const [last] = known.at(-1) ?? [0];
  const area = `${line}L${x(last).toFixed(1)} ${HEIGHT}L${x(first).toFixed(1)} ${HEIGHT}Z`;
  return { line, area, limit: limit === null ? null : y(limit) };
}

export function drawSpark(svg: Element | null, drawn: Line): void {
  if (!svg) return;
  svg.toggleAttribute("hidden", drawn.line === "");
  svg.querySelector(".ln")?.setAttribute("d", drawn.line);
  svg.querySelector(".ar")?.setAttribute("d", drawn.area);
  const limit = svg.querySelector(".lim");
  limit?.setAttribute("d", drawn.limit === null ? "" : `M0 ${drawn.limit.toFixed(1)}H${WIDTH}`);
}
