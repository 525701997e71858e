/** How well the voice travels, from two of the browser's samples. Pure. */

/** The counters of `RTCPeerConnection.getStats()` that matter, at one instant. Loss is of packets, times are in seconds. */
export interface StatsSample {
  received: number;
  /** Of what should have been received. */
  lost: number;
  sent: number;
  jitterS: number | null;
  rttS: number | null;
  /** What the other side says it misses of ours, 0..1. */
  remoteLoss: number | null;
  remoteJitterS: number | null;
}

export type Grade = "good" | "fair" | "poor";

/** Whether the voice is poor, and for how many samples in a row it has been the other way. */
export interface Lasting {
  poor: boolean;
  against: number;
}

export interface Quality {
  grade: Grade;
  /** What is worth a word: it comes and goes by seconds, not with each sample. */
  lasting: Lasting;
  /** 0..1, the worse of both directions. */
  loss: number;
  jitterMs: number;
  /** Null before the first answer. */
  rttMs: number | null;
  /** Packets since the sample before. */
  received: number;
  sent: number;
}

/** Upper limits. Voice is disturbed above "fair" whatever the codec (ITU-T G.1010 and usual practice). */
const LIMITS = {
  good: { loss: 0.01, jitterMs: 30, rttMs: 250 },
  fair: { loss: 0.04, jitterMs: 60, rttMs: 450 },
} as const;

/** Reads a report; null while no media has been set up. */
export function readStats(report: Iterable<Record<string, unknown>>): StatsSample | null {
  const sample: StatsSample = {
    received: 0,
    lost: 0,
    sent: 0,
    jitterS: null,
    rttS: null,
    remoteLoss: null,
    remoteJitterS: null,
  };
  let any = false;
  for (const entry of report) {
    const audio = entry["kind"] === "audio" || entry["mediaType"] === "audio";
    if (entry["type"] === "inbound-rtp" && audio) {
      any = true;
      sample.received += figure(entry["packetsReceived"]) ?? 0;
      sample.lost += figure(entry["packetsLost"]) ?? 0;
      sample.jitterS = figure(entry["jitter"]);
    } else if (entry["type"] === "outbound-rtp" && audio) {
      any = true;
      sample.sent += figure(entry["packetsSent"]) ?? 0;
    } else if (entry["type"] === "remote-inbound-rtp" && audio) {
      sample.remoteLoss = figure(entry["fractionLost"]);
      sample.remoteJitterS = figure(entry["jitter"]);
      sample.rttS = figure(entry["roundTripTime"]) ?? sample.rttS;
    } else if (entry["type"] === "candidate-pair" && entry["nominated"] === true && sample.rttS === null) {
      sample.rttS = figure(entry["currentRoundTripTime"]);
    }
  }
  return any ? sample : null;
}

function figure(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

const GOOD_SO_FAR: Lasting = { poor: false, against: 0 };
/** So many samples in a row make it so. */
const CONVINCED = 3;

export function lasting(before: Lasting, now: Grade): Lasting {
  const poor = now === "poor";
  const against = poor === before.poor ? 0 : before.against + 1;
  return against >= CONVINCED ? { poor, against: 0 } : { poor: before.poor, against };
}

export function qualityOf(before: StatsSample, now: StatsSample, so: Lasting = GOOD_SO_FAR): Quality {
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const ours = received + lost > 0 ? lost / (received + lost) : 0;
  const loss = Math.max(ours, now.remoteLoss ?? 0);
  const jitterMs = Math.max(now.jitterS ?? 0, now.remoteJitterS ?? 0) * 1000;
  const rttMs = now.rttS === null ? null : now.rttS * 1000;
  const found = grade(loss, jitterMs, rttMs);
  return { grade: found, lasting: lasting(so, found), loss, jitterMs, rttMs, received, sent: Math.max(0, now.sent - before.sent) };
}

export function grade(loss: number, jitterMs: number, rttMs: number | null): Grade {
  for (const name of ["good", "fair"] as const) {
    const limit = LIMITS[name];
    if (loss <= limit.loss && jitterMs <= limit.jitterMs && (rttMs ?? 0) <= limit.rttMs) return name;
  }
  return "poor";
}
