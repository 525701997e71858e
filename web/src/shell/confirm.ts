/**
 * Asks once before what can't be undone. A form with `hx-confirm` (the question) may add `data-confirm-lost` (what is
 * lost, one sentence) and `data-confirm-do` (the button's word). A submit button of a plain form asks with `data-asks`
 * (the question) and the same two; in a table's form of chosen rows it says how many they are. Uses the page's
 * <dialog id="confirm">.
 */

import { wayOut, withCount } from "./asked";

interface ConfirmEvent extends Event {
  detail: { question?: string; elt: HTMLElement; issueRequest: (skipConfirmation: boolean) => void };
}

function fill(dialog: HTMLDialogElement, question: string, asking: HTMLElement): void {
  const put = (part: string, text: string): void => {
    const element = dialog.querySelector<HTMLElement>(`[data-part="${part}"]`);
    if (element) element.textContent = text;
  };
  put("question", question);
  const count = asking.closest("form[data-bulk]")?.querySelector("[data-part=count]")?.textContent ?? "";
  put("lost", withCount(count, asking.dataset["confirmLost"] ?? ""));
  const act = asking.dataset["confirmDo"] ?? "OK";
  put("do", act);
  const back = dialog.querySelector<HTMLElement>("[data-part=back]")?.dataset;
  put("back", wayOut(act, back?.["usual"] ?? "", back?.["other"] ?? ""));
}

export function startConfirmations(): void {
  const dialog = document.getElementById("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return;
  let go: (() => void) | null = null;
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "do") go?.();
    go = null;
  });
  document.addEventListener("htmx:confirm", (event) => {
    const { question, elt, issueRequest } = (event as ConfirmEvent).detail;
    if (!question) return;
    event.preventDefault();
    fill(dialog, question, elt);
    go = () => issueRequest(true);
    dialog.returnValue = "";
    dialog.showModal();
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset["asks"] || !(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const question = button.dataset["asks"];
    fill(dialog, question, button);
    go = () => {
      delete button.dataset["asks"];
      form.requestSubmit(button);
      button.dataset["asks"] = question;
    };
    dialog.returnValue = "";
    dialog.showModal();
  }, { capture: true });
}
