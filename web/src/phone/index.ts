/** The browser's phone: what pages use of this folder. */

export {
  canChooseOutput, chosenDevices, type Choice, type Device, type Devices, listDevices, MicrophoneError,
  type MicrophoneTrouble, openMicrophone, rememberDevices,
} from "./devices";
export { audioContext, type Meter, meterOf } from "./meter";
export { type Ownership, PhoneOwner } from "./owner";
export { Phone, type PhoneAccount, type PhoneState } from "./phone";
export { type Grade, type Quality } from "./quality";
export { probe, type Reach } from "./reach";
export { isRefused, type Registration } from "./registration";
export { CONNECTED, INCOMING, MESSAGE, play, TEST } from "./tones";
