/** The operator's page: asks for its panel anew when the operator's state changes. What is being typed stays. */

import htmx from "htmx.org";

import { liveSocket } from "../live/socket";

let asked = false;

function panel(): HTMLElement | null {
  return document.getElementById("shift");
}

/** A note or a choice that has not been saved must survive a change of state on the same call. */
function typed(): { note: string; choice: string } {
  const note = document.querySelector<HTMLTextAreaElement>("#shift textarea[name=note]");
  const choice = document.querySelector<HTMLInputElement>("#shift input[name=disposition]:checked");
  return { note: note && note.value !== note.defaultValue ? note.value : "", choice: choice?.value ?? "" };
}

function call(): string {
  return document.querySelector<HTMLFormElement>("#shift form[action*='/calls/']")?.action ?? "";
}

async function refresh(): Promise<void> {
  const here = panel();
  if (!here || asked) return;
  asked = true;
  const kept = typed();
  const before = call();
  try {
    await htmx.ajax("get", here.dataset["shift"] ?? location.pathname, { target: "#shift", swap: "outerHTML" });
  } finally {
    asked = false;
  }
  if (call() === before && before !== "") restore(kept);
}

function restore(kept: { note: string; choice: string }): void {
  const note = document.querySelector<HTMLTextAreaElement>("#shift textarea[name=note]");
  if (note && kept.note) note.value = kept.note;
  if (!kept.choice) return;
  const choice = document.querySelector<HTMLInputElement>(
    `#shift input[name=disposition][value="${CSS.escape(kept.choice)}"]`,
  );
  if (choice) choice.checked = true;
}

/** Whether the panel shows another state than the server's. */
function differs(shift: { state: string } | null): boolean {
  return (panel()?.dataset["state"] ?? "") !== (shift?.state ?? "");
}

liveSocket()?.listen({
  snapshot: (data) => {
    const shift = (data as { shift?: { state: string } | null }).shift ?? null;
    if (differs(shift)) void refresh();
  },
  event: (event) => {
    if (event.type.startsWith("operator.")) void refresh();
  },
});
