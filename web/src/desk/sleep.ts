/** Noticing that this computer was asleep: nothing says so, but the ticks of a page have a hole then. Pure. */

/** Longer than a busy page or a hidden one that has a call stands still. */
const ASLEEP_MS = 20_000;

/**
 * Whether it has slept between two ticks. A hidden page without a call proves nothing: browsers let those tick once a
 * minute.
 */
export function hasSlept(beforeMs: number, nowMs: number, page: { hidden: boolean; inCall: boolean }): boolean {
  return nowMs - beforeMs > ASLEEP_MS && (page.inCall || !page.hidden);
}
