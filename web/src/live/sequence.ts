/** What to do with a numbered message. Pure. */

export type Step = "apply" | "ignore" | "ask";

/**
 * `last` is the number of the last thing applied, null before the first snapshot. An older event is in the snapshot
 * already; a gap means that something was lost, and a new snapshot has to be asked for.
 */
export function step(last: number | null, seq: number): Step {
  if (last === null) return "ignore";
  if (seq <= last) return "ignore";
  return seq === last + 1 ? "apply" : "ask";
}

/** Wait before the n-th attempt to reconnect (from 0), in ms: growing to half a minute, spread by `random` (0..1). */
export function reconnectWaitMs(attempt: number, random: number): number {
  const ceiling = Math.min(30_000, 500 * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
