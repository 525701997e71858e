/**
 * A file field one can drop on: `<div data-drop-zone>` around an `<input type="file">`; shows the chosen file's name and
 * refuses one that is too large (`data-max-bytes`) or empty before it is sent.
 */

function readableSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(value)} ${units[unit]}`;
}

function show(zone: HTMLElement, input: HTMLInputElement): void {
  const file = input.files?.[0];
  const name = zone.querySelector<HTMLElement>("[data-part=file]");
  const error = zone.querySelector<HTMLElement>("[data-part=file-error]");
  if (!name || !error) return;
  const tooLarge = file !== undefined && file.size > Number(zone.dataset["maxBytes"] ?? Infinity);
  const empty = file !== undefined && file.size === 0;
  name.textContent = file ? `${file.name} · ${readableSize(file.size)}` : "";
  error.textContent = tooLarge ? (zone.dataset["tooLarge"] ?? "") : empty ? (zone.dataset["empty"] ?? "") : "";
  input.setCustomValidity(error.textContent);
  zone.classList.toggle("has-file", file !== undefined);
}

function startZone(zone: HTMLElement): void {
  const input = zone.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  input.addEventListener("change", () => show(zone, input));
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    input.files = files;
    show(zone, input);
  });
}

export function startDropZones(): void {
  for (const zone of document.querySelectorAll<HTMLElement>("[data-drop-zone]")) startZone(zone);
}
