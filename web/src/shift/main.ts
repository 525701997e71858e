/** The operator's page: asks for its panel anew when the operator's state changes. What is being typed stays. */

import htmx from "htmx.org";

import { liveSocket } from "../live/socket";

interface Typed {
  /** The form's address: it names the call. */
  call: string;
  note: string;
  choice: string;
}

let asked = false;

function panel(): HTMLElement | null {
  return document.getElementById("shift");
}

function form(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("#shift form[data-disposes]");
}

function typed(): Typed | null {
  const here = form();
  if (!here) return null;
  const data = new FormData(here);
  return { call: here.action, note: String(data.get("note") ?? ""), choice: String(data.get("disposition") ?? "") };
}

/** A note or a choice must survive whatever draws the panel anew, as long as it is about the same call. */
function restore(kept: Typed | null): void {
  const here = form();
  if (!kept || !here || here.action !== kept.call) return;
  const note = here.elements.namedItem("note");
  if (note instanceof HTMLTextAreaElement && kept.note) note.value = kept.note;
  for (const choice of here.querySelectorAll<HTMLInputElement>("input[name=disposition]")) {
    if (kept.choice) choice.checked = choice.value === kept.choice;
  }
}

function keepWhatIsTyped(): void {
  let kept: Typed | null = null;
  document.addEventListener("htmx:beforeSwap", () => {
    kept = typed();
  });
  document.addEventListener("htmx:afterSwap", () => {
    restore(kept);
    kept = null;
  });
}

async function refresh(): Promise<void> {
  const here = panel();
  if (!here || asked) return;
  asked = true;
  try {
    await htmx.ajax("get", here.dataset["shift"] ?? location.pathname, { target: "#shift", swap: "outerHTML" });
  } finally {
    asked = false;
  }
}

/** Whether the panel shows another state than the server's. */
function differs(shift: { state: string } | null): boolean {
  return (panel()?.dataset["state"] ?? "") !== (shift?.state ?? "");
}

keepWhatIsTyped();
liveSocket()?.listen({
  snapshot: (data) => {
    const shift = (data as { shift?: { state: string } | null }).shift ?? null;
    if (differs(shift)) void refresh();
  },
  event: (event) => {
    if (event.type.startsWith("operator.")) void refresh();
  },
});
