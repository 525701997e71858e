import { expect, it } from "vitest";

import { dueAt } from "./asked";

it("reads a callback's time on the company's wall", () => {
  expect(dueAt("2026-11-26T09:30", "America/Manaus")).toBe("2026-11-26T13:30:00.000Z");
  expect(dueAt("2026-11-26T09:30:00", "America/Sao_Paulo")).toBe("2026-11-26T12:30:00.000Z");
  expect(dueAt("", "America/Sao_Paulo")).toBeNull();
});
