import { describe, expect, it } from "vitest";

import { alerts, campaignTone } from "./alerts";
import { lateness, nobodyFree, waitingTone } from "./limits";
import { newlyBad, ofToday, type Past, remember } from "./past";
import { abandonRates, answerRates, sparkOf } from "./spark";
import { apply, type Board, byCampaign, fromSnapshot, staleAtUs } from "./state";

const SECOND = 1_000_000;
const LIMITS = { waiting_s: 2, talk_minutes: 15, wrap_up_s: 90, nobody_free_s: 60, near_percent: 80 };
const CAMPAIGN = {
  id: 7, name: "Consignado", state: "running", target_abandon_rate: 0.03, launched: 0, ringing: 0, waiting: 0, talking: 0,
  waiting_since_us: null, attempts: 10, answered: 2, connected: 2, abandoned: 0, busy: 0, no_answer: 0, invalid: 0,
  machine: 0, failed: 0, ended: 10, talk_ms: 1, price: "0", pacing: null,
};
const OPERATOR = {
  id: 3, name: "Patrícia", extension: "1", state: "talking", since_us: 0, until_us: null, campaigns: [7], pause: null,
  call_id: null, pause_asked: false, phone: "registered", held_since_us: null, started_us: 0,
};

function board(operators: object[] = [OPERATOR], campaigns: object[] = [CAMPAIGN]): Board {
  const day = { date: "2026-11-22", until_us: 9_000 };
  const sparks = { until_us: 5_000, campaigns: { 7: [[10, 5, 4, 1]] } };
  return fromSnapshot({ campaigns, operators, pauses: [], limits: LIMITS, day, sparks });
}

describe("limits", () => {
  it.each([
    ["talking", 11 * 60, ""], ["talking", 12 * 60, "near"], ["talking", 15 * 60 + 1, "late"],
    ["wrap_up", 91, "late"], ["free", 9_999, ""],
  ])("%s for %s s: %s", (state, seconds, expected) => {
    const one = board([{ ...OPERATOR, state }]);
    expect(lateness([...one.operators.values()][0]!, one, seconds * SECOND)).toBe(expected);
  });

  it("turns amber when a customer waits and red when he waits too long", () => {
    expect([null, 0, -3 * SECOND].map((since) => waitingTone(since, LIMITS, 0))).toEqual(["off", "wrap", "bad"]);
  });

  it("follows a change of the company's limits at once", () => {
    const next = apply(board(), { type: "board.limits", data: { ...LIMITS, talk_minutes: 1 } });
    expect(next && alerts(next, 61 * SECOND).map((one) => one.kind)).toEqual(["talk_long"]);
    expect(alerts(board(), 61 * SECOND)).toEqual([]);
  });

  it("counts since when nobody is free, and forgets it when somebody is", () => {
    const busy = board();
    const since = nobodyFree(nobodyFree(new Map(), busy, 5), busy, 90);
    expect(since).toEqual(new Map([[7, 5]]));
    expect(alerts(busy, 60 * SECOND + 5, since)).toEqual([]);
    expect(alerts(busy, 60 * SECOND + 6, since).map((one) => [one.kind, one.about])).toEqual([["nobody_free", "Consignado"]]);
    expect(nobodyFree(since, board([{ ...OPERATOR, state: "free" }]), 99)).toEqual(new Map());
    expect(nobodyFree(since, board([]), 99), "nobody on shift is no lack of free ones").toEqual(new Map());
  });

  it("colours the tile of the campaign that it is about, as badly as the worst of it", () => {
    const calls = board([], [{ ...CAMPAIGN, waiting: 1, waiting_since_us: 0 }, { ...CAMPAIGN, id: 8 }]);
    expect([1, 3].map((s) => campaignTone(7, alerts(calls, s * SECOND)))).toEqual(["wrap", "bad"]);
    expect(campaignTone(8, alerts(calls, 3 * SECOND))).toBe("");
  });
});

describe("alerts that were", () => {
  const words = (): [string, string] => ["Cliente esperando", "Consignado"];
  const waiting = board([], [{ ...CAMPAIGN, waiting: 1, waiting_since_us: 10 }]);

  it("keeps when each began and ended, the newest first, and the worst that it was", () => {
    let past: Past[] = remember([], alerts(waiting, 10), 10, words);
    past = remember(past, alerts(waiting, 10 + 3 * SECOND), 10 + 3 * SECOND, words);
    expect(past.map((one) => [one.tone, one.from_us, one.until_us])).toEqual([["bad", 10, null]]);
    past = remember(past, [], 20 * SECOND, words);
    past = remember(past, alerts(waiting, 30 * SECOND), 30 * SECOND, words);
    expect(past.map((one) => one.until_us)).toEqual([null, 20 * SECOND]);
  });

  it("sounds once for what has just turned red", () => {
    const red = alerts(waiting, 10 * SECOND);
    expect(newlyBad(new Set(), alerts(waiting, 11))).toEqual([]);
    expect(newlyBad(new Set(), red)).toEqual(["waiting 7"]);
    expect(newlyBad(new Set(["waiting 7"]), red)).toEqual([]);
  });

  it("forgets yesterday's, and what is no list", () => {
    const kept = JSON.stringify({ date: "2026-11-22", list: [{ key: "a", from_us: 1 }] });
    expect(ofToday(kept, "2026-11-22")).toHaveLength(1);
    expect([ofToday(kept, "2026-11-23"), ofToday("{", ""), ofToday(null, ""), ofToday("[]", "")]).toEqual([[], [], [], []]);
  });
});

describe("spark lines", () => {
  it("draws the rate of each ten minutes, over those without calls", () => {
    const slots = [[10, 5, 4, 1], [0, 0, 0, 0], [10, 10, 5, 0]] as const;
    expect(answerRates(slots)).toEqual([0.5, null, 1]);
    expect(abandonRates(slots)).toEqual([0.2, null, 0]);
    expect(sparkOf(answerRates(slots)).line).toBe("M0.0 13.0L100.0 2.0");
    expect(sparkOf(abandonRates(slots), 0.03).limit).toBeCloseTo(24 - (22 * 0.03) / 0.2);
  });

  it("draws nothing of one value, and room for a limit that is far", () => {
    expect(sparkOf([null, 0.3]).line).toBe("");
    expect(sparkOf([0, 0], 0.03).limit).toBeCloseTo(24 - 22 / 1.4);
  });

  it("is asked for anew when ten minutes are over, or the day", () => {
    expect(staleAtUs(board())).toBe(5_000);
  });
});

describe("operators by campaign", () => {
  it("shows each once: with the campaign of his call, else his first at work", () => {
    const campaigns = [CAMPAIGN, { ...CAMPAIGN, id: 8, name: "Atendimento" }];
    const both = { ...OPERATOR, campaigns: [7, 8] };
    const one = board([{ ...both, call_id: "c" }, { ...both, id: 4 }, { ...OPERATOR, id: 5, campaigns: [9] }], campaigns);
    const talk = { id: "c", campaign: { id: 8, name: "Atendimento" } };
    const grouped = byCampaign({ ...one, talks: new Map([["c", talk as never]]) });
    expect(grouped.map(([id, people]) => [id, people.map((who) => who.id)])).toEqual([[8, [3]], [7, [4]], [null, [5]]]);
  });
});
