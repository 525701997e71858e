/**
 * Parts of a page that the server draws anew when something happened:
 * `<div id=… data-refresh-on="import.progress" data-refresh-key="import_id=5" data-refresh-url="…">`.
 */

import htmx from "htmx.org";

import { liveSocket } from "../live/socket";
import { concerns } from "./concerns";

const PAUSE_MS = 700;

interface Pending {
  again: boolean;
}

const running = new Map<string, Pending>();

async function refresh(id: string): Promise<void> {
  const busy = running.get(id);
  if (busy) {
    busy.again = true;
    return;
  }
  const mine: Pending = { again: false };
  running.set(id, mine);
  try {
    do {
      mine.again = false;
      const element = document.getElementById(id);
      const url = element?.dataset["refreshUrl"];
      if (!url) return;
      await htmx.ajax("get", url, { target: `#${id}`, swap: "outerHTML" });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    } while (mine.again);
  } finally {
    running.delete(id);
  }
}

function each(wanted: (element: HTMLElement) => boolean): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-refresh-on]")) {
    if (element.id && wanted(element)) void refresh(element.id);
  }
}

export function startRefreshing(): void {
  let first = true;
  liveSocket()?.listen({
    snapshot: () => {
      // After the connection was lost, whatever was missed; the very first comes with a page drawn a moment ago,
      // but something may have happened between the two.
      if (!first || document.querySelector("[data-refresh-first]")) each(() => true);
      first = false;
    },
    event: (event) => {
      const fields: Record<string, unknown> = { ...event.data };
      each((element) =>
        concerns(element.dataset["refreshOn"] ?? "", element.dataset["refreshKey"] ?? "", event.type, fields),
      );
    },
  });
}
