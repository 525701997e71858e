/** Whether an event of this type with these fields concerns an element (see refresh.ts for `on` and `key`). Pure. */
export function concerns(on: string, key: string, type: string, fields: Record<string, unknown>): boolean {
  if (!on.split(" ").includes(type)) return false;
  if (key === "") return true;
  const [name = "", value = ""] = key.split("=");
  return String(fields[name]) === value;
}
