/** The state of the switch in the top bar and its banner, and the banner of a lost live connection. */

import { type Health, liveSocket } from "../live/socket";
import { useHref } from "../live/dom";

interface SwitchState {
  tone: string;
  word: string;
  sentence: string;
}

function readSwitch(data: unknown): SwitchState | null {
  if (typeof data !== "object" || data === null) return null;
  const { tone, word, sentence } = data as Record<string, unknown>;
  if (typeof tone !== "string" || typeof word !== "string" || typeof sentence !== "string") return null;
  return { tone, word, sentence };
}

function show(state: SwitchState): void {
  const word = document.getElementById("switch-word");
  if (word) {
    word.title = state.sentence;
    const [pip, text] = word.querySelectorAll("span");
    if (pip && text && text.textContent !== state.word) {
      pip.className = `is-${state.tone} pip`;
      pip.querySelector("use")?.setAttribute("href", useHref(`g-${state.tone}`));
      text.textContent = state.word;
    }
  }
  const banner = document.getElementById("switch-banner");
  if (!banner) return;
  banner.className = `banner is-${state.tone}`;
  banner.hidden = state.sentence === "";
  const [strong] = banner.getElementsByTagName("b");
  if (strong) strong.textContent = `${state.word}.`;
  const sentence = banner.querySelector("[data-part=sentence]");
  if (sentence) sentence.textContent = state.sentence;
}

function showHealth(health: Health): void {
  const banner = document.getElementById("live-banner");
  if (!banner) return;
  banner.hidden = health === "live";
  for (const words of banner.querySelectorAll<HTMLElement>("[data-health]")) {
    words.hidden = words.dataset["health"] !== health;
  }
  document.body.dataset["live"] = health;
}

const GRACE_MS = 2500;

export function startSwitchState(): void {
  const socket = liveSocket();
  if (!socket) return;
  let pending: ReturnType<typeof setTimeout> | undefined;
  socket.listen({
    snapshot: (data) => {
      const state = readSwitch((data as Record<string, unknown>)["switch"]);
      if (state) show(state);
    },
    // The event tells of one node; the words for all of them are the server's.
    event: (event) => {
      if (event.type === "switch.changed") socket.ask();
    },
    health: (health) => {
      clearTimeout(pending);
      // A page that has just been opened is not yet live: no alarm for the first moments.
      const first = document.body.dataset["live"] === undefined && health === "lost";
      if (first) pending = setTimeout(() => showHealth(health), GRACE_MS);
      else showHealth(health);
    },
  });
}
