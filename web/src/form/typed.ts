/**
 * What somebody typed into a page's forms when his session ended: kept until he has logged in again and stands before
 * the same page. Pure.
 */

export interface Typed {
  /** The page's path and query. */
  page: string;
  person: string;
  /** By each form's place on the page: names and values as they would be sent, with the marks of what was stored. */
  forms: Record<string, [string, string][]>;
  /** Whether a page without the shell was shown since: the log-in, or an error. */
  turnedAway: boolean;
}

export type Next = { keep: Typed } | { give: Typed } | null;

/** What becomes of it on the page that is shown now. ``person`` is empty where nobody is logged in. */
export function next(kept: Typed | null, page: string, person: string): Next {
  if (kept === null) return null;
  if (person === "") return { keep: { ...kept, turnedAway: true } };
  // Back at the page without having been turned away: it was sent, or left on purpose.
  return kept.turnedAway && kept.page === page && kept.person === person ? { give: kept } : null;
}

export function read(text: string | null): Typed | null {
  try {
    const kept = JSON.parse(text ?? "null") as Typed | null;
    return kept && typeof kept.page === "string" && typeof kept.forms === "object" ? kept : null;
  } catch {
    return null;
  }
}
