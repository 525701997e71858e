/** Light, dark, or as the system says. The choice is kept in a cookie so that the server draws the page in it at once. */

const ORDER = ["auto", "light", "dark"] as const;
type Theme = (typeof ORDER)[number];

function current(): Theme {
  const forced = document.documentElement.dataset["bsTheme"];
  return forced === "light" || forced === "dark" ? forced : "auto";
}

function next(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? "auto";
}

function apply(theme: Theme, button: HTMLElement): void {
  if (theme === "auto") delete document.documentElement.dataset["bsTheme"];
  else document.documentElement.dataset["bsTheme"] = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  const label = button.dataset[`label${theme.charAt(0).toUpperCase()}${theme.slice(1)}`];
  if (label) {
    button.setAttribute("aria-label", label);
    button.title = label;
  }
}

export function startTheme(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-button]")) {
    button.addEventListener("click", () => apply(next(current()), button));
  }
}
