import { expect, test } from "vitest";

import { wayOut, withCount } from "./asked";

test.each([
  ["Cancel", "Back"],
  ["cancel the callback", "Back"],
  ["Delete", "Cancel"],
  ["Don't cancel", "Cancel"],
])("beside “%s” the way out is called %s", (act, word) => {
  expect(wayOut(act, "Cancel", "Back")).toBe(word);
});

test("the dialog says of how many rows, where there are some", () => {
  expect(withCount("3 chosen", "They are lost.")).toBe("3 chosen. They are lost.");
  expect(withCount("", "It is lost.")).toBe("It is lost.");
  expect(withCount("3 chosen", "")).toBe("3 chosen.");
});
