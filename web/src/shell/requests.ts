/**
 * A request of htmx that failed says so, in the page's words; nothing typed is lost. Once the server is there again the
 * words go, and a table's filters that never reached it are sent again: the box says nothing that the rows don't.
 */

import htmx from "htmx.org";

import { liveSocket } from "../live/socket";
import { toast } from "./toasts";

interface Failed extends Event {
  detail: { elt: Element; xhr: XMLHttpRequest };
}

interface Answered extends Event {
  detail: { target: Element; successful: boolean };
}

/** What a proxy answers in the place of a server that is away. */
const AWAY = [502, 503, 504];

export function startRequestErrors(): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  let away: HTMLElement | null = null;
  const unsent = new Set<HTMLFormElement>();
  const say = (words: string | undefined): HTMLElement | null => {
    // One is enough, however often the page tries.
    for (const old of place.querySelectorAll(".toast-x.is-bad")) old.remove();
    return toast({ words: words ?? "", tone: "bad", icon: "alert-circle" });
  };
  const lost = (asking: Element, words: string | undefined): void => {
    away = say(words);
    const filters = asking.closest<HTMLFormElement>("form[data-table-filters]");
    if (filters) unsent.add(filters);
  };
  /** `drawn`: the part that the server has just answered with; what stood in it is as it says. */
  const back = (drawn: Element | null): void => {
    away?.remove();
    away = null;
    const again = [...unsent].filter((form) => form.isConnected && !drawn?.contains(form));
    unsent.clear();
    for (const form of again) htmx.trigger(form, "submit", {});
  };
  document.addEventListener("htmx:sendError", (event) => {
    lost((event as Failed).detail.elt, place.dataset["offline"]);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = (event as Failed).detail;
    if (AWAY.includes(xhr.status)) lost(elt, place.dataset["failed"]);
    else say(xhr.status === 401 || xhr.status === 403 ? place.dataset["refused"] : place.dataset["failed"]);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { target, successful } = (event as Answered).detail;
    if (successful) back(target);
  });
  liveSocket()?.listen({
    health: (health) => {
      if (health === "live") back(null);
    },
  });
}
