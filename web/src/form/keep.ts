/**
 * Keeps what is typed into a page's forms when the page goes away before it was taken: a session that has ended leads to
 * the log-in, and back. In this tab only (sessionStorage), never passwords and files.
 */

import { toast } from "../shell/toasts";
import { next, read, type Typed } from "./typed";

const KEY = "cadencia.typed";
/** The marks of what was stored when the page was made (screens/editing.py). */
const MARKS = "seen";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function forms(): HTMLFormElement[] {
  return [...document.querySelectorAll<HTMLFormElement>("main form[method=post]")];
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((one): one is Field => {
    if (one instanceof HTMLInputElement) {
      return one.name === MARKS || !["hidden", "password", "file", "submit", "button"].includes(one.type);
    }
    return one instanceof HTMLSelectElement || one instanceof HTMLTextAreaElement;
  });
}

function isChanged(field: Field): boolean {
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  if (field.type === "checkbox" || field.type === "radio") {
    return field instanceof HTMLInputElement && field.checked !== field.defaultChecked;
  }
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

function sent(form: HTMLFormElement): [string, string][] {
  return fields(form).flatMap((field): [string, string][] => {
    if (field instanceof HTMLSelectElement) return [...field.selectedOptions].map((one) => [field.name, one.value]);
    const off = field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type) && !field.checked;
    return off ? [] : [[field.name, field.value]];
  });
}

function put(form: HTMLFormElement, values: [string, string][]): void {
  for (const field of fields(form)) {
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = given.includes(option.value);
    } else if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      field.checked = given.includes(field.value);
    } else {
      field.value = given[0] ?? field.value;
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function keepTyped(page: string, person: string): void {
  const changed = forms().map((form, at): [string, [string, string][]] | null =>
    fields(form).some(isChanged) ? [String(at), sent(form)] : null,
  );
  const found = Object.fromEntries(changed.filter((one) => one !== null));
  if (Object.keys(found).length === 0) return;
  const typed: Typed = { page, person, forms: found, turnedAway: false };
  sessionStorage.setItem(KEY, JSON.stringify(typed));
}

export function startKeeping(): void {
  const page = location.pathname + location.search;
  const person = document.querySelector<HTMLElement>("[data-person]")?.dataset["person"] ?? "";
  const what = next(read(sessionStorage.getItem(KEY)), page, person);
  sessionStorage.removeItem(KEY);
  if (what !== null && "keep" in what) sessionStorage.setItem(KEY, JSON.stringify(what.keep));
  if (what !== null && "give" in what) {
    forms().forEach((form, at) => {
      const values = what.give.forms[String(at)];
      if (values) put(form, values);
    });
    const words = document.getElementById("toasts")?.dataset["restored"];
    if (words) toast({ words });
  }
  if (person !== "") addEventListener("pagehide", () => keepTyped(page, person));
}
