import { beforeEach, describe, expect, it } from "vitest";

import { EXAMPLE, exampleCall, exampleDisposition, exampleShift } from "./example";
import { flagsOf, matches, stageOf, toneOf } from "./flags";
import { type Desk, EMPTY, type Event, openItems, step } from "./state";
import type { PhoneState } from "../phone";
import type { DeskData } from "./wire";

function desk(data: Partial<DeskData>, change: Partial<Desk> = {}): Desk {
  const started = step(EMPTY, { type: "loaded", data: { ...EXAMPLE, ...data }, kept: null }).desk;
  return { ...started, ...change };
}

/** Plays events one after another; gives the last state and all effects by name. */
function play(start: Desk, ...events: Event[]): { desk: Desk; did: string[] } {
  let now = start;
  const did: string[] = [];
  for (const event of events) {
    const result = step(now, event);
    now = result.desk;
    did.push(...result.effects.map((effect) => (effect.do === "send" ? `send ${effect.command}` : effect.do)));
  }
  return { desk: now, did };
}

const TALKING = { shift: exampleShift({ state: "talking" }), call: exampleCall() };
const WRAP_UP = { shift: exampleShift({ state: "wrap_up", until_us: 1_045_000_000 }), call: exampleCall() };

describe("what the operator is doing", () => {
  it.each<[Partial<DeskData>, string, string]>([
    [{ operator: null, shift: null }, "nobody", "off"],
    [{ shift: null }, "off", "off"],
    [{ shift: exampleShift({ state: "connecting" }) }, "connecting", "ring"],
    [{ shift: exampleShift({ state: "free" }) }, "free", "free"],
    [{ shift: exampleShift({ state: "ringing" }) }, "ringing", "ring"],
    [TALKING, "talking", "talk"],
    [{ ...TALKING, shift: exampleShift({ state: "talking", held_since_us: 5 }) }, "talking", "pause"],
    [WRAP_UP, "wrap_up", "wrap"],
    [{ shift: exampleShift({ state: "paused", pause: "rest" }) }, "paused", "pause"],
  ])("case %#: %s", (data, stage, tone) => {
    expect(stageOf(desk(data))).toBe(stage);
    expect(toneOf(desk(data))).toBe(tone);
  });

  it("is a preview while a customer is looked at, until he is dialed", () => {
    const preview = { ...exampleCall().contact!, campaign: { id: 1, name: "A" }, callback: null, until_us: null };
    expect(stageOf(desk({ shift: exampleShift({ state: "free" }), preview }))).toBe("preview");
    expect(stageOf(desk({ shift: exampleShift({ state: "ringing" }), preview }))).toBe("ringing");
  });
});

describe("the server's state", () => {
  it("is asked for once more when it changed while it was being asked for", () => {
    const { desk: end, did } = play(EMPTY, { type: "load" }, { type: "load" }, { type: "loaded", data: EXAMPLE, kept: null });
    expect(did).toEqual(["fetch", "phone", "fetch"]);
    expect(end.loading).toBe(true);
  });

  it("is never replaced by an older one", () => {
    const now = desk({ now_us: 2_000 });
    const { desk: end } = play(now, { type: "loaded", data: { ...EXAMPLE, now_us: 1_000, ...TALKING }, kept: null });
    expect(stageOf(end)).toBe(stageOf(now));
  });

  it("is believed when the server's clock was set back", () => {
    const now = desk({ now_us: 3_600_000_000 });
    const { desk: end } = play(now, { type: "loaded", data: { ...EXAMPLE, now_us: 1_000, ...TALKING }, kept: null });
    expect(stageOf(end)).toBe("talking");
  });

  it("that can't be had says why, and the next that can takes the word back", () => {
    const lost = play(desk({}), { type: "load" }, { type: "load failed", code: "offline", text: "Sem rede" }).desk;
    expect(lost.failure?.text).toBe("Sem rede");
    expect(play(lost, { type: "loaded", data: EXAMPLE, kept: null }).desk.failure).toBeNull();
  });

  it("is asked for when the live connection is back", () => {
    const { did } = play(desk({}, { health: "lost" }), { type: "health", health: "live" }, { type: "health", health: "live" });
    expect(did).toEqual(["fetch"]);
  });

  it.each<[Partial<DeskData>, Partial<DeskData>, string | null]>([
    [{ shift: exampleShift({ state: "free" }) }, TALKING, "connected"],
    [TALKING, TALKING, null],
    [TALKING, { ...TALKING, call: exampleCall({ id: "c2" }) }, "connected"],
    [{ ...TALKING, call: null }, TALKING, null],
    [{ shift: exampleShift({ state: "free" }) }, { shift: exampleShift({ state: "ringing" }) }, "incoming"],
    [{}, { messages: [{ id: 1, text: "Oi", sender: "Ana", sent_us: 1 }] }, "message"],
  ])("case %# sounds right", (before, after, sound) => {
    const { effects } = step(desk(before), { type: "loaded", data: { ...EXAMPLE, ...after }, kept: null });
    expect(effects.find((effect) => effect.do === "sound")?.sound ?? null).toBe(sound);
  });

  it("of a new call takes a forgotten mute away, of the same call doesn't", () => {
    const free = desk({ shift: exampleShift({ state: "free" }) });
    const talking = { type: "loaded" as const, data: { ...EXAMPLE, ...TALKING }, kept: null };
    expect(play(free, talking).did).toContain("unmute");
    expect(play(free, talking, talking).did.filter((effect) => effect === "unmute")).toHaveLength(1);
  });

  it("closes what belonged to a call that is over", () => {
    const open = desk(TALKING, { panel: "transfer" });
    expect(play(open, { type: "loaded", data: { ...EXAMPLE, ...WRAP_UP }, kept: null }).desk.panel).toBeNull();
    const help = desk(TALKING, { panel: "help" });
    expect(play(help, { type: "loaded", data: { ...EXAMPLE, ...WRAP_UP }, kept: null }).desk.panel).toBe("help");
  });
});

describe("commands", () => {
  it("wait for each other: one at a time is on its way, and the last key pressed meanwhile comes next", () => {
    const asked = play(
      desk(TALKING), { type: "ask", command: "hold" }, { type: "ask", command: "recording", body: { action: "start" } },
      { type: "ask", command: "transfer", body: { kind: "queue", target: "7" } },
    );
    expect(asked.did).toEqual(["send hold"]);
    expect(flagsOf(asked.desk).has("busy")).toBe(true);
    const { desk: end, effects } = step(asked.desk, { type: "answered", command: "hold", data: null, kept: null });
    expect(effects).toContainEqual({ do: "send", command: "transfer", body: { kind: "queue", target: "7" } });
    expect(end.wish).toBeNull();
  });

  it("are meant once when a key is pressed twice", () => {
    const asked = play(desk(TALKING), { type: "ask", command: "hold" }, { type: "ask", command: "hold" });
    expect(play(asked.desk, { type: "answered", command: "hold", data: null, kept: null }).did).toEqual(["fetch"]);
  });

  it("that follow a refused one are not sent: they counted on it", () => {
    const asked = play(desk(WRAP_UP), { type: "ask", command: "dispose" }, { type: "ask", command: "finish" });
    const { desk: end, did } = play(asked.desk, { type: "refused", command: "dispose", code: "fields_missing", text: "Falta a nota" });
    expect(did).toEqual(["fetch"]);
    expect(end.wish).toBeNull();
    expect(end.failure?.text).toBe("Falta a nota");
  });

  it("that no longer make sense when their turn comes are dropped", () => {
    const asked = play(desk(TALKING), { type: "ask", command: "amd" }, { type: "ask", command: "hold" });
    const other = { ...EXAMPLE, shift: exampleShift({ state: "talking" }), call: exampleCall({ id: "c2" }), now_us: EXAMPLE.now_us + 1 };
    const { desk: end, did } = play(asked.desk, { type: "answered", command: "amd", data: other, kept: null });
    expect(did.filter((one) => one.startsWith("send"))).toEqual([]);
    expect(end.wish).toBeNull();
  });

  it.each<[Event, string[]]>([
    [{ type: "ask", command: "pause", body: { reason: "rest" } }, ["send pause", "send finish"]],
    [{ type: "ask", command: "manual", body: { number: "+551130034410" } }, ["send finish", "send manual"]],
    [{ type: "ask", command: "finish" }, ["send finish"]],
  ])("asked for while a tabulation is saved are done on the right side of wrap-up's end: case %#", (asked, order) => {
    const free = { ...EXAMPLE, shift: exampleShift({ state: "free" }), now_us: EXAMPLE.now_us + 2 };
    const saved = { ...EXAMPLE, ...WRAP_UP, now_us: EXAMPLE.now_us + 1 };
    const first = play(desk(WRAP_UP), { type: "ask", command: "dispose" }, asked);
    const second = play(first.desk, { type: "answered", command: "dispose", data: saved, kept: null });
    const busy = second.desk.busy ?? "finish";
    const third = play(second.desk, { type: "answered", command: busy, data: busy === "finish" ? free : saved, kept: null });
    expect([...second.did, ...third.did].filter((one) => one.startsWith("send"))).toEqual(order);
  });

  it("never lose a wish to hang up: it comes next, for the call that was meant", () => {
    const asked = play(desk(TALKING), { type: "ask", command: "hold" }, { type: "ask", command: "hang_up" }, { type: "ask", command: "pause" });
    expect(asked.did).toEqual(["send hold"]);
    const answer = step(asked.desk, { type: "answered", command: "hold", data: null, kept: null });
    expect(answer.effects).toContainEqual({ do: "send", command: "hang_up", body: {} });
    const refusal = step(asked.desk, { type: "refused", command: "hold", code: "not_talking", text: "Acabou" });
    expect(refusal.effects).toContainEqual({ do: "send", command: "hang_up", body: {} });
    const over = { ...EXAMPLE, ...WRAP_UP, now_us: EXAMPLE.now_us + 1 };
    const late = step(asked.desk, { type: "answered", command: "hold", data: over, kept: null });
    expect(late.effects.filter((effect) => effect.do === "send")).toEqual([]);
    expect(late.desk.wish).toBeNull();
  });

  it("that are refused say so in the server's words, and the state is looked at again", () => {
    const { desk: end, did } = play(
      desk(TALKING), { type: "ask", command: "hold" }, { type: "refused", command: "hold", code: "not_talking", text: "Acabou" },
    );
    expect(end.busy).toBeNull();
    expect(end.failure).toEqual({ command: "hold", code: "not_talking", text: "Acabou" });
    expect(did).toEqual(["send hold", "fetch"]);
  });

  it("that the network refused stay told when the next look fails too, and when it succeeds", () => {
    const lost = play(
      desk(TALKING), { type: "ask", command: "hold" }, { type: "refused", command: "hold", code: "offline", text: "Sem rede" },
      { type: "load failed", code: "offline", text: "Sem rede" },
    ).desk;
    expect(lost.failure?.command).toBe("hold");
    expect(play(lost, { type: "load" }, { type: "loaded", data: { ...EXAMPLE, ...TALKING }, kept: null }).desk.failure?.command).toBe("hold");
  });

  it("close the dialog that asked for them, when they are done", () => {
    const asking = play(desk(TALKING, { panel: "transfer" }), { type: "ask", command: "transfer" }).desk;
    expect(asking.panel).toBe("transfer");
    expect(play(asking, { type: "answered", command: "transfer", data: null, kept: null }).desk.panel).toBeNull();
    const refused = play(asking, { type: "refused", command: "transfer", code: "target_busy", text: "Ocupado" }).desk;
    expect(refused.panel).toBe("transfer");
  });

  it("send tones in the order of the keys, however quickly they come", () => {
    const first = play(desk(TALKING), { type: "tone", digits: "1" }, { type: "tone", digits: "2" }, { type: "tone", digits: "3" });
    expect(first.did).toEqual(["send digits"]);
    const { effects } = step(first.desk, { type: "answered", command: "digits", data: null, kept: null });
    expect(effects).toContainEqual({ do: "send", command: "digits", body: { digits: "23" } });
  });
});

describe("tabulation", () => {
  const sale = exampleDisposition({ code: "venda", required_fields: ["note", "email"] });
  const later = exampleDisposition({ code: "agendar", schedules_callback: true });
  const dispositions = [sale, later, exampleDisposition({ code: "recado" })];
  let wrapUp: Desk;

  beforeEach(() => {
    wrapUp = desk({ ...WRAP_UP, dispositions });
  });

  it.each<[Event[], string[]]>([
    [[], ["disposition"]],
    [[{ type: "write", change: { disposition: "recado" } }], []],
    [[{ type: "write", change: { disposition: "venda" } }], ["note", "email"]],
    [[{ type: "write", change: { disposition: "venda", note: "  " } }], ["note", "email"]],
    [[{ type: "write", change: { disposition: "venda", note: "ok", fields: { email: "a@b" } } }], []],
    [[{ type: "write", change: { disposition: "agendar" } }], ["callback"]],
    [[{ type: "write", change: { disposition: "agendar", callback: { date: "2026-11-26", time: "", mine: true, phoneId: null } } }], ["callback"]],
    [[{ type: "write", change: { disposition: "agendar", callback: { date: "2026-11-26", time: "10:30", mine: true, phoneId: null } } }], []],
  ])("case %# still asks for %j", (events, open) => {
    const { desk: end } = play(wrapUp, ...events);
    expect(openItems(end)).toEqual(open);
    expect(flagsOf(end).has("complete")).toBe(open.length === 0);
  });

  it("is not sent while something is missing", () => {
    expect(play(wrapUp, { type: "write", change: { disposition: "venda" } }, { type: "save" }).did).toEqual(["keep"]);
  });

  it("in wrap-up frees the operator once it is saved", () => {
    const { did } = play(
      wrapUp, { type: "write", change: { disposition: "recado", note: "Filha atende" } }, { type: "save" },
      { type: "answered", command: "dispose", data: { ...EXAMPLE, ...WRAP_UP, dispositions }, kept: null },
    );
    expect(did).toEqual(["keep", "send dispose", "forget", "phone", "send finish"]);
  });

  it("during the call is only saved", () => {
    const talking = desk({ ...TALKING, dispositions });
    const { did } = play(
      talking, { type: "write", change: { disposition: "recado" } }, { type: "save" },
      { type: "answered", command: "dispose", data: { ...EXAMPLE, ...TALKING, dispositions }, kept: null },
    );
    expect(did).not.toContain("send finish");
  });

  it("that was chosen is saved in the last moment before wrap-up ends by itself", () => {
    const written = play(wrapUp, { type: "write", change: { disposition: "recado" } }).desk;
    expect(play(written, { type: "tick", nowUs: 1_042_000_000 }).did).toEqual([]);
    expect(play(written, { type: "tick", nowUs: 1_043_000_000 }).did).toEqual(["send dispose"]);
    expect(play(wrapUp, { type: "tick", nowUs: 1_043_000_000 }).did).toEqual([]);
  });

  it("of a call that is gone is saved late, by the call's own address", () => {
    const written = play(wrapUp, { type: "write", change: { disposition: "recado", note: "x" } }).desk;
    const { effects } = step(written, { type: "loaded", data: { ...EXAMPLE, shift: exampleShift({ state: "free" }) }, kept: null });
    expect(effects).toContainEqual({ do: "save late", draft: expect.objectContaining({ call: "c1", disposition: "recado" }) });
  });

  it("survives a reload: what was kept is what is written on", () => {
    const kept = { call: "c1", disposition: "venda", note: "no meio da fr", fields: {}, callback: null };
    expect(step(EMPTY, { type: "loaded", data: { ...EXAMPLE, ...TALKING }, kept }).desk.draft).toEqual(kept);
    const other = { ...kept, call: "c2" };
    expect(step(EMPTY, { type: "loaded", data: { ...EXAMPLE, ...TALKING }, kept: other }).desk.draft?.note).toBe("");
  });

  it("is not overwritten by the server's state while it is being written", () => {
    const written = play(wrapUp, { type: "write", change: { note: "novo" } }).desk;
    const { desk: end } = play(written, { type: "loaded", data: { ...EXAMPLE, ...WRAP_UP }, kept: null });
    expect(end.draft?.note).toBe("novo");
  });
});

describe("a tabulation that had to wait", () => {
  it("is saved as it is written when its turn comes", () => {
    const recado = exampleDisposition({ code: "recado" });
    const { desk: asked } = play(
      desk({ ...TALKING, dispositions: [recado] }), { type: "ask", command: "amd" },
      { type: "write", change: { disposition: "recado", note: "Fil" } }, { type: "save" },
      { type: "write", change: { note: "Filha atende" } },
    );
    const { effects } = step(asked, { type: "answered", command: "amd", data: null, kept: null });
    const sent = effects.find((effect) => effect.do === "send");
    expect(sent).toMatchObject({ command: "dispose", body: { note: "Filha atende" } });
  });
});

describe("tabs of the browser", () => {
  it("one that is told to take over asks for the state as soon as it has the phone", () => {
    const { desk: end, did } = play(desk({}, { owner: "elsewhere" }), { type: "take over" }, { type: "owner", owner: "mine" });
    expect(did).toEqual(["phone", "fetch"]);
    expect(end.taking).toBe(false);
  });
});

describe("troubles", () => {
  const ACCOUNT: DeskData["phone"] = { url: "wss://voz.example", uri: "sip:1@voz", username: "1", password: "x", ice_servers: [] };
  const LOST: PhoneState = {
    registration: { name: "connecting", attempt: 3 }, leg: "up", audio: "broken", muted: false, microphone: "ready", quality: null,
  };
  const TOLD = ["offline", "second-tab", "phone-elsewhere", "microphone-trouble", "phone-refused", "phone-lost", "audio-broken"];

  function told(data: Partial<DeskData>, change: Partial<Desk>): string[] {
    const flags = flagsOf(desk({ ...TALKING, phone: ACCOUNT, ...data }, { owner: "mine", phone: LOST, ...change }));
    return TOLD.filter((trouble) => flags.has(trouble));
  }

  it.each<[Partial<DeskData>, Partial<Desk>, string[]]>([
    [{}, { online: false }, ["offline"]],
    [{}, {}, ["phone-lost"]],
    [{}, { phone: { ...LOST, registration: { name: "registered" } } }, ["audio-broken"]],
    [{}, { phone: { ...LOST, microphone: "gone" } }, ["microphone-trouble"]],
    [{ phone_elsewhere: true }, { owner: "elsewhere" }, ["second-tab"]],
    [{ phone_elsewhere: true }, { owner: "elsewhere", online: false }, ["offline"]],
    [{}, { failure: { command: "load", code: "offline", text: "Sem servidor" } }, []],
    [{}, { failure: { command: "hold", code: "not_talking", text: "Acabou" } }, ["phone-lost"]],
  ])("don't pile up: of what has one cause one is told, case %#", (data, change, expected) => {
    expect(told(data, change)).toEqual(expected);
  });
});

describe("conditions of the markup", () => {
  const flags = new Set(["talking", "held"]);
  it.each([
    ["", true],
    ["talking", true],
    ["free", false],
    ["free talking", true],
    ["talking+held", true],
    ["talking+!held", false],
    ["free talking+!consult", true],
    ["!free", true],
  ])("%j is %s", (expression, so) => {
    expect(matches(expression, flags)).toBe(so);
  });
});
