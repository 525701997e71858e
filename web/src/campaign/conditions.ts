/** Conditions on a form's values: `name=value|value;name=value`. Pure. */

export type Condition = ReadonlyArray<{ name: string; values: readonly string[] }>;

export function parseCondition(text: string): Condition {
  return text
    .split(";")
    .filter((part) => part.includes("="))
    .map((part) => {
      const at = part.indexOf("=");
      return { name: part.slice(0, at).trim(), values: part.slice(at + 1).split("|").map((value) => value.trim()) };
    });
}

export function holds(condition: Condition, value: (name: string) => string): boolean {
  return condition.every((part) => part.values.includes(value(part.name)));
}
