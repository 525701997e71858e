/** Asks once before what can't be undone, in the page's own dialog (templates/components/overlays.html). */

export function askOnce(question: string, lost: string, button: string): Promise<boolean> {
  const dialog = document.getElementById("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(false);
  const put = (name: string, text: string): void => {
    const element = dialog.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (element) element.textContent = text;
  };
  put("question", question);
  put("lost", lost);
  put("do", button);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "do"), { once: true });
  });
}
