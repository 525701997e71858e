/** The log page's live tail: lines that fit the filters appear on top; paused, they wait and are counted. */

import type { LogLine } from "../generated/events";
import { liveSocket } from "../live/socket";
import { fits, type Wanted } from "./lines";

const MOST = 500;
const form = document.querySelector<HTMLFormElement>("#log-filters");
const button = document.querySelector<HTMLButtonElement>("[data-part='log-pause']");
const health = document.querySelector<HTMLElement>("[data-part='log-health']");
const heldTag = document.querySelector<HTMLElement>("[data-part='log-held']");
const zone = form?.dataset["zone"];
// As the server writes the lines that were before: 24 hours, in the page's zone.
const clock = new Intl.DateTimeFormat("pt-BR", { timeStyle: "medium", ...(zone ? { timeZone: zone } : {}) });

let paused = false;
let held: LogLine[] = [];
let isLive = false;
let begun = false;

function wanted(): Wanted {
  const given = new FormData(form ?? undefined);
  const of = (name: string): string => String(given.get(name) ?? "");
  return { company: of("company"), part: of("part"), level: of("level"), text: of("text") };
}

function cell(text: string, name = "", title = ""): HTMLElement {
  const made = document.createElement("span");
  made.textContent = text;
  made.className = name;
  if (title) made.title = title;
  return made;
}

function row(line: LogLine): HTMLElement {
  const made = document.createElement("li");
  const at = document.createElement("time");
  const instant = new Date(line.at_us / 1000);
  at.dateTime = instant.toISOString();
  at.textContent = clock.format(instant);
  made.className = `is-${line.level} is-new`;
  made.append(
    at,
    cell(line.level, "lv"),
    cell(line.part, "", line.place),
    cell(line.schema || "—", "ell", line.logger),
    cell(line.text, "msg"),
  );
  return made;
}

function show(lines: LogLine[]): void {
  const list = document.querySelector("#log-lines ol");
  if (!list || lines.length === 0) return;
  for (const old of list.querySelectorAll(".is-new")) old.classList.remove("is-new");
  for (const line of lines) list.prepend(row(line));
  while (list.children.length > MOST) list.lastElementChild?.remove();
  document.querySelector("#log-lines [data-part='none']")?.setAttribute("hidden", "");
}

function take(lines: LogLine[]): void {
  const filters = wanted();
  const fitting = lines.filter((line) => fits(line, filters));
  if (!paused) {
    show(fitting);
    return;
  }
  held = [...held, ...fitting].slice(-MOST);
  say();
}

function say(): void {
  if (heldTag) {
    heldTag.textContent = String(held.length);
    heldTag.hidden = held.length === 0;
  }
  for (const words of button?.querySelectorAll<HTMLElement>("[data-when]") ?? [])
    words.hidden = (words.dataset["when"] === "paused") !== paused;
  button?.setAttribute("aria-pressed", String(paused));
  if (health) health.textContent = health.dataset[isLive ? (paused ? "paused" : "live") : "lost"] ?? "";
}

button?.addEventListener("click", () => {
  paused = !paused;
  if (!paused) {
    show(held);
    held = [];
  }
  say();
});

liveSocket()?.listen({
  snapshot: (_data, topic) => {
    if (topic !== "logs") return;
    // After a cut, lines may have been missed: the server has them.
    if (begun) form?.dispatchEvent(new Event("log-again"));
    begun = true;
  },
  event: (event) => {
    if (event.type === "logs.written") take(event.data.lines);
  },
  health: (now) => {
    isLive = now === "live";
    say();
  },
});
form?.addEventListener("change", () => {
  held = [];
  say();
});
say();
