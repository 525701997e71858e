/** The wallboard page: state from the live socket, drawn at most once a frame. */

import { liveSocket } from "../live/socket";
import { apply, type Board, EMPTY, fromSnapshot } from "./state";
import { draw } from "./view";

let board: Board = EMPTY;
let drawn: Board | null = null;
let planned = false;

function plan(): void {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    if (drawn === board) return;
    drawn = board;
    draw(board);
  });
}

const socket = liveSocket();
socket?.listen({
  snapshot: (data, topic) => {
    if (topic !== "wallboard") return;
    board = fromSnapshot(data);
    document.body.dataset["board"] = "ready";
    plan();
  },
  event: (event) => {
    const next = apply(board, event);
    if (next === null) socket.ask();
    else board = next;
    plan();
  },
  health: (health) => {
    for (const mark of document.querySelectorAll<HTMLElement>("[data-live-mark]")) mark.hidden = health !== "live";
  },
});
