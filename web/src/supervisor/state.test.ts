import { describe, expect, it } from "vitest";

import { applyOwn, NOBODY, offers, sentence } from "./state";
import type { Own, Panel } from "./wire";
import { fillIn } from "./words";

function panel(state: string): Panel {
  return {
    id: 3, name: "Patrícia", extension: "1010001",
    shift: {
      state, since_us: 1, until_us: null, started_us: 1, phone: "registered", held_since_us: null, pause: null,
      pause_asked: false, campaigns: [],
    },
    call: null, day: { worked_s: 0, conversations: 0, times: [], pauses: [], reminders: [] }, calls: [], messages: [],
    listeners: [],
  };
}

const HEARING: Own = { ...NOBODY, hearing: { operator: 3, mode: "listen", state: "up", since_us: 5 } };
const CHANGED = {
  user_id: 1, name: "Márcia", phone: "registered", phone_session: "s-1", operator: 3, mode: "whisper", state: "up",
  since_us: 9, call_id: null, ended: "",
};

describe("what the panel offers", () => {
  it.each([
    ["talking", NOBODY, { listen: true, barge: true, takeOver: true, stop: false, free: false, pause: true }],
    ["free", NOBODY, { listen: true, barge: false, takeOver: false, free: false }],
    ["wrap_up", NOBODY, { listen: true, free: true }],
    ["paused", NOBODY, { free: true, pause: false }],
    ["connecting", NOBODY, { listen: false, pause: false, endShift: true }],
    ["talking", HEARING, { listen: false, whisper: true, stop: true, mode: "listen" }],
  ] as const)("%s", (state, own, some) => {
    expect(offers(panel(state), own, false, true)).toMatchObject(some);
  });

  it("offers nothing of an operator who is off shift, nor anything twice", () => {
    expect(offers({ ...panel("talking"), shift: null }, NOBODY, false, true)).toMatchObject({ listen: false, endShift: false });
    expect(Object.values(offers(panel("talking"), NOBODY, true, true)).filter((one) => one === true)).toEqual([]);
  });

  it("lets nobody be heard while a customer is with the supervisor", () => {
    const taken: Own = { ...NOBODY, hearing: { operator: 9, mode: "taken_over", state: "up", since_us: 5 } };
    expect(offers(panel("talking"), taken, false, true)).toMatchObject({ listen: false, takeOver: false, pause: true });
  });
});

it("may be had here when it is another page that hears", () => {
  expect(offers(panel("talking"), HEARING, false, false)).toMatchObject({ listen: true, stop: false, mode: null });
  expect(sentence(panel("talking"), HEARING, "", false)).toBe("phone_elsewhere");
});

describe("what the switch says of the supervisor", () => {
  it("becomes his own state, and asks for the customer only where there is one", () => {
    const { own, ask } = applyOwn(HEARING, CHANGED);
    expect(own.hearing).toEqual({ operator: 3, mode: "whisper", state: "up", since_us: 9 });
    expect(own.phone.session).toBe("s-1");
    expect(ask).toBe(false);
    expect(applyOwn(own, { ...CHANGED, mode: "taken_over", call_id: "c" }).ask).toBe(true);
    expect(applyOwn(own, { ...CHANGED, operator: null }).own.hearing).toBeNull();
  });

  it.each([
    [HEARING, "", "up_listen"],
    [{ ...NOBODY, hearing: { operator: 3, mode: "listen", state: "asked", since_us: 1 } } as Own, "", "asked"],
    [NOBODY, "phone_lost", "ended_phone_lost"],
    [NOBODY, "stopped", ""],
  ])("is one sentence", (own, ended, key) => {
    expect(sentence(panel("talking"), own, ended, true)).toBe(key);
  });

  it("fills in names", () => {
    expect(fillIn("{name} hears {who}", { name: "Ana" })).toBe("Ana hears {who}");
  });
});
