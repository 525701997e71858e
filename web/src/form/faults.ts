/** Why a field is wrong, as the key of the words for it. Pure. */

import { fits, type Mask } from "./masks";

export interface FieldFacts {
  value: string;
  mask: Mask | null;
  validity: Pick<ValidityState, "valueMissing" | "typeMismatch" | "badInput" | "rangeUnderflow" | "rangeOverflow" | "tooShort" | "patternMismatch" | "stepMismatch">;
}

export type Fault = "missing" | "type" | "less" | "more" | "short" | "pattern" | "step" | Mask;

export function faultOf({ value, mask, validity }: FieldFacts): Fault | null {
  if (validity.valueMissing) return "missing";
  if (validity.badInput || validity.typeMismatch) return "type";
  if (validity.rangeUnderflow) return "less";
  if (validity.rangeOverflow) return "more";
  if (validity.tooShort) return "short";
  if (validity.patternMismatch) return "pattern";
  if (validity.stepMismatch) return "step";
  return mask !== null && value.trim() !== "" && !fits(mask, value) ? mask : null;
}

/** `{min}`, `{max}` and the like are filled with the field's own. */
export function filled(words: string, limits: Record<string, string>): string {
  return words.replace(/\{(\w+)\}/g, (_whole, name: string) => limits[name] ?? "");
}
