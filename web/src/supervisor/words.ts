/** The words of the page (`<script id="supervision-words">`), filled in. */

let words: Record<string, string> | null = null;

export function word(key: string, values: Record<string, string> = {}): string {
  words ??= JSON.parse(document.getElementById("supervision-words")?.textContent ?? "{}") as Record<string, string>;
  return fillIn(words[key] ?? "", values);
}

/** "{name} hears you" and so on. Pure. */
export function fillIn(pattern: string, values: Record<string, string>): string {
  return pattern.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}
