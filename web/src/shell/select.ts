/**
 * A field that is there to be copied (`data-select-all`) is chosen as a whole when it is entered; a button that
 * `data-copies` it, by its id, copies it and says so (`data-done`).
 */

async function copy(field: HTMLInputElement): Promise<boolean> {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Without HTTPS there is no clipboard; the older way needs none.
    return document.execCommand("copy");
  }
}

async function clicked(event: MouseEvent): Promise<void> {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copies]") : null;
  const field = button && document.getElementById(button.dataset["copies"] ?? "");
  if (!button || !(field instanceof HTMLInputElement) || !(await copy(field))) return;
  const words = button.querySelector("span");
  if (words) words.textContent = button.dataset["done"] ?? "";
}

export function startSelecting(): void {
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement && "selectAll" in target.dataset) target.select();
  });
  document.addEventListener("click", (event) => void clicked(event));
}
