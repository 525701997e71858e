import { describe, expect, it } from "vitest";

import { firstText } from "./api";
import { instantOfDraft, proposals, skipping, slotsOf } from "./callback";
import { obstacle, UNKNOWN, judge } from "./check";
import { exampleDisposition } from "./example";
import { matches } from "./flags";
import { actionOf, dispositionKeys, pauseKeys } from "./keys";
import { maskPhone, showDocument, toE164 } from "./numbers";
import { parseScript } from "./script";
import { requestOf } from "./commands";
import { choosable, numberTarget } from "./view/targets";
import type { Target } from "./wire";
import { hasSlept } from "./sleep";
import { addDays, instantOf, momentAt, monthCells, readDay, readTime, weekday } from "./zone";

const SAO_PAULO = "America/Sao_Paulo";

describe("telephone numbers", () => {
  it.each([
    ["11", "11"],
    ["119", "(11) 9"],
    ["1198765", "(11) 9876-5"],
    ["11987654321", "(11) 98765-4321"],
    ["1130034410", "(11) 3003-4410"],
    ["+55 11 98765-4321", "(11) 98765-4321"],
  ])("%s is shown as %s", (typed, shown) => {
    expect(maskPhone(typed)).toBe(shown);
  });

  it.each([
    ["(11) 98765-4321", "+5511987654321"],
    ["1130034410", "+551130034410"],
    ["011 98765-4321", "+5511987654321"],
    ["5511987654321", "+5511987654321"],
    ["98765-4321", null],
    ["(10) 98765-4321", null],
    ["", null],
  ])("%s is dialed as %s", (typed, e164) => {
    expect(toE164(typed)).toBe(e164);
  });

  it.each([
    ["52998224725", "529.982.247-25"],
    ["12ABC34501DE35", "12.ABC.345/01DE-35"],
    ["123", "123"],
  ])("document %s: %s", (plain, shown) => {
    expect(showDocument(plain)).toBe(shown);
  });
});

describe("the company's wall clock", () => {
  it.each([
    ["2026-11-26T13:30:00Z", SAO_PAULO, { year: 2026, month: 11, day: 26, hour: 10, minute: 30 }],
    ["2026-11-26T02:30:00Z", SAO_PAULO, { year: 2026, month: 11, day: 25, hour: 23, minute: 30 }],
    ["2026-11-26T13:30:00Z", "America/Manaus", { year: 2026, month: 11, day: 26, hour: 9, minute: 30 }],
    // Summer time, which Brazil had until 2019, and Lisbon still has.
    ["2018-12-01T12:00:00Z", SAO_PAULO, { year: 2018, month: 12, day: 1, hour: 10, minute: 0 }],
    ["2026-07-01T12:00:00Z", "Europe/Lisbon", { year: 2026, month: 7, day: 1, hour: 13, minute: 0 }],
  ])("%s in %s, there and back", (iso, zone, moment) => {
    const us = Date.parse(iso) * 1000;
    expect(momentAt(us, zone)).toEqual(moment);
    expect(instantOf(moment, zone)).toBe(us);
  });

  it("counts weeks from Sunday", () => {
    const cells = monthCells(2026, 12);
    expect(cells.slice(0, 3)).toEqual([null, null, { year: 2026, month: 12, day: 1 }]);
    expect(cells).toHaveLength(2 + 31);
    expect(weekday({ year: 2026, month: 11, day: 26 })).toBe(4);
    expect(addDays({ year: 2026, month: 12, day: 31 }, 1)).toEqual({ year: 2027, month: 1, day: 1 });
  });

  it.each([
    ["9", [9, 0]],
    ["9:30", [9, 30]],
    ["0930", [9, 30]],
    ["9h30", [9, 30]],
    ["24:00", null],
    ["meio-dia", null],
  ])("%s o'clock: %j", (text, time) => {
    expect(readTime(text)).toEqual(time);
  });

  it("reads days only as they are written", () => {
    expect(readDay("2026-11-26")).toEqual({ year: 2026, month: 11, day: 26 });
    expect(readDay("26/11/2026")).toBeNull();
  });
});

describe("callbacks", () => {
  const thursday = Date.parse("2026-11-26T13:10:00Z") * 1000;

  it("makes a promise in the company's time an instant", () => {
    const draft = { date: "2026-11-26", time: "10:30", mine: true, phoneId: null };
    expect(instantOfDraft(draft, SAO_PAULO)).toBe(Date.parse("2026-11-26T13:30:00Z") * 1000);
    expect(instantOfDraft({ ...draft, time: "" }, SAO_PAULO)).toBeNull();
  });

  it("of a skipped customer is an instant, or left to the next colleague", () => {
    expect(skipping("x", "2026-11-26 09:30", "America/Manaus")).toEqual({ reason: "x", again_at: "2026-11-26T13:30:00.000Z" });
    expect(skipping("x", "2026-11-26T09:30:00", SAO_PAULO)).toEqual({ reason: "x", again_at: "2026-11-26T12:30:00.000Z" });
    expect(skipping("x", "", SAO_PAULO)).toEqual({ reason: "x" });
  });

  it("offers no time that has gone by, nor one that is promised already", () => {
    const promised = {
      id: 1, due_us: Date.parse("2026-11-26T14:00:00Z") * 1000, state: "pending", mine: true, note: "",
      campaign: { id: 1, name: "" }, contact: { id: 1, name: "" }, shown_number: "",
    };
    const slots = new Map(slotsOf({ year: 2026, month: 11, day: 26 }, thursday, SAO_PAULO, [promised]).map(({ time, state }) => [time, state]));
    expect([slots.get("10:00"), slots.get("10:30"), slots.get("11:00")]).toEqual(["past", "open", "taken"]);
  });

  it.each([
    ["2026-11-26T13:10:00Z", [["hour", "2026-11-26", "11:10"], ["today", "2026-11-26", "17:30"], ["tomorrow", "2026-11-27", "09:30"]]],
    ["2026-11-27T20:10:00Z", [["hour", "2026-11-27", "18:10"], ["tomorrow", "2026-11-30", "09:30"]]],
    ["2026-11-28T02:30:00Z", [["hour", "2026-11-28", "00:30"], ["tomorrow", "2026-11-30", "09:30"]]],
  ])("proposes at %s what fits the day", (iso, expected) => {
    const found = proposals(Date.parse(iso) * 1000, SAO_PAULO).map(({ key, date, time }) => [key, date, time]);
    expect(found).toEqual(expected);
  });
});

describe("scripts", () => {
  const own = (text: string): { text: string; field: string; missing: boolean } => ({ text, field: "", missing: false });

  it("are paragraphs with the customer's data marked", () => {
    const steps = parseScript([
      own("Dona "), { text: "Marlene", field: "nome", missing: false }, own(", tudo bem?\n\nFala de "),
      { text: "[Cidade]", field: "Cidade", missing: true }, own("?"),
    ]);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.paragraphs.map((paragraph) => paragraph.pieces.map(({ kind, text }) => `${kind}:${text}`))).toEqual([
      ["plain:Dona ", "value:Marlene", "plain:, tudo bem?"],
      ["plain:Fala de ", "missing:[Cidade]", "plain:?"],
    ]);
  });

  it("have steps and hints where they are written so", () => {
    const steps = parseScript([own("# Abertura\nBom dia.\n> Não prometa data.\n# Oferta\r\n\r\n> Diga o CET\n> antes.\n\nAceita?")]);
    expect(steps.map(({ title }) => title)).toEqual(["Abertura", "Oferta"]);
    expect(steps[1]?.paragraphs.map(({ hint, pieces }) => [hint, pieces[0]?.text])).toEqual([
      [true, "Diga o CET antes."],
      [false, "Aceita?"],
    ]);
  });

  it("take a customer's data for nothing but text", () => {
    const steps = parseScript([{ text: "# Título\n\n> x", field: "nome", missing: false }, own(" fala")]);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.title).toBe("");
  });

  it("may be missing", () => {
    expect(parseScript([])).toEqual([]);
    expect(parseScript([own(" \n ")])).toEqual([]);
  });
});

describe("a hole in the ticks", () => {
  it.each([
    [250, false, false, false],
    [3_600_000, false, false, true],
    [3_600_000, true, true, true],
    [60_000, true, false, false],
  ])("of %d ms, hidden %o, in a call %o, means sleep: %o", (hole, hidden, inCall, slept) => {
    expect(hasSlept(1_000, 1_000 + hole, { hidden, inCall })).toBe(slept);
  });
});

describe("whom to transfer to", () => {
  const ana: Target = { kind: "operator", target: "4022", name: "Ana", state: "free", is_available: true };

  it("is nobody of a list that was found for other words", () => {
    expect(choosable(ana, "", "bru")).toBeNull();
    expect(choosable(ana, "an", "an")).toBe(ana);
    expect(choosable({ ...ana, is_available: false }, "an", "an")).toBeNull();
    expect(choosable(undefined, "an", "an")).toBeNull();
  });

  it("is a number as soon as it is whole", () => {
    expect(numberTarget("(11) 98765-432")).toEqual([{ kind: "outside", target: "+551198765432", name: "(11) 9876-5432", state: "", is_available: true }]);
    expect(numberTarget("(11) 98765")).toEqual([]);
  });
});

describe("keys", () => {
  const none = new Map<string, string>();
  const pressed = (key: string, so: string[], more: Partial<Parameters<typeof actionOf>[0]> = {}, singles = true): string | null =>
    actionOf(
      { key, ctrl: false, alt: false, shift: false, typing: false, panel: null, ...more },
      (expression) => matches(expression, new Set(so)), new Map([["1", "venda"], ["n", "nao"]]), new Map([["a", "rest"]]), singles,
    );
  it.each<[string, string[], Partial<Parameters<typeof actionOf>[0]>, string | null]>([
    ["F2", ["phone", "talking"], {}, "mute"],
    ["F2", ["phone", "talking"], { typing: true }, "mute"],
    ["F2", ["talking"], {}, null],
    ["F7", ["talking"], {}, "keypad"],
    ["F7", ["free", "manual"], {}, "manual"],
    ["F8", ["preview", "preview-dialable"], {}, "preview-dial-first"],
    ["F8", ["free", "previews"], {}, "preview-next"],
    ["F10", ["free"], {}, null],
    ["1", ["talking", "call"], {}, "dispose:venda"],
    ["1", ["talking", "call"], { typing: true }, null],
    ["1", ["free"], {}, null],
    ["n", ["talking", "call"], {}, "dispose:nao"],
    ["a", ["free"], {}, "pause:rest"],
    ["a", ["talking", "call"], {}, null],
    ["a", ["talking", "call"], { panel: "pauses" }, "pause:rest"],
    ["5", ["talking", "call"], { panel: "keypad" }, "tone:5"],
    ["1", ["talking", "call"], { panel: "transfer" }, null],
    ["Enter", ["wrap_up", "call"], { ctrl: true, typing: true }, "save"],
    ["Enter", ["free"], { ctrl: true }, null],
    ["Escape", ["talking"], { typing: true }, "leave-field"],
    ["?", ["free"], {}, "help"],
    ["F2", ["phone", "talking"], { alt: true }, null],
    ["F10", ["talking"], {}, "hang-up"],
    ["F10", ["talking"], { shift: true }, null],
    ["Enter", ["talking", "call"], { ctrl: true, panel: "contact", typing: true }, null],
    ["F8", ["preview", "preview-dialable"], { panel: "skip" }, null],
    ["F8", ["talking"], { panel: "transfer" }, "transfer"],
    ["F8", ["paused"], { typing: true }, "resume"],
    ["F8", ["paused"], { panel: "help" }, null],
    ["F8", ["wrap_up", "call"], {}, null],
  ])("%s with %j: %o → %s", (key, so, more, action) => {
    expect(pressed(key, so, more)).toBe(action);
  });

  it("of one letter can be switched off; those of the telephone stay", () => {
    expect(pressed("1", ["talking", "call"], {}, false)).toBeNull();
    expect(pressed("F4", ["talking"], {}, false)).toBe("hold");
  });

  it("of tabulations are the company's, and the free digits for the rest", () => {
    const keys = dispositionKeys([
      exampleDisposition({ code: "a" }), exampleDisposition({ code: "b", shortcut: "1" }), exampleDisposition({ code: "c", shortcut: "v" }),
      exampleDisposition({ code: "d" }),
    ]);
    expect(Object.fromEntries(keys)).toEqual({ 1: "b", v: "c", 2: "a", 3: "d" });
    expect(pauseKeys([])).toEqual(none);
  });
});

describe("the check before a shift", () => {
  const open = { ...UNKNOWN, phones: true, microphone: "open" as const, heard: true };
  it.each([
    [{ ...UNKNOWN, phones: false }, 1, null],
    [{ ...UNKNOWN, phones: true }, 1, "microphone"],
    [{ ...UNKNOWN, phones: true, microphone: "denied" as const }, 1, "microphone"],
    [open, 0, "campaigns"],
    [open, 2, null],
  ])("case %#: %s stands in the way", (findings, chosen, expected) => {
    expect(obstacle(findings, chosen)).toBe(expected);
  });

  it("judges the network by what could be reached", () => {
    const network = (reach: typeof UNKNOWN.reach): string => judge({ ...open, reach }, null, false).network.result;
    expect(network({ socketMs: 20, ice: "local" })).toBe("ok");
    expect(network({ socketMs: 900, ice: "open" })).toBe("slow");
    expect(network({ socketMs: 20, ice: "blocked" })).toBe("ice");
    expect(network({ socketMs: null, ice: "open" })).toBe("blocked");
  });
});

describe("requests", () => {
  it("put an id into the path, and nothing of it into the body", () => {
    expect(requestOf("read", { id: 7 })).toEqual({ method: "POST", path: "messages/7/read/", body: {} });
    expect(requestOf("contact", { name: "Ana" })).toEqual({ method: "PATCH", path: "contact/", body: { name: "Ana" } });
  });

  it("find the one sentence in a refusal's fields", () => {
    expect(firstText({ callback: { due_at: ["Data inválida."] } })).toBe("Data inválida.");
    expect(firstText(undefined)).toBe("");
  });
});
