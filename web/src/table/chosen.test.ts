import { describe, expect, test } from "vitest";

import { headState, words } from "./chosen";

describe("the box in a table's head", () => {
  test.each([
    [0, 0, false, "none"],
    [0, 3, false, "none"],
    [2, 3, false, "some"],
    [3, 3, false, "all"],
    [3, 3, true, "all"],
  ] as const)("%i of %i rows, everything %s: %s", (chosen, shown, everything, state) => {
    expect(headState({ chosen, shown, everything })).toBe(state);
  });
});

test("the words count what is chosen, or say that all is", () => {
  expect(words({ chosen: 2, shown: 9, everything: false }, "{n} chosen", "All")).toBe("2 chosen");
  expect(words({ chosen: 9, shown: 9, everything: true }, "{n} chosen", "All")).toBe("All");
});
