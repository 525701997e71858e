import { afterEach, describe, expect, it, vi } from "vitest";

import { isBack, troubleOf } from "./devices";
import { loudness } from "./meter";
import { grade, lasting, qualityOf, readStats, type StatsSample } from "./quality";
import {
  isRefused,
  OFF,
  PATIENT_ATTEMPTS,
  registerWaitMs,
  type Registration,
  type RegistrationEvent,
  stepRegistration,
} from "./registration";
import { SipSocket } from "./socket";

const CONNECTING: Registration = { name: "connecting", attempt: 0 };
const REGISTERED: Registration = { name: "registered" };

describe("registration", () => {
  it.each<[Registration, RegistrationEvent, Registration, string[]]>([
    [OFF, { type: "start" }, CONNECTING, []],
    [CONNECTING, { type: "start" }, CONNECTING, []],
    [CONNECTING, { type: "connected" }, { name: "registering", attempt: 0 }, ["register"]],
    [CONNECTING, { type: "disconnected" }, { name: "connecting", attempt: 1 }, []],
    [{ name: "registering", attempt: 2 }, { type: "registered" }, REGISTERED, []],
    [{ name: "registering", attempt: 0 }, { type: "refused", status: 404 }, { name: "waiting", attempt: 1, status: 404 }, ["wait"]],
    [{ name: "waiting", attempt: 1, status: 404 }, { type: "due" }, { name: "registering", attempt: 1 }, ["register"]],
    [REGISTERED, { type: "due" }, REGISTERED, []],
    [REGISTERED, { type: "refused", status: 401 }, { name: "waiting", attempt: 1, status: 401 }, ["wait"]],
    [REGISTERED, { type: "refused", status: 0 }, { name: "connecting", attempt: 1 }, ["reopen"]],
    [REGISTERED, { type: "disconnected" }, { name: "connecting", attempt: 1 }, []],
    [REGISTERED, { type: "stop" }, OFF, []],
    [OFF, { type: "registered" }, OFF, []],
    [OFF, { type: "due" }, OFF, []],
  ])("%o and %o: %o", (before, event, after, effects) => {
    const { state, effects: asked } = stepRegistration(before, event, 0.5);
    expect(state).toEqual(after);
    expect(asked.map((effect) => effect.do)).toEqual(effects);
  });

  it("asks again soon while the extension is being made, then ever more slowly, never above half a minute", () => {
    const waits = Array.from({ length: 12 }, (_, attempt) => registerWaitMs(attempt, 1));
    expect(waits[0]).toBe(250);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(Math.max(...waits)).toBe(30_000);
  });

  it("tells of a refusal only after the patience for a new extension is used up", () => {
    expect(isRefused({ name: "waiting", attempt: PATIENT_ATTEMPTS, status: 404 })).toBe(false);
    expect(isRefused({ name: "waiting", attempt: PATIENT_ATTEMPTS + 1, status: 401 })).toBe(true);
  });
});

const NOTHING: StatsSample = {
  received: 0, lost: 0, sent: 0, jitterS: null, rttS: null, remoteLoss: null, remoteJitterS: null,
};

describe("quality of the voice", () => {
  it.each([
    [0, 5, 40, "good"],
    [0.01, 30, 250, "good"],
    [0.011, 5, 40, "fair"],
    [0, 31, null, "fair"],
    [0, 5, 300, "fair"],
    [0.05, 5, 40, "poor"],
    [0, 80, 40, "poor"],
    [0, 5, 500, "poor"],
  ])("loss %d, jitter %d ms, RTT %o ms: %s", (loss, jitterMs, rttMs, expected) => {
    expect(grade(loss, jitterMs, rttMs)).toBe(expected);
  });

  it("counts since the sample before, and takes the worse direction", () => {
    const before = { ...NOTHING, received: 100, lost: 10, sent: 100 };
    const now = { ...before, received: 190, lost: 20, sent: 200, jitterS: 0.004, remoteLoss: 0.02, rttS: 0.038 };
    const quality = qualityOf(before, now);
    expect(quality).toMatchObject({ loss: 0.1, received: 90, sent: 100, grade: "poor" });
    expect(quality.rttMs).toBeCloseTo(38);
    expect(quality.jitterMs).toBeCloseTo(4);
  });

  it("is worth a word only while it lasts", () => {
    const words = (grades: string): string => {
      let so = { poor: false, against: 0 };
      return [...grades].map((one) => (so = lasting(so, one === "p" ? "poor" : "good")).poor ? "!" : ".").join("");
    };
    expect(words("ggpgpgppggg")).toBe("...........");
    expect(words("gpppgpggpggg")).toBe("...!!!!!!!!.");
  });

  it("calls silence no loss: a waiting leg receives nothing", () => {
    expect(qualityOf(NOTHING, { ...NOTHING, sent: 100 })).toMatchObject({ loss: 0, received: 0, grade: "good" });
  });

  it("reads the browser's report, and nothing from one without media", () => {
    const report = [
      { type: "inbound-rtp", kind: "audio", packetsReceived: 50, packetsLost: 1, jitter: 0.002 },
      { type: "outbound-rtp", kind: "audio", packetsSent: 52 },
      { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.01, jitter: 0.003, roundTripTime: 0.021 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.5 },
    ];
    expect(readStats(report)).toEqual({
      received: 50, lost: 1, sent: 52, jitterS: 0.002, rttS: 0.021, remoteLoss: 0.01, remoteJitterS: 0.003,
    });
    expect(readStats([{ type: "transport" }])).toBeNull();
  });
});

describe("devices and sound", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
  ])("%s means %s", (name, trouble) => {
    expect(troubleOf(name)).toBe(trouble);
  });

  it("take the chosen microphone again when it is back", () => {
    const headset = { id: "h", label: "Headset" };
    const laptop = { id: "l", label: "Laptop" };
    expect(isBack("h", "l", [laptop, headset])).toBe(true);
    expect(isBack("h", "l", [laptop])).toBe(false);
    expect(isBack("h", "h", [laptop, headset])).toBe(false);
    expect(isBack("", "l", [laptop, headset])).toBe(false);
  });

  it("hears full scale as 1, silence as 0 and speech between them", () => {
    expect(loudness(new Float32Array(64).fill(1))).toBe(1);
    expect(loudness(new Float32Array(64))).toBe(0);
    const speech = loudness(new Float32Array(64).fill(0.1));
    expect(speech).toBeGreaterThan(0.6);
    expect(speech).toBeLessThan(0.7);
  });
});

describe("the phone's socket", () => {
  it("names itself as SIP over WebSocket wants it", () => {
    expect(new SipSocket("wss://pabx.example/ws")).toMatchObject({
      sip_uri: "sip:pabx.example;transport=ws",
      via_transport: "WSS",
    });
    expect(new SipSocket("ws://127.0.0.1:8088/ws").sip_uri).toBe("sip:127.0.0.1:8088;transport=ws");
  });

  it("refuses an address that is none of a WebSocket", () => {
    expect(() => new SipSocket("https://pabx.example/ws")).toThrow(TypeError);
  });

  describe("at a switch that takes connections and drops them", () => {
    class Dropping extends EventTarget {
      static readonly OPEN = 1;
      static readonly CONNECTING = 0;
      static made: Dropping[] = [];
      readyState = 0;
      constructor() {
        super();
        Dropping.made.push(this);
      }
      close(): void {
        this.readyState = 3;
      }
      openThenDrop(says: string | null): void {
        this.readyState = 1;
        this.dispatchEvent(new Event("open"));
        if (says !== null) this.dispatchEvent(new MessageEvent("message", { data: says }));
        this.readyState = 3;
        this.dispatchEvent(new CloseEvent());
      }
    }
    class CloseEvent extends Event {
      readonly code = 1006;
      readonly reason = "";
      constructor() {
        super("close");
      }
    }
    afterEach(() => {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    });

    /** How many connections are opened in so long. */
    function connections(seconds: number, says: string | null): number {
      vi.useFakeTimers();
      vi.stubGlobal("WebSocket", Dropping);
      vi.stubGlobal("addEventListener", () => undefined);
      vi.stubGlobal("removeEventListener", () => undefined);
      Dropping.made = [];
      const socket = new SipSocket("wss://pabx.example/ws");
      socket.connect();
      let dropped = 0;
      for (let ms = 0; ms < seconds * 1000; ms += 50) {
        if (Dropping.made.length > dropped) Dropping.made[dropped++]?.openThenDrop(says);
        vi.advanceTimersByTime(50);
      }
      socket.disconnect();
      return Dropping.made.length;
    }

    it("asks ever more slowly", () => {
      expect(connections(60, null)).toBeLessThan(12);
    });

    it("begins anew once it has answered", () => {
      expect(connections(60, "SIP/2.0 200 OK")).toBeGreaterThan(60);
    });
  });
});
