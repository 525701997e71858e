/** The page's one live connection: a snapshot, then numbered events; mends itself, and says when it is not live. */

import { learnServerTime } from "./clock";
import { LOGGED_OUT, type LiveEvent, NOT_ALLOWED, parseMessage, type Snapshot } from "./protocol";
import { reconnectWaitMs, step } from "./sequence";

export type Health = "live" | "away" | "lost" | "ended";

export interface Listener {
  snapshot?: (data: unknown, topic: string) => void;
  event?: (event: LiveEvent) => void;
  health?: (health: Health) => void;
}

const PING_EVERY_MS = 20_000;
const SILENT_AFTER_MS = 50_000;
/** What browsers say of a connection that ended without a word. */
const GIVEN_UP = 1006;

export class LiveSocket {
  private readonly listeners: Listener[] = [];
  private socket: WebSocket | null = null;
  private last: number | null = null;
  private asked = false;
  private attempt = 0;
  private heardAt = 0;
  private health: Health = "lost";
  private latest: Snapshot | null = null;

  constructor(private readonly url: string) {}

  /** Begin to listen. A listener that comes late gets nothing old: it asks for a snapshot of its own. */
  listen(listener: Listener): void {
    this.listeners.push(listener);
    if (this.latest) this.ask();
    listener.health?.(this.health);
  }

  open(): void {
    this.connect();
    setInterval(() => this.watch(), PING_EVERY_MS);
    globalThis.addEventListener("online", () => {
      if (this.health === "lost") this.connect();
    });
    // A socket without a network stays open for minutes, and shows what was as if it were.
    globalThis.addEventListener("offline", () => this.drop());
  }

  private connect(): void {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.last = null;
    this.asked = false;
    socket.addEventListener("open", () => {
      this.heardAt = Date.now();
      socket.send('{"kind":"ping"}');
    });
    socket.addEventListener("message", (message) => {
      if (this.socket === socket) this.receive(String(message.data));
    });
    socket.addEventListener("close", (close) => {
      if (this.socket === socket) this.closed(close.code);
    });
  }

  private receive(text: string): void {
    this.heardAt = Date.now();
    const message = parseMessage(text);
    if (message === null) return;
    if (message.kind === "pong") learnServerTime(message.at_us);
    else if (message.kind === "away") this.say("away");
    else if (message.kind === "snapshot") this.begin(message);
    else this.follow(message);
  }

  private begin(snapshot: Snapshot): void {
    this.latest = snapshot;
    this.last = snapshot.seq;
    this.asked = false;
    this.attempt = 0;
    for (const listener of this.listeners) listener.snapshot?.(snapshot.data, snapshot.topic);
    this.say("live");
  }

  private follow(event: LiveEvent): void {
    const todo = step(this.last, event.seq);
    if (todo === "ask") this.ask();
    if (todo !== "apply") return;
    this.last = event.seq;
    for (const listener of this.listeners) listener.event?.(event);
  }

  /** Ask for a new snapshot. */
  ask(): void {
    if (this.asked || this.socket?.readyState !== WebSocket.OPEN) return;
    this.asked = true;
    this.socket.send('{"kind":"snapshot"}');
  }

  private closed(code: number): void {
    if (code === LOGGED_OUT || code === NOT_ALLOWED) {
      this.say("ended");
      return;
    }
    this.say("lost");
    setTimeout(() => this.connect(), reconnectWaitMs(this.attempt, Math.random()));
    this.attempt += 1;
  }

  /** Give the socket up at once: closing one politely takes as long as the other end is silent. */
  private drop(): void {
    const socket = this.socket;
    if (!socket || socket.readyState > WebSocket.OPEN) return;
    this.socket = null;
    socket.close();
    this.closed(GIVEN_UP);
  }

  private watch(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    // Nobody is told of the switch on an operator's own topic: he looks now and then, cheaply.
    if (this.latest?.topic.startsWith("person:")) this.ask();
    // A dead network may leave a socket open for minutes: silence is told as a loss at once.
    if (Date.now() - this.heardAt > SILENT_AFTER_MS) this.drop();
    else this.socket.send('{"kind":"ping"}');
  }

  private say(health: Health): void {
    if (this.health === health) return;
    this.health = health;
    for (const listener of this.listeners) listener.health?.(health);
  }
}

let shared: LiveSocket | null = null;

/** The page's socket; null on pages without one (before login). */
export function liveSocket(): LiveSocket | null {
  const path = document.body.dataset["liveUrl"];
  if (!path) return null;
  if (shared === null) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    shared = new LiveSocket(`${scheme}://${location.host}${path}`);
    const socket = shared;
    // After all of the page's modules have begun to listen.
    setTimeout(() => socket.open(), 0);
  }
  return shared;
}
