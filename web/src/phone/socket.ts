/**
 * The phone's WebSocket, as JsSIP wants it (JsSIP.Socket). It reconnects by itself, with growing waits and at once when
 * the network is back: JsSIP's own recovery waits by seconds and knows nothing of the network.
 */

import type { Socket } from "jssip";

import { reconnectWaitMs } from "../live/sequence";

const CONNECT_TIMEOUT_MS = 8_000;

export class SipSocket {
  readonly sip_uri: string;
  via_transport: string;
  private socket: WebSocket | null = null;
  private attempt = 0;
  private wanted = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private readonly online = (): void => this.again();

  // Set by JsSIP.
  onconnect: () => void = () => undefined;
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => undefined;
  ondata: (data: string | ArrayBuffer) => void = () => undefined;

  /** Throws TypeError for an address that is no WebSocket's. */
  constructor(readonly url: string) {
    const { protocol, host } = new URL(url);
    if (protocol !== "ws:" && protocol !== "wss:") throw new TypeError(`Not a WebSocket's address: ${url}`);
    this.sip_uri = `sip:${host};transport=ws`;
    this.via_transport = protocol === "wss:" ? "WSS" : "WS";
  }

  /** What JsSIP's constructor takes; its declaration asks for a class of its own, its code only for these members. */
  forJsSip(): Socket {
    return this as unknown as Socket;
  }

  connect(): void {
    if (!this.wanted) globalThis.addEventListener("online", this.online);
    this.wanted = true;
    this.open();
  }

  disconnect(): void {
    this.wanted = false;
    globalThis.removeEventListener("online", this.online);
    clearTimeout(this.retry);
    this.drop();
  }

  /** Nobody answers here: close and open afresh. */
  reopen(): void {
    if (!this.wanted) return;
    const open = this.isConnected();
    this.drop();
    if (open) this.ondisconnect(true);
    this.retryLater();
  }

  /** Now rather than after the wait. */
  again(): void {
    if (!this.wanted || this.isConnected()) return;
    this.drop();
    this.open();
  }

  send(message: string): boolean {
    if (!this.isConnected()) return false;
    this.socket?.send(message);
    return true;
  }

  isConnected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.socket?.readyState === WebSocket.CONNECTING;
  }

  private open(): void {
    if (this.isConnected() || this.isConnecting()) return;
    clearTimeout(this.retry);
    const socket = new WebSocket(this.url, "sip");
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.patience = setTimeout(() => this.lost(socket, 0, "timeout"), CONNECT_TIMEOUT_MS);
    socket.addEventListener("open", () => {
      clearTimeout(this.patience);
      this.onconnect();
    });
    socket.addEventListener("message", (message: MessageEvent<string | ArrayBuffer>) => {
      // Only what answers is there: a switch that takes connections and drops them is asked ever more slowly.
      this.attempt = 0;
      this.ondata(message.data);
    });
    socket.addEventListener("close", (close) => this.lost(socket, close.code, close.reason));
  }

  private lost(socket: WebSocket, code: number, reason: string): void {
    if (this.socket !== socket) return;
    this.drop();
    this.ondisconnect(true, code, reason);
    this.retryLater();
  }

  private retryLater(): void {
    if (!this.wanted) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), reconnectWaitMs(this.attempt, Math.random()));
    this.attempt += 1;
  }

  private drop(): void {
    clearTimeout(this.patience);
    const old = this.socket;
    this.socket = null;
    old?.close();
  }
}
