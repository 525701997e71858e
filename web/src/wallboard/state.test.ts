import { describe, expect, it } from "vitest";

import { step, reconnectWaitMs } from "../live/sequence";
import { abandonTone, apply, type Board, type Campaign, fromSnapshot, lanes, type Operator, totals, wideLane } from "./state";

const CAMPAIGN: Campaign = {
  id: 7, name: "Consignado", state: "running", target_abandon_rate: 0.03,
  launched: 1, ringing: 2, waiting: 0, talking: 3, waiting_since_us: null,
  attempts: 100, answered: 23, connected: 20, abandoned: 1, busy: 5, no_answer: 60, invalid: 4, machine: 0, failed: 8,
  price: "1.250000", pacing: null,
};
const OPERATOR: Operator = {
  id: 3, name: "Patrícia Lima", extension: "1010001", state: "free", since_us: 50, until_us: null, campaigns: [7], pause: null,
};

function board(): Board {
  return fromSnapshot({ campaigns: [CAMPAIGN], operators: [OPERATOR], pauses: [] });
}

const FIGURES = {
  campaign_id: 7, day: "2026-11-22", launched: 0, ringing: 9, waiting: 1, talking: 4, waiting_since_us: 77,
  attempts: 110, answered: 25, connected: 22, abandoned: 1, busy: 5, no_answer: 66, invalid: 4, machine: 0, failed: 8, ended: 106,
  talk_ms: 5, billed_s: 6, price: "2.500000",
};

describe("the wallboard's state", () => {
  it("takes a campaign's figures and keeps its name", () => {
    const next = apply(board(), { type: "campaign.figures", data: FIGURES });
    expect(next?.campaigns.get(7)).toMatchObject({ name: "Consignado", ringing: 9, waiting: 1, price: "2.500000" });
  });

  it("is the same after the same event twice", () => {
    const once = apply(board(), { type: "campaign.figures", data: FIGURES });
    const twice = once && apply(once, { type: "campaign.figures", data: FIGURES });
    expect(twice).toEqual(once);
  });

  it("leaves figures of an unknown campaign alone", () => {
    const before = board();
    expect(apply(before, { type: "campaign.figures", data: { ...FIGURES, campaign_id: 8 } })).toBe(before);
  });

  it("asks for a snapshot when a campaign starts that it doesn't know", () => {
    const started = { id: 8, name: "Nova", state: "running", since_us: 1 };
    expect(apply(board(), { type: "campaign.changed", data: started })).toBeNull();
  });

  it("keeps a paused campaign and drops a stopped one", () => {
    const changed = { id: 7, name: "Consignado", state: "paused", since_us: 1 };
    expect(apply(board(), { type: "campaign.changed", data: changed })?.campaigns.get(7)?.state).toBe("paused");
    const stopped = { ...changed, state: "stopped" };
    expect(apply(board(), { type: "campaign.changed", data: stopped })?.campaigns.size).toBe(0);
  });

  it("moves an operator between lanes, the longest in a state first", () => {
    const other = { ...OPERATOR, id: 4, user_id: 9, name: "Rafael", state: "talking", since_us: 20, call_id: "x", pause_asked: false };
    const talking = { ...other, id: 3, since_us: 10 };
    let now = apply(board(), { type: "operator.changed", data: other });
    now = now && apply(now, { type: "operator.changed", data: talking });
    expect(now && lanes(now).talking.map((operator) => operator.id)).toEqual([3, 4]);
    expect(now && lanes(now).free).toEqual([]);
    now = now && apply(now, { type: "operator.gone", data: { id: 3, user_id: 1 } });
    expect(now && lanes(now).talking.map((operator) => operator.id)).toEqual([4]);
  });

  it("sums exactly, money in millionths", () => {
    const two = fromSnapshot({
      campaigns: [CAMPAIGN, { ...CAMPAIGN, id: 8, price: "0.000001", waiting: 2, waiting_since_us: 5 }],
      operators: [],
      pauses: [],
    });
    expect(totals(two)).toMatchObject({ ringing: 6, waiting: 2, waitingSinceUs: 5, attempts: 200, priceMicros: 1_250_001 });
  });

  it("refuses what is no snapshot of a wallboard", () => {
    expect(() => fromSnapshot({ switch: {} })).toThrow(TypeError);
  });
});

describe("numbers of events", () => {
  it.each([
    [null, 1, "ignore"],
    [4, 4, "ignore"],
    [4, 3, "ignore"],
    [4, 5, "apply"],
    [4, 6, "ask"],
  ] as const)("after %s, number %s: %s", (last, seq, expected) => {
    expect(step(last, seq)).toBe(expected);
  });

  it("waits longer for each attempt, half a minute at most", () => {
    const waits = [0, 1, 2, 3, 10, 40].map((attempt) => reconnectWaitMs(attempt, 1));
    expect(waits).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
    expect(reconnectWaitMs(3, 0)).toBe(2000);
  });
});

describe("the wide lane", () => {
  const counts = { talking: 0, free: 0, wrap_up: 0, connecting: 0, paused: 0 };
  it.each([
    ["talking", { free: 12 }, "free"],
    ["talking", { connecting: 12, free: 4 }, "connecting"],
    ["free", { talking: 7, free: 5 }, "free"],
    ["free", { talking: 9, free: 2 }, "talking"],
    ["talking", {}, "talking"],
  ] as const)("after %s, with %o: %s", (before, some, expected) => {
    expect(wideLane({ ...counts, ...some }, before)).toBe(expected);
  });
});

describe("the gauge of abandoned calls", () => {
  it.each([
    [null, "free"],
    [0.024, "free"],
    [0.025, "wrap"],
    [0.0299, "wrap"],
    [0.03, "bad"],
  ] as const)("%s of 3 %%: %s", (rate, expected) => {
    expect(abandonTone(rate, 0.03)).toBe(expected);
  });
});
