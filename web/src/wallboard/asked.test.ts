import { expect, it } from "vitest";

import { Asked } from "./asked";

it("asks for each call once, so many at a time, and again for those that brought no answer", () => {
  const asked = new Asked();
  expect(asked.next(["a", "b", "c"], 2)).toEqual(["a", "b"]);
  expect(asked.next(["a", "b", "c"], 2)).toEqual(["c"]);
  expect(asked.next(["a", "b", "c"], 2)).toEqual([]);
  asked.failed(["a", "b"]);
  expect(asked.next(["a", "b", "c"], 9)).toEqual(["a", "b"]);
});

it("forgets calls that are over", () => {
  const asked = new Asked();
  asked.next(["a"], 9);
  asked.next([], 9);
  expect(asked.next(["a"], 9)).toEqual(["a"]);
});
