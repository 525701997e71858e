/** The standing leg: the one call that the switch makes to this phone and keeps up for the whole shift. */

import type { RTCSession } from "jssip/lib/RTCSession";
import type { RTCSessionEvent } from "jssip/lib/UA";

import { readStats, type StatsSample } from "./quality";

export interface LegEvents {
  up: () => void;
  over: () => void;
  /** Audio to be heard. */
  stream: (stream: MediaStream) => void;
  /** Whether packets get through (ICE consent). */
  media: (flows: boolean) => void;
}

/** Candidates that come later than this aren't waited for: a STUN server may be silent. */
const GATHER_MS = 700;

export class Leg {
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private ready: (() => void) | null = null;
  private ended = false;

  constructor(
    private readonly session: RTCSession,
    private readonly events: LegEvents,
  ) {
    session.on("peerconnection", ({ peerconnection }) => this.watch(peerconnection));
    session.on("icecandidate", ({ candidate, ready }) => {
      // Each description to be sent has a `ready` of its own.
      if (this.ready !== ready) {
        this.ready = ready;
        clearTimeout(this.gathering);
        this.gathering = setTimeout(ready, GATHER_MS);
      }
      // Our address as the world sees it is what a switch elsewhere needs; there is nothing better to come.
      if (candidate.type === "srflx" || candidate.type === "relay") ready();
    });
    session.on("accepted", () => events.up());
    session.on("ended", () => this.over());
    session.on("failed", () => this.over());
  }

  answer(microphone: MediaStream, iceServers: RTCIceServer[]): void {
    this.session.answer({ mediaStream: microphone, pcConfig: { iceServers, bundlePolicy: "max-bundle" } });
  }

  /** Speak through another microphone from now on. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    const sender = this.connection()?.getSenders().find((one) => one.track?.kind === "audio");
    await sender?.replaceTrack(track);
  }

  async sample(): Promise<StatsSample | null> {
    const connection = this.connection();
    if (!connection) return null;
    const report = await connection.getStats();
    return readStats((report as unknown as ReadonlyMap<string, Record<string, unknown>>).values());
  }

  hangUp(): void {
    if (!this.session.isEnded()) this.session.terminate();
    this.over();
  }

  private connection(): RTCPeerConnection | null {
    // Undefined before the answer and after the end, whatever the declaration says.
    return (this.session.connection as RTCPeerConnection | undefined) ?? null;
  }

  private watch(connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ streams, track }) => {
      this.events.stream(streams[0] ?? new MediaStream([track]));
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      const state = connection.iceConnectionState;
      if (state === "connected" || state === "completed") this.events.media(true);
      if (state === "disconnected" || state === "failed") this.events.media(false);
    });
  }

  private over(): void {
    clearTimeout(this.gathering);
    if (this.ended) return;
    this.ended = true;
    this.events.over();
  }
}

/** A call made to us, of what JsSIP tells as a new session. */
export function incoming(event: RTCSessionEvent): RTCSession | null {
  return String(event.originator) === "remote" ? event.session : null;
}
