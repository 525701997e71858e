import { expect, it } from "vitest";

import { bars } from "./wave";

it("fills the box with the loudest stretch and still shows silence", () => {
  expect(bars("0,25,50", 30, 44)).toEqual([
    { x: 0, y: 21, width: 6, height: 2 },
    { x: 10, y: 11, width: 6, height: 22 },
    { x: 20, y: 0, width: 6, height: 44 },
  ]);
});

it("draws nothing of nothing, and bounds nonsense", () => {
  expect(bars("", 30, 44)).toEqual([]);
  expect(bars("x,500", 20, 40).map((bar) => bar.height)).toEqual([2, 40]);
});
