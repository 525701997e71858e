/** The browser's phone: what pages use of this folder. */

export { canChooseOutput, chosenDevices, type Choice, type Device, type Devices, listDevices } from "./devices";
export { type MicrophoneTrouble } from "./devices";
export { audioContext } from "./meter";
export { type Ownership, PhoneOwner } from "./owner";
export { Phone, type PhoneAccount, type PhoneState } from "./phone";
export { type Grade, type Quality } from "./quality";
export { probe, type Reach } from "./reach";
export { isRefused, type Registration } from "./registration";
export { CONNECTED, INCOMING, MESSAGE, play, TEST } from "./tones";
