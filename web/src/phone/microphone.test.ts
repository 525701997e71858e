import { afterEach, expect, it, vi } from "vitest";

import { Phone } from "./phone";

const ACCOUNT = { url: "wss://pabx.example/ws", uri: "sip:1@pabx.example", username: "1", password: "x", ice_servers: [] };

afterEach(() => vi.unstubAllGlobals());

it("is let go when the phone was stopped while the person was being asked for it", async () => {
  let allow: (stream: unknown) => void = () => undefined;
  const asked = new Promise((resolve) => {
    allow = resolve;
  });
  const devices = Object.assign(new EventTarget(), { getUserMedia: () => asked });
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("localStorage", { getItem: () => null });
  const stopped = vi.fn();
  const phone = new Phone({} as HTMLAudioElement, () => undefined);

  const starting = phone.start(ACCOUNT);
  phone.stop();
  allow({ getTracks: () => [{ stop: stopped }] });
  await starting;

  expect(stopped).toHaveBeenCalledOnce();
  expect(phone.state.microphone).toBe("none");
});
