import { describe, expect, it } from "vitest";

import { concerns } from "../shell/concerns";
import { fill } from "../wallboard/why";
import { duration, money, share, shortName, spoken, whole } from "./format";
import { parseMessage } from "./protocol";

describe("figures as Brazilians write them", () => {
  it.each([
    [0, "00:00"],
    [59_999_999, "00:59"],
    [61_000_000, "01:01"],
    [3_729_000_000, "1:02:09"],
    [-5, "00:00"],
  ])("%s µs: %s", (us, expected) => {
    expect(duration(us)).toBe(expected);
  });

  it.each([
    [-5, "0 s"],
    [59_999_999, "59 s"],
    [122_000_000, "2 min"],
    [3_729_000_000, "1 h 02 min"],
  ])("%s µs in a sentence: %s", (us, expected) => {
    expect(spoken(us).replaceAll("\u00a0", " ")).toBe(expected);
  });

  it("writes counts, shares and money", () => {
    expect(whole(12_345, "pt-BR")).toBe("12.345");
    expect(share(23, 100, "pt-BR")).toBe("23,0\u00a0%");
    expect(share(0, 0, "pt-BR")).toBe("—");
    expect(money("1284.370000", "pt-BR")).toBe("R$\u00a01.284,37");
  });

  it("shortens names", () => {
    expect(shortName("Patrícia Aparecida de Lima")).toBe("Patrícia L.");
    expect(shortName("Caio")).toBe("Caio");
  });

  it("fills the pacing's sentence", () => {
    const pattern = "{free} {free:livre:livres} em {within} s";
    expect(fill(pattern, { free: 6, within: 12 })).toBe("6 livres em 12 s");
    expect(fill(pattern, { free: 1, within: 9 })).toBe("1 livre em 9 s");
  });
});

describe("messages of the socket", () => {
  it.each(["", "{", "null", "[]", '{"kind":"event","seq":"1","type":"x","data":{}}', '{"kind":"snapshot","seq":1}'])(
    "%s is not understood",
    (text) => {
      expect(parseMessage(text)).toBeNull();
    },
  );

  it("reads a snapshot", () => {
    expect(parseMessage('{"kind":"snapshot","seq":4,"topic":"wallboard","data":{}}')).toMatchObject({ seq: 4 });
  });
});

describe("what an event concerns", () => {
  it.each([
    ["import.progress", "import_id=5", "import.progress", { import_id: 5 }, true],
    ["import.progress", "import_id=5", "import.progress", { import_id: 6 }, false],
    ["campaign.changed import.progress", "", "campaign.changed", {}, true],
    ["campaign.changed", "", "operator.gone", {}, false],
  ])("%s %s: %s %o is %s", (on, key, type, fields, expected) => {
    expect(concerns(on, key, type, fields)).toBe(expected);
  });
});
