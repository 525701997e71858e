/** The line above the board while this supervisor hears somebody: whom, for how long, and a way back to the panel. */

import { part, setText } from "../live/dom";
import { word } from "../supervisor/words";
import type { Own } from "../supervisor/wire";
import type { Board } from "./state";
import { since } from "./view";

export function startHearing(open: (operator: number) => void): (own: Own, board: Board) => void {
  const line = document.getElementById("hearing");
  let operator: number | null = null;
  line?.querySelector("button")?.addEventListener("click", () => {
    if (operator !== null) open(operator);
  });
  return (own, board) => {
    if (!line) return;
    operator = own.hearing?.operator ?? (own.taken ? own.taken.operator.id : null);
    const panelOpen = document.body.classList.contains("with-panel");
    line.hidden = operator === null || panelOpen;
    if (operator === null) return;
    const name = board.operators.get(operator)?.name ?? own.taken?.operator.name ?? "";
    const key = own.hearing ? (own.hearing.state === "asked" ? "asked" : `up_${own.hearing.mode}`) : "up_taken_over";
    setText(part(line, "said"), word(key, { name }));
    since(part(line, "time"), own.hearing?.since_us ?? null);
  };
}
