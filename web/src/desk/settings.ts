/** What this browser remembers of how its operator likes the desk. */

export interface Settings {
  /** The page's own sounds. */
  sounds: boolean;
  /** One-letter keys; WCAG 2.1.4 wants them to be switchable. */
  singleKeys: boolean;
}

const KEY = "cadencia.desk.settings";
const DEFAULT: Settings = { sounds: true, singleKeys: true };

export function readSettings(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Settings> | null;
    return { sounds: kept?.sounds !== false, singleKeys: kept?.singleKeys !== false };
  } catch {
    return DEFAULT;
  }
}

export function keepSettings(settings: Settings): void {
  localStorage.setItem(KEY, JSON.stringify(settings));
}
