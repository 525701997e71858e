/** Microphones and speakers: which there are, which was chosen, and why one can't be had. */

export interface Device {
  id: string;
  label: string;
}

export interface Devices {
  inputs: Device[];
  outputs: Device[];
}

/** denied: by the person or a policy · missing: none is plugged in · busy: another program has it · insecure: no HTTPS. */
export type MicrophoneTrouble = "denied" | "missing" | "busy" | "insecure";

export class MicrophoneError extends Error {
  constructor(readonly trouble: MicrophoneTrouble, cause?: unknown) {
    super(`No microphone: ${trouble}`, { cause });
  }
}

export interface Choice {
  input: string;
  output: string;
}

const KEY = "cadencia.devices";
const NONE: Choice = { input: "", output: "" };

/** What was chosen in this browser; empty ids: the system's default. */
export function chosenDevices(): Choice {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Choice> | null;
    return { input: String(kept?.input ?? ""), output: String(kept?.output ?? "") };
  } catch {
    return NONE;
  }
}

export function rememberDevices(choice: Choice): void {
  localStorage.setItem(KEY, JSON.stringify(choice));
}

/** Labels are empty until the microphone has been allowed. */
export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind): Device[] =>
    all.filter((device) => device.kind === kind).map((device) => ({ id: device.deviceId, label: device.label }));
  return { inputs: of("audioinput"), outputs: of("audiooutput") };
}

/** Whether this browser lets a page choose the speaker. */
export function canChooseOutput(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}

/** Whether the chosen microphone is plugged in again, while another is used in its place. Pure. */
export function isBack(chosen: string, used: string | undefined, inputs: readonly Device[]): boolean {
  return chosen !== "" && used !== undefined && used !== chosen && inputs.some(({ id }) => id === chosen);
}

/** Why `getUserMedia` failed, by the names of the Media Capture specification. Pure. */
export function troubleOf(name: string): MicrophoneTrouble {
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "denied";
}

/**
 * Opens the microphone of this id, or the default one where that is gone. Echo cancellation, noise suppression and
 * automatic gain are on. Throws MicrophoneError.
 */
export async function openMicrophone(id: string): Promise<MediaStream> {
  if (!globalThis.isSecureContext || !navigator.mediaDevices) throw new MicrophoneError("insecure");
  const base = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: id ? { ...base, deviceId: { exact: id } } : base });
  } catch (error) {
    const trouble = troubleOf(error instanceof DOMException ? error.name : "");
    if (trouble === "missing" && id) return await openMicrophone("");
    throw new MicrophoneError(trouble, error);
  }
}
