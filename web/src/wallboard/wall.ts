/** Wall mode: the board alone, large, on the whole screen; Escape or the button leaves it. */

export function startWall(changed: () => void): void {
  const button = document.getElementById("wall-mode");
  const set = (on: boolean): void => {
    document.body.classList.toggle("on-wall", on);
    button?.setAttribute("aria-pressed", String(on));
    changed();
  };
  button?.addEventListener("click", () => {
    if (document.body.classList.contains("on-wall")) {
      if (document.fullscreenElement) void document.exitFullscreen();
      set(false);
      return;
    }
    set(true);
    // A browser may refuse the whole screen; the board is large all the same.
    document.documentElement.requestFullscreen?.().catch(() => undefined);
  });
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) set(false);
  });
}
