import { beforeEach, describe, expect, it, vi } from "vitest";

import { EXAMPLE, exampleCall, exampleShift } from "./example";
import { EMPTY } from "./state";
import { plannedPauses, textsOf } from "./texts";
import { untilWords } from "./times";

const ZONE = "America/Sao_Paulo";
const NOON_US = Date.UTC(2026, 10, 23, 15) * 1000;
const HOUR_US = 3_600_000_000;

vi.mock("../live/clock", () => ({ serverNowUs: () => NOON_US }));

beforeEach(() => {
  const words = JSON.stringify({ due: "now", in_minutes: "in {n} min", in_hours: "in {h} h {m}", no_name: "No name", unknown_caller: "Unknown" });
  vi.stubGlobal("document", { documentElement: { lang: "en" }, getElementById: () => ({ textContent: words }) });
});

describe("when a callback is due", () => {
  it.each([
    [-60_000_000, "now"],
    [17 * 60_000_000, "in 17 min"],
    [HOUR_US + 120_000_000, "in 1 h 02"],
    [11 * HOUR_US, "in 11 h 00"],
    [12 * HOUR_US, "tomorrow"],
    [36 * HOUR_US + 1, "11/25"],
  ])("is said by the day when it isn't today: %i", (later, words) => {
    expect(untilWords(NOON_US + later, ZONE)).toBe(words);
  });
});

describe("the customer's card", () => {
  const texts = (contact: ReturnType<typeof exampleCall>["contact"]): Record<string, string> =>
    textsOf({ ...EMPTY, data: { ...EXAMPLE, shift: exampleShift({ state: "talking" }), call: exampleCall({ contact }) } }, ZONE);
  const known = exampleCall().contact!;

  it("names the document by what it is", () => {
    expect(texts(known)["document"]).toBe("CPF 529.982.247-25");
    expect(texts({ ...known, document: "11222333000181" })["document"]).toBe("CNPJ 11.222.333/0001-81");
  });

  it("tells a nameless customer from one whom nobody knows", () => {
    expect(texts({ ...known, name: "" })["customer"]).toBe("No name");
    expect(texts(null)["customer"]).toBe("Unknown");
  });
});

it("counts only pauses with a limit as planned", () => {
  const reason = EXAMPLE.pause_reasons[0]!;
  const free = { ...reason, limit_minutes: null, used_today_s: 999 };
  expect(plannedPauses([{ ...reason, used_today_s: 240 }, { ...reason, limit_minutes: 20, used_today_s: 60 }, free])).toEqual({ paused: 300, planned: 30 });
});

it("shows the means of what is over, and none before the first has ended", () => {
  const texts = (today: Partial<typeof EXAMPLE.today>): Record<string, string> =>
    textsOf({ ...EMPTY, data: { ...EXAMPLE, shift: exampleShift({ state: "talking" }), today: { ...EXAMPLE.today, ...today } } }, ZONE);
  const second = texts({ calls: 2, talk_ms: 8_000, wrap_up_ms: 20_000, mean_talk_ms: 6_000, mean_wrap_up_ms: 20_000 });
  expect([second["today-calls"], second["today-talk"], second["today-wrap"]]).toEqual(["2", "00:06", "00:20"]);
  expect(texts({ calls: 1, talk_ms: 8_000 })["today-talk"]).toBe("—");
});
