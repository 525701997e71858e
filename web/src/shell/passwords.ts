/** The eye beside a password field. */

export function startPasswords(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-shows-password]")) {
    button.addEventListener("click", () => {
      const input = document.getElementById(button.dataset["showsPassword"] ?? "");
      if (!(input instanceof HTMLInputElement)) return;
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", String(show));
    });
  }
}
