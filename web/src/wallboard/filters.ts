/** Whom the board shows: by name, by campaign, in which order; and a message to all of them. */

import { ApiError } from "../supervisor/api";
import type { Supervisor } from "../supervisor/main";
import { word } from "../supervisor/words";
import { EVERYBODY, type View } from "./state";

export function startFilters(changed: (view: View) => void, supervisor: Supervisor | null): void {
  const form = document.getElementById("filters");
  let view = EVERYBODY;
  form?.addEventListener("input", () => {
    const value = (id: string): string => (document.getElementById(id) as HTMLInputElement | null)?.value ?? "";
    const campaign = value("filter-campaign");
    view = {
      text: value("filter-text"),
      campaign: campaign ? Number(campaign) : null,
      sort: value("filter-sort") === "name" ? "name" : "time",
    };
    changed(view);
  });
  form?.addEventListener("submit", (event) => event.preventDefault());
  startLanePicker();
  if (supervisor) startMessageToAll(supervisor);
}

/** On a phone the columns stand below each other: one can be chosen. */
function startLanePicker(): void {
  const picker = document.getElementById("lane-picker");
  const place = document.getElementById("operators");
  picker?.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-pick]") : null;
    if (!button || !place) return;
    const wanted = place.dataset["only"] === button.dataset["pick"] ? "" : (button.dataset["pick"] ?? "");
    place.dataset["only"] = wanted;
    for (const one of picker.querySelectorAll<HTMLElement>("button")) {
      one.setAttribute("aria-pressed", String(wanted !== "" && one.dataset["pick"] === wanted));
    }
  });
}

function startMessageToAll(supervisor: Supervisor): void {
  const form = document.getElementById("message-all");
  if (!(form instanceof HTMLFormElement)) return;
  const text = form.querySelector("textarea");
  const said = form.querySelector<HTMLElement>("[data-part=said]");
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Sent once, however often it is pressed.
    if (busy || !text?.value.trim() || !said) return;
    busy = true;
    void supervisor.api
      .send(text.value, null)
      .then(() => {
        text.value = "";
        said.textContent = word("sent");
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        said.textContent = error.text;
      })
      .finally(() => {
        busy = false;
      });
  });
  text?.addEventListener("input", () => {
    if (said) said.textContent = "";
  });
}
