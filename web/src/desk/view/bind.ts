/** The page's declarations, carried out: `data-when`, `data-needs`, `data-pressed`, `data-command`, `data-text`. */

import { setText } from "../../live/dom";
import { matches } from "../flags";
import type { Texts } from "../texts";

export function bind(root: ParentNode, flags: ReadonlySet<string>, texts: Texts): void {
  for (const element of root.querySelectorAll<HTMLElement | SVGElement>("[data-when]")) {
    const hidden = !matches(element.dataset["when"] ?? "", flags);
    if (element.hasAttribute("hidden") !== hidden) element.toggleAttribute("hidden", hidden);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-text]")) {
    setText(element, texts[element.dataset["text"] ?? ""] ?? "");
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-pressed]")) {
    setAttribute(element, "aria-pressed", String(matches(element.dataset["pressed"] ?? "", flags)));
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-command], button[data-needs]")) {
    const waits = button.dataset["command"] !== undefined && flags.has("busy");
    // A button that only waits keeps the focus: "disabled" would take it away.
    setAttribute(button, "aria-disabled", waits ? "true" : null);
    // The others say themselves whether they can be pressed (a search that has found nobody yet).
    const { needs } = button.dataset;
    if (needs !== undefined) button.disabled = !matches(needs, flags);
  }
}

export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
