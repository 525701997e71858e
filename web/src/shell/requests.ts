/** A request of htmx that failed says so, in the page's words; nothing typed is lost. */

function say(message: string): void {
  const place = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!place || !(template instanceof HTMLTemplateElement)) return;
  const toast = template.content.firstElementChild?.cloneNode(true);
  if (!(toast instanceof HTMLElement)) return;
  const text = toast.querySelector("[data-part=text]");
  if (text) text.textContent = message;
  place.replaceChildren(toast);
}

export function startRequestErrors(): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  document.addEventListener("htmx:sendError", () => say(place.dataset["offline"] ?? ""));
  document.addEventListener("htmx:responseError", (event) => {
    const status = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status;
    if (status === 401 || status === 403) say(place.dataset["refused"] ?? "");
    else say(place.dataset["failed"] ?? "");
  });
  place.addEventListener("click", (event) => {
    if (event.target instanceof Element) event.target.closest("[data-dismiss]")?.closest(".toast-x")?.remove();
  });
}
