import { expect, test } from "vitest";

import { alone, axisFigure, readChart, topOf } from "./read";

const GOOD = { kind: "bars", unit: "money", limit: 3, labels: ["9h", "10h"], series: [{ label: "Hoje", tone: "talk", filled: true, values: [1, null] }] };

test("a chart is read as the server wrote it", () => {
  expect(readChart(GOOD)).toEqual(GOOD);
});

test("what is no chart is nothing, and what is no figure a gap", () => {
  expect(readChart(null)).toBe(null);
  expect(readChart({ ...GOOD, series: [{ label: "x", values: [1] }] })).toBe(null);
  const odd = readChart({ ...GOOD, kind: "pie", series: [{ label: "x", tone: "pink", values: ["1", NaN] }] });
  expect(odd?.kind).toBe("line");
  expect(odd?.series[0]).toEqual({ label: "x", tone: "accent", filled: false, values: [null, null] });
});

test("the scale ends above the figures and the limit", () => {
  const data = readChart(GOOD);
  expect(data && topOf(data)).toBeCloseTo(3.24);
  expect(topOf({ kind: "line", unit: "whole", limit: null, labels: [], series: [] })).toBe(1);
});

test("figures of an axis are short and in the page's language", () => {
  expect(axisFigure(1234.5, "whole", "pt-BR")).toBe("1.234,5");
  expect(axisFigure(0.031, "percent", "pt-BR")).toBe("3,1 %");
  expect(axisFigure(12_000, "money", "pt-BR")).toMatch(/^R\$ 12\smil$/);
});

test("a figure between gaps is a dot, one beside another part of a line", () => {
  expect(alone([0, null, 2, null, 4, 5, null, 7])).toEqual([0, 2, 7]);
  expect(alone([1, 2, 3])).toEqual([]);
  expect(alone([null, null])).toEqual([]);
});
