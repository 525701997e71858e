import { expect, test } from "vitest";

import { next, read, type Typed } from "./typed";

const KEPT: Typed = { page: "/people/3/", person: "7", forms: { "1": [["name", "Ana"]] }, turnedAway: false };

test("who is turned away finds what he typed when he is back", () => {
  const turned = next(KEPT, "/login/?next=/people/3/", "");
  expect(turned).toEqual({ keep: { ...KEPT, turnedAway: true } });
  expect(next({ ...KEPT, turnedAway: true }, "/people/3/", "7")).toEqual({ give: { ...KEPT, turnedAway: true } });
});

test("what was sent, or left, is forgotten", () => {
  expect(next(KEPT, "/people/3/", "7")).toBe(null);
  expect(next(KEPT, "/people/", "7")).toBe(null);
  expect(next(null, "/people/", "7")).toBe(null);
});

test("nobody else is given it, and no other page", () => {
  expect(next({ ...KEPT, turnedAway: true }, "/people/3/", "8")).toBe(null);
  expect(next({ ...KEPT, turnedAway: true }, "/people/4/", "7")).toBe(null);
});

test("what can't be read is nothing", () => {
  expect(read(null)).toBe(null);
  expect(read("{")).toBe(null);
  expect(read("3")).toBe(null);
  expect(read(JSON.stringify(KEPT))).toEqual(KEPT);
});
