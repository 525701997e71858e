/** A form is sent once, however often its button is clicked before the next page is there. */

/** After this it may be sent again: the answer was no page, or got lost. */
const ANEW_MS = 15_000;

export function startSendingOnce(): void {
  const sent = new WeakMap<HTMLFormElement, number>();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // Of htmx's own requests one is on its way at a time; a file that is sent shows its progress.
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if (form.matches("[hx-post], [data-hx-post]")) return;
    const before = sent.get(form);
    if (before !== undefined && performance.now() - before < ANEW_MS) {
      event.preventDefault();
      return;
    }
    sent.set(form, performance.now());
    form.setAttribute("aria-busy", "true");
  });
  // A page that comes back from the browser's memory can be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[aria-busy]")) {
      sent.delete(form);
      form.removeAttribute("aria-busy");
    }
  });
}
