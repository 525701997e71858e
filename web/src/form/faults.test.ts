import { expect, test } from "vitest";

import { type FieldFacts, faultOf, filled } from "./faults";

const FINE: FieldFacts["validity"] = {
  valueMissing: false, typeMismatch: false, badInput: false, rangeUnderflow: false, rangeOverflow: false,
  tooShort: false, patternMismatch: false, stepMismatch: false,
};

test("the browser's own faults come first", () => {
  expect(faultOf({ value: "", mask: "cpf", validity: { ...FINE, valueMissing: true } })).toBe("missing");
  expect(faultOf({ value: "8", mask: null, validity: { ...FINE, rangeUnderflow: true } })).toBe("less");
  expect(faultOf({ value: "99", mask: null, validity: { ...FINE, rangeOverflow: true } })).toBe("more");
});

test("a masked field is judged by its mask once something stands in it", () => {
  expect(faultOf({ value: "", mask: "cpf", validity: FINE })).toBe(null);
  expect(faultOf({ value: "529.982.247-24", mask: "cpf", validity: FINE })).toBe("cpf");
  expect(faultOf({ value: "529.982.247-25", mask: "cpf", validity: FINE })).toBe(null);
});

test("words are filled with the field's limits", () => {
  expect(filled("From {min} to {max}.", { min: "15", max: "60" })).toBe("From 15 to 60.");
});
