/** The operators by state or by campaign; which, this browser remembers. */

import { fromTemplate, part, reconcile, setText } from "../live/dom";
import { whole } from "../live/format";
import { type Board, byCampaign, laneOf, type Operator, type View } from "./state";

const KEY = "cadencia.wallboard.by";

/** `changed` is called when somebody chooses. */
export function startGroups(changed: () => void): void {
  const choice = document.getElementById("group-by");
  const set = (by: string): void => {
    document.getElementById("operators")?.toggleAttribute("data-by-campaign", by === "campaign");
    for (const button of choice?.querySelectorAll("button") ?? []) {
      button.setAttribute("aria-pressed", String(button.dataset["by"] === by));
    }
    localStorage.setItem(KEY, by);
    changed();
  };
  choice?.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-by]") : null;
    if (button) set(button.dataset["by"] ?? "state");
  });
  set(localStorage.getItem(KEY) === "campaign" ? "campaign" : "state");
}

export function isByCampaign(): boolean {
  return document.getElementById("operators")?.hasAttribute("data-by-campaign") ?? false;
}

export function drawByCampaign(board: Board, view: View, draw: (item: HTMLElement, operator: Operator) => void): void {
  const place = document.getElementById("by-campaign");
  if (!place) return;
  const groups = isByCampaign() ? byCampaign(board, view) : [];
  const sections = reconcile(place, groups.map(([id]) => String(id)), () => fromTemplate("group-template"));
  groups.forEach(([id, operators], index) => {
    const section = sections[index];
    if (!section) return;
    const name = id === null ? place.dataset["none"] : board.campaigns.get(id)?.name;
    setText(part(section, "name"), name ?? "");
    setText(part(section, "count"), whole(operators.length));
    for (const mark of section.querySelectorAll<HTMLElement>("[data-of]")) {
      const count = operators.filter((operator) => laneOf(operator) === mark.dataset["of"]).length;
      mark.hidden = count === 0;
      setText(part(mark, "n"), whole(count));
    }
    const list = part(section, "ops");
    if (!list) return;
    const items = reconcile(list, operators.map((one) => String(one.id)), () => fromTemplate("operator-template"));
    operators.forEach((operator, at) => {
      const item = items[at];
      if (item) draw(item, operator);
    });
  });
}
