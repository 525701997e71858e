import { expect, it } from "vitest";

import { holds, parseCondition } from "./conditions";

const form = (values: Record<string, string>) => (name: string) => values[name] ?? "";

it("holds when every part has one of its values", () => {
  const condition = parseCondition("amd=hangup|message;amd_preset=custom");

  expect(holds(condition, form({ amd: "message", amd_preset: "custom" }))).toBe(true);
  expect(holds(condition, form({ amd: "off", amd_preset: "custom" }))).toBe(false);
  expect(holds(condition, form({ amd: "hangup" }))).toBe(false);
});

it("always holds without a condition", () => {
  expect(holds(parseCondition(""), form({}))).toBe(true);
});
