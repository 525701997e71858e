/** Pages where sound is heard: a call, the company's messages. */

import "../styles/sound.css";

import { startPlayers } from "./player";

startPlayers();
