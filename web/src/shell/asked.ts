/** The words of the dialog that asks before what can't be undone. Pure. */

/** The way out's word: `usual`, but beside an act that is itself called so ("Cancel", "Cancel the call") `other`. */
export function wayOut(act: string, usual: string, other: string): string {
  return act.trim().toLowerCase().startsWith(usual.trim().toLowerCase()) ? other : usual;
}

/** What is lost, after how many rows it concerns, where that is said. */
export function withCount(count: string, lost: string): string {
  return [count && `${count}.`, lost].filter(Boolean).join(" ");
}
