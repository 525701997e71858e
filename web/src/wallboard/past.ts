/** Alerts that were: when each began and ended, as this browser saw them today. Pure. */

import { type Alert, keyOf } from "./alerts";

export interface Past {
  key: string;
  tone: string;
  title: string;
  text: string;
  from_us: number;
  /** null while it lasts. */
  until_us: number | null;
}

export const MOST_KEPT = 60;

/** The list, newest first, after a look at what calls for somebody now. `words` gives title and text. */
export function remember(
  before: readonly Past[], now: readonly Alert[], nowUs: number, words: (alert: Alert) => [string, string],
): Past[] {
  const open = new Map(now.map((alert) => [keyOf(alert), alert]));
  const known = new Set<string>();
  const kept = before.map((past): Past => {
    if (past.until_us !== null) return past;
    known.add(past.key);
    const alert = open.get(past.key);
    if (!alert) return { ...past, until_us: nowUs };
    const [title, text] = words(alert);
    return { ...past, tone: worse(past.tone, alert.tone), title, text };
  });
  const begun = now
    .filter((alert) => !known.has(keyOf(alert)))
    .map((alert): Past => {
      const [title, text] = words(alert);
      return { key: keyOf(alert), tone: alert.tone, title, text, from_us: alert.since_us ?? nowUs, until_us: null };
    });
  return [...begun, ...kept].sort((a, b) => b.from_us - a.from_us).slice(0, MOST_KEPT);
}

function worse(one: string, other: string): string {
  return one === "bad" || other === "bad" ? "bad" : other;
}

/** Of what was kept, that of today; anything that is no such list is none. */
export function ofToday(kept: string | null, date: string): Past[] {
  try {
    const read = JSON.parse(kept ?? "null") as { date?: unknown; list?: unknown } | null;
    if (read?.date !== date || !Array.isArray(read.list)) return [];
    return (read.list as Past[]).filter((one) => typeof one.key === "string" && typeof one.from_us === "number");
  } catch {
    return [];
  }
}

/** Keys of what is red now and wasn't before: worth a sound. */
export function newlyBad(before: ReadonlySet<string>, now: readonly Alert[]): string[] {
  return now.filter((alert) => alert.tone === "bad" && !before.has(keyOf(alert))).map(keyOf);
}
