/** The form of the company's limits: filled from the board, saved through the API; every open wallboard follows. */

import { ApiError } from "../supervisor/api";
import type { Supervisor } from "../supervisor/main";
import { word } from "../supervisor/words";
import type { Board } from "./state";

function mark(input: HTMLInputElement, wrong: boolean): void {
  if (wrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** "Wrap-up lasts: from 5 to 3600." */
function rangeOf(input: HTMLInputElement): string {
  return word("limit_range", { name: input.labels?.[0]?.textContent ?? "", least: input.min, most: input.max });
}

/** Gives a function that shows the board's limits, as long as nobody is typing others. */
export function startLimitsForm(supervisor: Supervisor | null): (board: Board) => void {
  const form = document.getElementById("limits");
  if (!(form instanceof HTMLFormElement) || !supervisor) return () => undefined;
  const said = form.querySelector<HTMLElement>("[data-part=said]");
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[name]")];
  let edited = false;
  const tell = (text: string, bad = false): void => {
    if (!said) return;
    said.textContent = text;
    said.classList.toggle("bad", bad);
  };
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.name === "") return;
    edited = true;
    mark(event.target, false);
    tell("");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = inputs.filter((input) => !input.validity.valid);
    for (const input of inputs) mark(input, wrong.includes(input));
    if (wrong[0]) {
      tell(wrong.map(rangeOf).join(" "), true);
      wrong[0].focus();
      return;
    }
    const limits = Object.fromEntries(inputs.map((input) => [input.name, input.valueAsNumber]));
    void supervisor.api
      .setLimits(limits)
      .then(() => {
        edited = false;
        tell(word("limits_saved"));
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        tell(error.text, true);
      });
  });
  return (board) => {
    if (edited) return;
    const limits = board.limits as unknown as Record<string, number>;
    for (const input of inputs) {
      const value = String(limits[input.name] ?? "");
      if (input.value !== value) input.value = value;
    }
  };
}
