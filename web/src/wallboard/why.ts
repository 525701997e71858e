/** The pacing's sentence: figures and arrow are marked up, the words come from the page (`<script id="pacing-words">`). */

import { part, setText } from "../live/dom";
import { whole } from "../live/format";
import type { Pacing } from "./state";

let words: Record<string, string> | null = null;

function word(key: string): string {
  words ??= JSON.parse(document.getElementById("pacing-words")?.textContent ?? "{}") as Record<string, string>;
  return words[key] ?? "";
}

/**
 * "1 livre + 9 livres em 12 s" and so on: a pattern with {name} for a figure and {name:one:many} for a word that follows
 * it. Exported for its test.
 */
export function fill(pattern: string, values: Record<string, number>): string {
  return pattern.replace(/\{(\w+)(?::([^:}]*):([^}]*))?\}/g, (_all, name: string, one?: string, many?: string) => {
    const value = values[name] ?? 0;
    if (one === undefined || many === undefined) return whole(value);
    return value === 1 ? one : many;
  });
}

export function drawWhy(tile: HTMLElement, pacing: Pacing | null): void {
  const why = part(tile, "why");
  why?.classList.toggle("silent", pacing === null);
  if (!why || pacing === null) return;
  setText(part(why, "operators"), fill(word("operators"), { free: pacing.free, freeing: pacing.freeing, within: pacing.within_s }));
  setText(part(why, "answer"), fill(word("answer"), { rate: Math.round(pacing.answer_rate * 100) }));
  setText(part(why, "launch"), fill(word("launch"), { launch: pacing.launch }));
  const reason = pacing.limit && pacing.launch === 0 ? word(pacing.limit) : "";
  setText(part(why, "limit"), reason && `– ${reason}`);
}
