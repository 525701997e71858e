/** The search for whom to transfer to: a combobox over the server's answer, with a number typed as a target of its own. */

import { part, setText, useHref } from "../../live/dom";
import type { DeskApi } from "../api";
import { maskPhone, toE164 } from "../numbers";
import type { Target } from "../wire";
import { say } from "../words";
import { list } from "./lists";
import { dialogOf } from "./panels";

const PAUSE_MS = 180;
const TONES: Record<string, string> = {
  free: "free", talking: "talk", wrap_up: "wrap", paused: "pause", connecting: "ring", ringing: "ring",
};

/**
 * The marked target, if it can be had. What was found for other words than those that stand there now can't: a quick
 * Enter would send the customer to whoever was first in the list before.
 */
export function choosable(marked: Target | undefined, foundFor: string | null, query: string): Target | null {
  return marked?.is_available && foundFor === query ? marked : null;
}

/** A whole number is a target of its own. */
export function numberTarget(query: string): Target[] {
  const number = toE164(query);
  return number ? [{ kind: "outside", target: number, name: maskPhone(query), state: "", is_available: true }] : [];
}

export class TargetSearch {
  private found: Target[] = [];
  /** What was searched for when these were found. */
  private foundFor: string | null = null;
  private index = 0;
  private asked = 0;
  private pause: ReturnType<typeof setTimeout> | undefined;
  /** Whether a conference is what the search is for. */
  conference = false;

  constructor(
    private readonly api: DeskApi,
    private readonly chosen: (target: Target) => void,
  ) {
    const dialog = dialogOf("transfer");
    dialog?.addEventListener("opened", () => this.opened());
    this.input?.addEventListener("input", () => this.typed());
    dialog?.addEventListener("keydown", (event) => this.key(event));
    dialog?.querySelector('[data-part="targets"]')?.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest("li") : null;
      if (item?.parentElement) this.select(Array.from(item.parentElement.children).indexOf(item));
    });
  }

  /** The target that is marked; null while there is none that can be had. */
  get current(): Target | null {
    return choosable(this.found[this.index], this.foundFor, this.query);
  }

  private get query(): string {
    return this.input?.value.trim() ?? "";
  }

  private get input(): HTMLInputElement | null {
    return dialogOf("transfer")?.querySelector<HTMLInputElement>('[data-part="query"]') ?? null;
  }

  private opened(): void {
    const dialog = dialogOf("transfer");
    if (this.input) this.input.value = "";
    for (const [name, shown] of [["title-transfer", !this.conference], ["title-conference", this.conference]] as const) {
      const title = dialog && part(dialog, name);
      if (title) title.hidden = !shown;
    }
    const blind = dialog && part(dialog, "blind");
    if (blind) blind.hidden = this.conference;
    clearTimeout(this.pause);
    this.show([], null);
    void this.search("");
  }

  private typed(): void {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.search(this.query), PAUSE_MS);
    const own = numberTarget(this.query);
    if (own.length > 0) this.index = 0;
    this.show(own.length > 0 ? own : this.found, own.length > 0 ? this.query : this.foundFor);
  }

  private async search(query: string): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    const own = numberTarget(query);
    const answer = await this.api.targets(query).catch(() => [] as Target[]);
    // An answer that is older than the question on the screen is of no use.
    if (mine !== this.asked) return;
    const others = answer.filter((target) => target.kind !== "outside" && (!this.conference || target.kind !== "queue"));
    this.index = 0;
    this.show([...own, ...others], query);
  }

  private show(found: Target[], foundFor: string | null): void {
    this.found = found;
    this.foundFor = foundFor;
    const dialog = dialogOf("transfer");
    if (!dialog) return;
    const none = part(dialog, "no-targets");
    const asked = (this.input?.value ?? "") !== "";
    if (none) none.hidden = found.length > 0 || !asked;
    const nobody = part(dialog, "nobody");
    if (nobody) nobody.hidden = found.length > 0 || asked || foundFor === null;
    list(part(dialog, "targets"), found, (one) => `${one.kind}.${one.target}`, "target-template", (element, one) => this.draw(element, one));
    this.mark();
  }

  private draw(element: HTMLElement, one: Target): void {
    element.id = `target-${one.kind}-${one.target.replace(/\W/g, "")}`;
    setText(part(element, "name"), one.name);
    const what = one.kind === "operator" ? say("target_operator", { extension: one.target }) : say(`target_${one.kind}`);
    setText(part(element, "what"), what);
    const state = one.kind === "operator" ? say(`short_${one.state}`) : one.kind === "queue" ? say("free_now", { n: one.state }) : "";
    setText(part(element, "state"), state);
    element.classList.toggle("dim", !one.is_available);
    const pip = part(element, "pip");
    const tone = one.kind === "operator" ? (TONES[one.state] ?? "off") : one.is_available && one.state !== "0" ? "free" : "off";
    if (pip) pip.className = `pip is-${tone}`;
    pip?.querySelector("use")?.setAttribute("href", useHref(`g-${tone}`));
  }

  private select(index: number): void {
    this.index = Math.max(0, Math.min(this.found.length - 1, index));
    this.mark();
  }

  private mark(): void {
    const dialog = dialogOf("transfer");
    const items = Array.from(dialog?.querySelectorAll<HTMLElement>('[data-part="targets"] > li') ?? []);
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.index)));
    const marked = items[this.index];
    marked?.scrollIntoView({ block: "nearest" });
    if (marked) this.input?.setAttribute("aria-activedescendant", marked.id);
    else this.input?.removeAttribute("aria-activedescendant");
    const { current } = this;
    for (const [name, can] of [["blind", current !== null], ["consult", current !== null && current.kind !== "queue"]] as const) {
      const button = dialog && part(dialog, name);
      if (button instanceof HTMLButtonElement) button.disabled = !can;
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.select(this.index + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && event.target === this.input && this.current) {
      event.preventDefault();
      this.chosen(this.current);
    }
  }
}
