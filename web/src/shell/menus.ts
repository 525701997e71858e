/** `<details class="menu">` closes on Escape, on a click elsewhere, and when focus leaves; a form in it is ready to type in. */

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  // "toggle" doesn't bubble.
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (menu instanceof HTMLDetailsElement && menu.open) menu.querySelector<HTMLElement>(".menu-box textarea")?.focus();
    },
    { capture: true },
  );
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      // The bell asks for what it holds when it is opened, not on every page.
      if (menu instanceof HTMLDetailsElement && menu.open && menu.matches("[data-bell]")) {
        menu.querySelector("#bell-panel")?.dispatchEvent(new CustomEvent("bell-opened"));
      }
    },
    { capture: true },
  );
  document.addEventListener("focusout", (event) => {
    const menu = event.target instanceof Element ? event.target.closest<HTMLDetailsElement>("details.menu[open]") : null;
    if (menu && event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
