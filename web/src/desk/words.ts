/** The page's words for what its script says: from the template, in the person's language. */

let known: Record<string, string> | null = null;

/** A sentence by its key, `{name}` filled in; "" for one that the template lacks. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  known ??= JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}") as Record<string, string>;
  return fillWords(known[key] ?? "", values);
}

export function fillWords(pattern: string, values: Readonly<Record<string, string | number>>): string {
  return pattern.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ""));
}
