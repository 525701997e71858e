import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ApiError, DeskApi } from "./api";
import { EXAMPLE } from "./example";

const WORDS = { offline: "sem rede", failed: "não deu", loggedOut: "saiu" };

function answering(response: Partial<Response>): DeskApi {
  vi.stubGlobal("fetch", () => Promise.resolve({ ok: true, status: 200, ...response }));
  return new DeskApi("/api/v1/", "token", "America/Sao_Paulo", WORDS);
}

beforeEach(() => vi.stubGlobal("localStorage", { getItem: () => "a-tab", setItem: () => undefined }));
afterEach(() => vi.unstubAllGlobals());

it("gives the server's state", async () => {
  const api = answering({ text: () => Promise.resolve(JSON.stringify(EXAMPLE)) });
  expect((await api.state()).now_us).toBe(EXAMPLE.now_us);
});

it.each([
  ['{"code": "not_found", "detail": "Não encontrado.", "retryable": false}', true],
  ["<h1>404 Not Found</h1>", false],
])("takes %s for a person without a desk: %o", async (text, nobody) => {
  const refusal: unknown = await answering({ ok: false, status: 404, text: () => Promise.resolve(text) }).state().catch((error: unknown) => error);
  expect((refusal as ApiError).isNobody).toBe(nobody);
});

// Whatever comes, the desk has to hear of it as a refusal: anything else would leave it waiting for ever.
it.each<[string, () => Promise<string>, string]>([
  ["the network goes while the answer comes in", () => Promise.reject(new TypeError("network error")), "offline"],
  ["the answer takes too long to come in", () => Promise.reject(new DOMException("timeout", "TimeoutError")), "offline"],
  ["a proxy answers with a page of its own", () => Promise.resolve("<!doctype html>"), "failed"],
  ["half an answer comes in", () => Promise.resolve('{"now_us": 1'), "failed"],
  ["it is something else", () => Promise.resolve('{"hello": 1}'), "failed"],
])("refuses when %s", async (_what, text, code) => {
  const refusal: unknown = await answering({ text }).state().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ApiError);
  expect((refusal as ApiError).code).toBe(code);
});
