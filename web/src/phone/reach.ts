/** Whether the network lets a phone work, before a shift is begun: the switch's socket and, where set, the STUN server. */

export interface Reach {
  /** How long the socket took to open, ms; null: it didn't. */
  socketMs: number | null;
  /** open: our own address is known to the outside · blocked: the servers don't answer · local: none is set, as in one network. */
  ice: "open" | "blocked" | "local";
}

const SOCKET_TIMEOUT_MS = 6_000;
const ICE_TIMEOUT_MS = 5_000;

export async function probe(url: string, iceServers: RTCIceServer[]): Promise<Reach> {
  const [socketMs, ice] = await Promise.all([probeSocket(url), probeIce(iceServers)]);
  return { socketMs, ice };
}

/** Two openings, the faster one: the first pays for name resolution and TLS's start. */
async function probeSocket(url: string): Promise<number | null> {
  const first = await openOnce(url);
  if (first === null) return null;
  return Math.min(first, (await openOnce(url)) ?? first);
}

function openOnce(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const socket = new WebSocket(url, "sip");
    const end = (result: number | null): void => {
      clearTimeout(patience);
      socket.close();
      resolve(result);
    };
    const patience = setTimeout(() => end(null), SOCKET_TIMEOUT_MS);
    socket.addEventListener("open", () => end(performance.now() - begun));
    socket.addEventListener("error", () => end(null));
  });
}

async function probeIce(iceServers: RTCIceServer[]): Promise<Reach["ice"]> {
  if (iceServers.length === 0) return "local";
  const connection = new RTCPeerConnection({ iceServers });
  try {
    return await new Promise<Reach["ice"]>((resolve) => {
      setTimeout(() => resolve("blocked"), ICE_TIMEOUT_MS);
      connection.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate?.type === "srflx" || candidate?.type === "relay") resolve("open");
        // The last word, empty: nothing came from outside.
        if (candidate === null) resolve("blocked");
      });
      connection.createDataChannel("probe");
      void connection.createOffer().then((offer) => connection.setLocalDescription(offer));
    });
  } finally {
    connection.close();
  }
}
