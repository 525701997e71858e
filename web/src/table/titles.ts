/** What a line of a table cuts off is its title, put there when somebody points at it. */

const CUT = "td > .strong, td > .brk, td.nw, td.ell, td > .ell, h1.brk";

interface Box {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/** Whether a part of what it holds isn't seen. */
export function isCut(box: Box): boolean {
  return box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
}

export function startTitles(): void {
  document.addEventListener("pointerover", (event) => {
    const place = event.target instanceof Element ? event.target.closest<HTMLElement>(CUT) : null;
    // An inline box has no client size; it cuts nothing.
    if (place && !place.title && place.clientWidth && isCut(place)) place.title = place.textContent?.trim() ?? "";
  });
}
