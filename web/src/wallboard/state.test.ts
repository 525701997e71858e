import { describe, expect, it } from "vitest";

import { step, reconnectWaitMs } from "../live/sequence";
import { alerts } from "./alerts";
import { abandonTone } from "./limits";
import {
  apply, type Board, type Campaign, columnCounts, fromSnapshot, lanes, type Operator, totals, unknownCalls,
  wideLane, withTalks,
} from "./state";

const CAMPAIGN: Campaign = {
  id: 7, name: "Consignado", state: "running", target_abandon_rate: 0.03,
  launched: 1, ringing: 2, waiting: 0, talking: 3, waiting_since_us: null,
  attempts: 100, answered: 23, connected: 20, abandoned: 1, busy: 5, no_answer: 60, invalid: 4, machine: 0, failed: 8,
  ended: 98, talk_ms: 60_000, price: "1.250000", pacing: null,
};
const OPERATOR: Operator = {
  id: 3, name: "Patrícia Lima", extension: "1010001", state: "free", since_us: 50, until_us: null, campaigns: [7], pause: null,
  call_id: null, pause_asked: false, phone: "registered", held_since_us: null, started_us: 1,
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

const TALK = {
  id: "c1", campaign: { id: 7, name: "Consignado" }, customer: "Maria", number: "(11) •••••-4321", direction: "out",
  mode: "predictive", since_us: 60, ended: false,
};
const SUPERVISING = {
  user_id: 2, name: "Márcia", phone: "registered", phone_session: "s-1", operator: 3, mode: "listen", state: "up",
  since_us: 70, call_id: null, ended: "",
};

function boardOf(operators: Operator[], more: object = {}): Board {
  const pauses = [
    { code: "rest", name: "Descanso", limit_minutes: 10 },
    { code: "personal", name: "Banheiro", limit_minutes: null },
  ];
  return fromSnapshot({ campaigns: [{ ...CAMPAIGN, abandoned: 0 }], operators, pauses, ...more });
}

describe("operators on the board", () => {
  it("puts those whose phone is lost among the troubled, whatever they were doing", () => {
    const groups = lanes(boardOf([{ ...OPERATOR, state: "talking", phone: "lost" }, { ...OPERATOR, id: 4, state: "ringing" }]));
    expect(groups.trouble.map((one) => one.id)).toEqual([3]);
    expect(groups.ringing.map((one) => one.id)).toEqual([4]);
    expect(columnCounts(groups).connecting).toBe(2);
  });

  it("finds by name without accents, by extension and by campaign", () => {
    const board = boardOf([OPERATOR, { ...OPERATOR, id: 4, name: "Rafael", extension: "1010002", campaigns: [8] }]);
    const found = (text: string, campaign: number | null = null): number[] =>
      lanes(board, { text, campaign, sort: "time" }).free.map((one) => one.id);
    expect(found("patricia")).toEqual([3]);
    expect(found("0002")).toEqual([4]);
    expect(found("", 8)).toEqual([4]);
    expect(found("nobody")).toEqual([]);
  });

  it("asks once for calls it doesn't know, and forgets those that are over", () => {
    let board = boardOf([{ ...OPERATOR, call_id: "c1" }]);
    expect(unknownCalls(board)).toEqual(["c1"]);
    board = withTalks(board, [TALK]);
    expect(unknownCalls(board)).toEqual([]);
    const over = apply(board, { type: "operator.changed", data: { ...OPERATOR, user_id: 9 } as never });
    expect(over && withTalks(over, []).talks.size).toBe(0);
  });

  it("shows who is heard until nobody hears him any more", () => {
    const heard = apply(boardOf([OPERATOR]), { type: "supervise.changed", data: SUPERVISING });
    expect(heard?.supervising.get(2)?.operator).toBe(3);
    const over = heard && apply(heard, { type: "supervise.changed", data: { ...SUPERVISING, operator: null } });
    expect(over?.supervising.size).toBe(0);
  });

  it("asks for a snapshot when a rest is over: what is owed has changed", () => {
    const board = boardOf([{ ...OPERATOR, state: "paused", pause: "rest" }]);
    expect(apply(board, { type: "operator.changed", data: { ...OPERATOR, user_id: 9 } as never })).toBeNull();
  });
});

describe("alerts", () => {
  const MINUTE = 60_000_000;

  it.each([
    ["rest", 7, []],
    ["rest", 8.5, ["pause_near"]],
    ["rest", 10.5, ["pause_over"]],
    ["personal", 90, []],
  ])("a pause of %s for %s minutes: %o", (pause, minutes, kinds) => {
    const board = boardOf([{ ...OPERATOR, state: "paused", pause, since_us: 0 }]);
    expect(alerts(board, minutes * MINUTE).map((one) => one.kind)).toEqual(kinds);
  });

  it("names the newest rest that is owed, of those who aren't pausing", () => {
    const dues = [
      { operator: 3, code: "rest_due", at_us: 5 },
      { operator: 3, code: "meal_due", at_us: 9 },
      { operator: 3, code: "day_over", at_us: 99 },
      { operator: 4, code: "rest_due", at_us: 5 },
    ];
    const board = boardOf([OPERATOR, { ...OPERATOR, id: 4, state: "paused", pause: "personal" }], { dues });
    expect(alerts(board, 10).map((one) => [one.operator, one.about])).toEqual([[3, "meal_due"]]);
  });

  it("begins with customers who wait and lost phones", () => {
    const campaigns = [{ ...CAMPAIGN, waiting: 1, waiting_since_us: 3, connected: 90, abandoned: 10 }];
    const board = boardOf([{ ...OPERATOR, phone: "lost" }], { campaigns });
    expect(alerts(board, 10).map((one) => one.kind)).toEqual(["waiting", "phone", "abandon"]);
    expect(alerts(board, 10)[0]?.value).toBe(1);
  });
});
