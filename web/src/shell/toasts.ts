/**
 * Short words at the page's edge: `toast({...})`, or the server's header `HX-Trigger: {"toast": {…}}`. One with an undo
 * stays until it is closed or used; the others go by themselves, but not while somebody points at them or reads them.
 */

import htmx from "htmx.org";

import { useHref } from "../live/dom";

export interface Toast {
  words: string;
  detail?: string;
  tone?: string;
  icon?: string;
  /** An address to POST to; answers as the page's forms do. */
  undo?: string;
}

const STAYS_MS = 6000;
const MOST = 4;

function copy(): HTMLElement | null {
  const template = document.getElementById("toast-template");
  const toast = template instanceof HTMLTemplateElement ? template.content.firstElementChild?.cloneNode(true) : null;
  return toast instanceof HTMLElement ? toast : null;
}

function fill(toast: HTMLElement, { words, detail = "", tone = "free", icon = "circle-check", undo }: Toast): void {
  toast.className = `toast-x is-${tone}`;
  toast.querySelector("use")?.setAttribute("href", useHref(`i-${icon}`));
  const put = (part: string, text: string): void => {
    const element = toast.querySelector<HTMLElement>(`[data-part=${part}]`);
    if (!element) return;
    element.textContent = text;
    element.hidden = text === "";
  };
  put("text", words);
  put("detail", detail);
  const button = toast.querySelector<HTMLElement>("[data-undo]");
  if (!button) return;
  button.hidden = !undo;
  button.addEventListener("click", () => {
    toast.remove();
    if (undo) void htmx.ajax("post", undo, { target: "body", swap: "none" });
  });
}

function leaveLater(toast: HTMLElement): void {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, STAYS_MS);
}

/** Give the toast as it stands on the page. */
export function toast(said: Toast): HTMLElement | null {
  const place = document.getElementById("toasts");
  const element = copy();
  if (!place || !element) return null;
  fill(element, said);
  place.append(element);
  while (place.children.length > MOST) place.firstElementChild?.remove();
  if (!said.undo && said.tone !== "bad") leaveLater(element);
  return element;
}

function isToast(data: unknown): data is Toast {
  return typeof data === "object" && data !== null && typeof (data as Record<string, unknown>)["words"] === "string";
}

export function startToasts(): void {
  document.addEventListener("toast", (event) => {
    const detail: unknown = (event as CustomEvent).detail;
    if (isToast(detail)) toast(detail);
  });
  document.getElementById("toasts")?.addEventListener("click", (event) => {
    if (event.target instanceof Element) event.target.closest("[data-dismiss]")?.closest(".toast-x")?.remove();
  });
}
