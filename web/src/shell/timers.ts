/** Times that count in the browser from an instant of the server: `<time data-since-us="…">` and `data-until-us`. */

import { duration } from "../live/format";
import { serverNowUs } from "../live/clock";

function tick(): void {
  const now = serverNowUs();
  for (const element of document.querySelectorAll<HTMLElement>("[data-since-us]")) {
    element.textContent = duration(now - Number(element.dataset["sinceUs"]));
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-until-us]")) {
    element.textContent = duration(Math.max(0, Number(element.dataset["untilUs"]) - now));
  }
}

export function startTimers(): void {
  tick();
  setInterval(tick, 500);
  document.addEventListener("htmx:afterSwap", tick);
}
