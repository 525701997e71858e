/**
 * The campaign form: shows what the choices call for, and puts fields into the script.
 * `data-shown-when="amd=hangup|message;amd_preset=custom"`: every part must hold. Without this script all is shown.
 */

import { holds, parseCondition } from "./conditions";

function valuesOf(form: HTMLFormElement): (name: string) => string {
  const data = new FormData(form);
  return (name) => String(data.get(name) ?? "");
}

function showWhatIsCalledFor(form: HTMLFormElement): void {
  const value = valuesOf(form);
  for (const part of form.querySelectorAll<HTMLElement>("[data-shown-when]")) {
    // What has an error is shown, whatever was chosen: it could not be mended otherwise.
    const wrong = part.querySelector('[aria-invalid="true"], .err') !== null;
    part.hidden = !wrong && !holds(parseCondition(part.dataset["shownWhen"] ?? ""), value);
  }
}

function insert(area: HTMLTextAreaElement, text: string): void {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.focus();
}

const form = document.querySelector<HTMLFormElement>("form:has([data-shown-when])");
if (form) {
  showWhatIsCalledFor(form);
  form.addEventListener("change", () => showWhatIsCalledFor(form));
  const script = form.querySelector<HTMLTextAreaElement>("[data-script]");
  for (const button of form.querySelectorAll<HTMLElement>("[data-insert]")) {
    button.addEventListener("click", () => script && insert(script, button.dataset["insert"] ?? ""));
  }
}
