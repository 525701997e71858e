/**
 * What a table's page does beyond htmx: choosing rows. `[data-bulk]` is the form of the chosen rows (it holds `match`,
 * `everything` and the actions), `[data-pick]` a row's box, `[data-pick-all]` the head's, `[data-pick-everything]`
 * chooses all rows that fit the filters, also those of other pages;
 * `data-count` is where the form learns how many they are.
 */

import { type Chosen, headState, words } from "./chosen";

function boxes(table: Element): HTMLInputElement[] {
  return Array.from(table.querySelectorAll<HTMLInputElement>("input[data-pick]"));
}

function read(table: Element): Chosen {
  const everything = table.querySelector<HTMLInputElement>("form[data-bulk] input[name=everything]");
  const all = boxes(table);
  return { chosen: all.filter((box) => box.checked).length, shown: all.length, everything: everything?.value === "1" };
}

function show(table: Element): void {
  const form = table.querySelector<HTMLFormElement>("form[data-bulk]");
  if (!form) return;
  const state = read(table);
  form.hidden = state.chosen === 0 && !state.everything;
  const count = form.querySelector<HTMLElement>("[data-part=count]");
  if (count) count.textContent = words(state, form.dataset["some"] ?? "", form.dataset["all"] ?? "");
  const everything = form.querySelector<HTMLElement>("[data-pick-everything]");
  if (everything) everything.hidden = state.everything || state.chosen < state.shown;
  const head = table.querySelector<HTMLInputElement>("input[data-pick-all]");
  const wanted = headState(state);
  if (head) {
    head.checked = wanted === "all";
    head.indeterminate = wanted === "some";
  }
}

function setEverything(table: Element, value: boolean): void {
  const field = table.querySelector<HTMLInputElement>("form[data-bulk] input[name=everything]");
  if (field) field.value = value ? "1" : "";
}

function changed(event: Event): void {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  const table = box.closest("[data-table]");
  if (!table) return;
  if (box.matches("[data-pick-all]")) for (const one of boxes(table)) one.checked = box.checked;
  else if (!box.matches("[data-pick]")) return;
  setEverything(table, false);
  show(table);
}

/** Who acts on all of them knows first how many they are. */
async function countAll(table: Element): Promise<void> {
  const form = table.querySelector<HTMLFormElement>("form[data-bulk]");
  const address = form?.dataset["count"];
  if (!form || !address) return;
  const acts = Array.from(form.querySelectorAll<HTMLButtonElement>("button[type=submit]"));
  for (const act of acts) act.disabled = true;
  try {
    const answer = await fetch(address);
    if (answer.ok) {
      form.dataset["all"] = await answer.text();
      delete form.dataset["count"];
    }
  } catch {
    // Without the network the act itself says so.
  } finally {
    for (const act of acts) act.disabled = false;
  }
  show(table);
}

function choose(table: Element, everything: boolean): void {
  for (const box of boxes(table)) box.checked = everything;
  setEverything(table, everything);
  show(table);
}

function clicked(event: Event): void {
  const button = event.target instanceof Element ? event.target.closest("[data-pick-everything], [data-pick-none]") : null;
  const table = button?.closest("[data-table]");
  if (!button || !table) return;
  const everything = button.matches("[data-pick-everything]");
  choose(table, everything);
  if (everything) void countAll(table);
}

/** What a browser ticks again on the way back was chosen for an act that is done. */
function forget(event: PageTransitionEvent): void {
  const [way] = performance.getEntriesByType("navigation");
  const isBack = event.persisted || (way instanceof PerformanceNavigationTiming && way.type === "back_forward");
  for (const table of document.querySelectorAll("[data-table]")) {
    if (isBack) choose(table, false);
    else show(table);
  }
}

/** Focus goes back to the chip whose menu was swapped away with its field. */
function keepFocus(): void {
  let last = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = (event as CustomEvent<{ target: Element }>).detail.target;
    const menu = document.activeElement?.closest("details.menu");
    last = menu && target.contains(menu) ? (menu.querySelector("summary")?.id ?? "") : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (last) document.getElementById(last)?.focus();
    last = "";
  });
}

/** A table that fits keeps its head in view; one that doesn't scrolls sideways in its own box. */
function fit(): void {
  for (const box of document.querySelectorAll<HTMLElement>(".scroll-t")) {
    box.classList.remove("fits");
    box.classList.toggle("fits", box.scrollWidth <= box.clientWidth);
  }
}

export function startTables(): void {
  document.addEventListener("change", changed);
  document.addEventListener("click", clicked);
  keepFocus();
  fit();
  addEventListener("resize", fit);
  document.addEventListener("htmx:afterSettle", fit);
  for (const table of document.querySelectorAll("[data-table]")) show(table);
  addEventListener("pageshow", forget);
}
