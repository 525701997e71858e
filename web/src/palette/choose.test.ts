import { describe, expect, test } from "vitest";

import { moved, opens } from "./choose";

describe("moving through hits", () => {
  test.each([
    ["ArrowDown", 0, 3, 1],
    ["ArrowDown", 2, 3, 0],
    ["ArrowUp", 0, 3, 2],
    ["End", 0, 3, 2],
    ["Home", 2, 3, 0],
    ["ArrowDown", 0, 0, null],
    ["a", 0, 3, null],
  ] as const)("%s at %i of %i: %s", (key, at, count, wanted) => {
    expect(moved(key, at, count)).toBe(wanted);
  });
});

test("only Ctrl+K and Cmd+K open the palette", () => {
  const plain = { key: "k", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  expect(opens(plain)).toBe(false);
  expect(opens({ ...plain, ctrlKey: true })).toBe(true);
  expect(opens({ ...plain, key: "K", metaKey: true })).toBe(true);
  expect(opens({ ...plain, ctrlKey: true, shiftKey: true })).toBe(false);
});
