import { describe, expect, it } from "vitest";

import type { LogLine } from "../generated/events";
import { fits } from "./lines";

const line: LogLine = {
  at_us: 1,
  part: "dial",
  place: "7",
  level: "WARNING",
  logger: "campaigns.dialing",
  schema: "acme",
  text: "shard 3: the tick before this one is still at work",
};
const any = { company: "", part: "", level: "", text: "" };

describe("fits", () => {
  it("shows everything without filters", () => expect(fits(line, any)).toBe(true));
  it("keeps to a company", () => {
    expect(fits(line, { ...any, company: "acme" })).toBe(true);
    expect(fits(line, { ...any, company: "beta" })).toBe(false);
  });
  it("keeps to a part", () => expect(fits(line, { ...any, part: "calls" })).toBe(false));
  it("takes a level for the least", () => {
    expect(fits(line, { ...any, level: "INFO" })).toBe(true);
    expect(fits(line, { ...any, level: "ERROR" })).toBe(false);
  });
  it("looks for text in the line and its logger, whatever the case", () => {
    expect(fits(line, { ...any, text: " SHARD 3" })).toBe(true);
    expect(fits(line, { ...any, text: "campaigns.d" })).toBe(true);
    expect(fits(line, { ...any, text: "shard 4" })).toBe(false);
  });
});
