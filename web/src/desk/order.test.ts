import { expect, it } from "vitest";

import { EXAMPLE, exampleShift } from "./example";
import { orderOf } from "./order";
import type { DeskData } from "./wire";

const ACCOUNT = { url: "wss://pabx.example/ws", uri: "sip:1@pabx.example", username: "1", password: "x", ice_servers: [] };
const WORKING = { shift: exampleShift(), phone: ACCOUNT };

it.each<[string, Partial<DeskData> | null, "mine" | "elsewhere" | "asking", number | null, string]>([
  ["a shift with its phone here", WORKING, "mine", null, "run"],
  ["the same, later", WORKING, "mine", 1, "run"],
  ["nothing known yet", null, "mine", null, "go on"],
  ["it isn't known yet which tab works", WORKING, "asking", null, "go on"],
  ["another tab works", WORKING, "elsewhere", 1, "stop"],
  ["the shift is over", { shift: null, phone: null }, "mine", 1, "stop"],
  ["the phone is in another browser", { ...WORKING, phone: null, phone_elsewhere: true }, "mine", 1, "stop"],
  ["nothing is said of the phone in mid-shift", { ...WORKING, phone: null }, "mine", 1, "go on"],
  ["nothing is said of another shift's", { ...WORKING, phone: null }, "mine", 2, "stop"],
  ["a switch without phones", { ...WORKING, phone: null }, "mine", null, "stop"],
])("%s", (_what, data, owner, runsFor, order) => {
  expect(orderOf({ data: data && { ...EXAMPLE, ...data }, owner }, runsFor).do).toBe(order);
});
