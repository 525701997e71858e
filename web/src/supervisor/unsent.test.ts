import { expect, it } from "vitest";

import { Unsent } from "./unsent";

it("never shows to one operator what was written to another", () => {
  const box = { value: "" };
  const unsent = new Unsent(box);
  unsent.show(1);
  box.value = "Ana, venha cá";
  unsent.show(2);
  expect(box.value).toBe("");
  unsent.show(null);
  unsent.show(1);
  expect(box.value).toBe("Ana, venha cá");
});

it("forgets what was sent, and nothing that was written since", () => {
  const box = { value: "" };
  const unsent = new Unsent(box);
  unsent.show(1);
  box.value = "Oi";
  unsent.sent(1, "Oi");
  expect(box.value).toBe("");
  box.value = "Oi de novo";
  unsent.sent(1, "Oi");
  expect(box.value).toBe("Oi de novo");
  unsent.show(2);
  unsent.sent(1, "Oi de novo");
  unsent.show(1);
  expect(box.value).toBe("");
});
