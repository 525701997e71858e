/** A request of htmx that failed says so, in the page's words; nothing typed is lost. */

import { toast } from "./toasts";

export function startRequestErrors(): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  const say = (words: string | undefined): void => {
    // One is enough, however often the page tries.
    for (const old of place.querySelectorAll(".toast-x.is-bad")) old.remove();
    toast({ words: words ?? "", tone: "bad", icon: "alert-circle" });
  };
  document.addEventListener("htmx:sendError", () => say(place.dataset["offline"]));
  document.addEventListener("htmx:responseError", (event) => {
    const status = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status;
    say(status === 401 || status === 403 ? place.dataset["refused"] : place.dataset["failed"]);
  });
}
