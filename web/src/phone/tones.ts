/** Sounds that the page makes itself, out of the chosen speaker. */

import { audioContext } from "./meter";

interface SinkContext extends AudioContext {
  setSinkId?: (id: string) => Promise<void>;
}

/** One note: Hz, start and length in seconds, loudness 0..1. */
export interface Note {
  hz: number;
  at: number;
  for: number;
  gain?: number;
}

/** Two rising notes: a customer is on the line. */
export const CONNECTED: Note[] = [
  { hz: 660, at: 0, for: 0.09, gain: 0.2 },
  { hz: 880, at: 0.1, for: 0.13, gain: 0.2 },
];
/** A preview or a direct call waits for an answer of the operator. */
export const INCOMING: Note[] = [
  { hz: 880, at: 0, for: 0.16, gain: 0.25 },
  { hz: 700, at: 0.2, for: 0.16, gain: 0.25 },
  { hz: 880, at: 0.4, for: 0.16, gain: 0.25 },
];
/** A message of the supervisor. */
export const MESSAGE: Note[] = [{ hz: 1320, at: 0, for: 0.08, gain: 0.14 }];
/** The speaker test: a second and a half, long enough to find the headset. */
export const TEST: Note[] = [
  { hz: 440, at: 0, for: 0.4, gain: 0.25 },
  { hz: 554, at: 0.45, for: 0.4, gain: 0.25 },
  { hz: 659, at: 0.9, for: 0.6, gain: 0.25 },
];

/** Plays the notes on a speaker ("": the default); ends when they have ended. */
export async function play(notes: readonly Note[], output = ""): Promise<void> {
  const context: SinkContext = audioContext();
  try {
    await context.setSinkId?.(output);
  } catch {
    // The chosen speaker is gone: the default one then.
    await context.setSinkId?.("");
  }
  if (context.state !== "running") return;
  await Promise.all(notes.map((note) => sound(context, note)));
}

function sound(context: AudioContext, note: Note): Promise<void> {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  const start = context.currentTime + note.at;
  const peak = note.gain ?? 0.2;
  oscillator.frequency.value = note.hz;
  // Ramps instead of steps: no clicks.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(peak, start + 0.012);
  volume.gain.setValueAtTime(peak, start + note.for - 0.03);
  volume.gain.linearRampToValueAtTime(0, start + note.for);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + note.for);
  return new Promise((resolve) => oscillator.addEventListener("ended", () => resolve()));
}
