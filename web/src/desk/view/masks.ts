/** Numbers take their dress while they are typed: `<input data-mask="phone">`. */

import { digitsOf, maskPhone } from "../numbers";

export function listenToMasks(): void {
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset["mask"] !== "phone") return;
    // Only at the end: a correction in the middle must not make the cursor jump.
    if (input.selectionStart !== input.value.length) return;
    const masked = maskPhone(input.value);
    if (digitsOf(masked) === digitsOf(input.value)) input.value = masked;
  });
}
