/** Campaigns, live: the figures of one on its page, and of each in the list, from the wallboard's state. */

import { liveSocket } from "../live/socket";
import { apply, type Board, EMPTY, fromSnapshot } from "../wallboard/state";
import { drawDetail } from "./detail";
import { drawRows } from "./rows";

let board: Board = EMPTY;
const page = document.getElementById("campaign-now");

function draw(): void {
  if (page) drawDetail(page, Number(page.dataset["campaign"]), board);
  drawRows(board);
}

const socket = liveSocket();
socket?.listen({
  snapshot: (data, topic) => {
    if (topic !== "wallboard") return;
    board = fromSnapshot(data);
    draw();
  },
  event: (event) => {
    const next = apply(board, event);
    if (next === null) socket.ask();
    else if (next !== board) {
      board = next;
      draw();
    }
  },
});
