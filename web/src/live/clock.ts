/** The server's clock, seen from here: a computer's own may be minutes off. */

let offsetUs = 0;
let known = false;

/** Learn from an instant that the server gave just now (µs since the epoch). */
export function learnServerTime(serverUs: number): void {
  const measured = serverUs - Date.now() * 1000;
  // A message can only arrive late, so the largest difference seen is the nearest to the truth.
  if (!known || measured > offsetUs || Math.abs(measured - offsetUs) > 5_000_000) offsetUs = measured;
  known = true;
}

export function serverNowUs(): number {
  if (!known) {
    const rendered = Number(document.documentElement.dataset["nowUs"]);
    if (rendered) learnServerTime(rendered);
  }
  return Date.now() * 1000 + offsetUs;
}
