/** The palette `<dialog id="palette">`: Ctrl+K or `[data-opens-palette]`, type, arrows, Enter. An ARIA combobox. */

import { moved, opens } from "./choose";

const WAIT_MS = 150;

class Palette {
  private readonly field: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement | null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | null = null;
  private at = 0;

  constructor(private readonly dialog: HTMLDialogElement, field: HTMLInputElement, list: HTMLElement) {
    this.field = field;
    this.list = list;
    this.status = dialog.querySelector<HTMLElement>("[data-part=count]");
    field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), WAIT_MS);
    });
    field.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("click", (event) => {
      const hit = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (hit) this.go(hit);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  open(): void {
    if (this.dialog.open) return;
    this.field.value = "";
    this.dialog.showModal();
    this.field.focus();
    void this.ask();
  }

  private hits(): HTMLElement[] {
    return Array.from(this.list.querySelectorAll<HTMLElement>("[role=option]"));
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const url = `${this.dialog.dataset["url"] ?? ""}?q=${encodeURIComponent(this.field.value)}`;
    try {
      const answer = await fetch(url, { signal: asking.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.headers.has("HX-Redirect")) {
        location.reload(); // the login has ended: the page says so and leads back
        return;
      }
      this.list.innerHTML = await answer.text();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.list.replaceChildren();
    }
    this.stand(0);
    const count = this.hits().length;
    const words = this.status?.dataset[count === 1 ? "one" : "words"] ?? "";
    if (this.status) this.status.textContent = words.replace("{n}", String(count));
  }

  private stand(at: number): void {
    const hits = this.hits();
    this.at = at;
    hits.forEach((hit, index) => hit.setAttribute("aria-selected", String(index === at)));
    const here = hits[at];
    if (here) this.field.setAttribute("aria-activedescendant", here.id);
    else this.field.removeAttribute("aria-activedescendant");
    here?.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      event.preventDefault();
      const hit = this.hits()[this.at];
      if (hit) this.go(hit);
      return;
    }
    // Home and End belong to the text while there is some.
    if ((event.key === "Home" || event.key === "End") && this.field.value) return;
    const next = moved(event.key, this.at, this.hits().length);
    if (next === null) return;
    event.preventDefault();
    this.stand(next);
  }

  private go(hit: HTMLElement): void {
    const url = hit.dataset["url"];
    if (url) location.assign(url);
  }
}

export function startPalette(): void {
  const dialog = document.getElementById("palette");
  const field = document.getElementById("palette-field");
  const list = document.getElementById("palette-hits");
  if (!(dialog instanceof HTMLDialogElement) || !(field instanceof HTMLInputElement) || !list) return;
  const palette = new Palette(dialog, field, list);
  document.addEventListener("keydown", (event) => {
    if (!opens(event) || document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    palette.open();
  });
  for (const button of document.querySelectorAll("[data-opens-palette]")) {
    button.addEventListener("click", () => palette.open());
  }
}
