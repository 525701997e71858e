/** Times that count in the browser from an instant of the server: `<time data-since-us="…">` and `data-until-us`; in a sentence with `data-spoken`. */

import { duration, spoken } from "../live/format";
import { serverNowUs } from "../live/clock";

function tick(): void {
  const now = serverNowUs();
  for (const element of document.querySelectorAll<HTMLElement>("[data-since-us]")) {
    const past = now - Number(element.dataset["sinceUs"]);
    element.textContent = element.dataset["spoken"] === undefined ? duration(past) : spoken(past);
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
