import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ApiError, SupervisionApi } from "./api";

function answering(status: number, text: string): SupervisionApi {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(status === 204 ? null : text, { status })));
  return new SupervisionApi("/api/v1/");
}

beforeEach(() => vi.stubGlobal("document", { body: { getAttribute: () => null }, getElementById: () => null }));
afterEach(() => vi.unstubAllGlobals());

it("takes a proxy's page for a failure, not for a state", async () => {
  await expect(answering(200, "<!doctype html>").own()).rejects.toBeInstanceOf(ApiError);
  await expect(answering(200, '{"talks": []}').talks(["c"])).resolves.toEqual([]);
});

it("needs no answer to what has none", async () => {
  await expect(answering(202, "").endShift(3)).resolves.toBeUndefined();
  await expect(answering(500, "").endShift(3)).rejects.toBeInstanceOf(ApiError);
});
