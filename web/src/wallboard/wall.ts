/** Wall mode: a layout of its own on the whole screen. The button or "f" opens it, Escape or "f" leaves it. */

/** The layout is drawn for this size and enlarged or reduced to the screen. */
const DRAWN = { width: 1920, height: 1080 };

export function startWall(changed: () => void): void {
  const button = document.getElementById("wall-mode");
  const wall = document.getElementById("wall");
  if (!button || !wall) return;
  const isOn = (): boolean => document.body.classList.contains("on-wall");
  const set = (on: boolean): void => {
    if (on === isOn()) return;
    document.body.classList.toggle("on-wall", on);
    wall.hidden = !on;
    if (on) fit();
    button.setAttribute("aria-pressed", String(on));
    if (on) wall.focus();
    else button.focus();
    changed();
  };
  const fit = (): void => {
    const scale = Math.min(innerWidth / DRAWN.width, innerHeight / DRAWN.height);
    wall.style.zoom = String(scale);
    wall.style.width = `${innerWidth / scale}px`;
    wall.style.height = `${innerHeight / scale}px`;
  };
  const toggle = (): void => {
    const on = !isOn();
    set(on);
    // A browser may refuse the whole screen; the wall fills the window all the same.
    if (on) document.documentElement.requestFullscreen?.().catch(() => undefined);
    else if (document.fullscreenElement) void document.exitFullscreen();
  };
  startKeySwitch();
  addEventListener("resize", fit);
  button.addEventListener("click", toggle);
  wall.querySelector("button")?.addEventListener("click", toggle);
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) set(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && isOn()) toggle();
    if (event.key.toLowerCase() === "f" && isKeyOn() && !isTyping(event.target)) toggle();
  });
}

const KEY = "cadencia.wallboard.key";

/** A key of one letter must be switchable (WCAG 2.1.4). */
function isKeyOn(): boolean {
  return localStorage.getItem(KEY) !== "off";
}

function startKeySwitch(): void {
  const box = document.getElementById("wall-key");
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = isKeyOn();
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
    || document.querySelector("dialog[open]") !== null;
}
