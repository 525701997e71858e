/** A field that is there to be copied (`data-select-all`) is chosen as a whole when it is entered. */

export function startSelecting(): void {
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement && "selectAll" in target.dataset) target.select();
  });
}
