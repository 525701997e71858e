/** The operator's desk: the state machine, its effects, and what sets it going. */

import { serverNowUs } from "../live/clock";
import { type LiveEvent } from "../live/protocol";
import { liveSocket } from "../live/socket";
import { audioContext, CONNECTED, INCOMING, MESSAGE, Phone, PhoneOwner, play } from "../phone";
import { act, type Surroundings } from "./actions";
import { ApiError, DeskApi } from "./api";
import { requestOf } from "./commands";
import { forget, keep, recall } from "./draft";
import { flagsOf, matches } from "./flags";
import { actionOf, dispositionKeys, pauseKeys } from "./keys";
import { toE164 } from "./numbers";
import { orderOf } from "./order";
import { keepSettings, readSettings } from "./settings";
import { hasSlept } from "./sleep";
import { type Desk, disposal, type Effect, EMPTY, type Event, step } from "./state";
import { textsOf } from "./texts";
import { bind, setAttribute } from "./view/bind";
import { callbackTexts, drawCallback, drawSkipTimes, hasMonthBefore } from "./view/callback";
import { Check, type PhonePlace } from "./view/check";
import { drawCustomer } from "./view/customer";
import { drawLists } from "./view/lists";
import { drawNow, tickNow } from "./view/now";
import { contactChanges, drawPanels } from "./view/panels";
import { TargetSearch } from "./view/targets";
import { drawWriting, listenToWriting } from "./view/writing";
import { type DeskData, nobodysDesk } from "./wire";
import { say } from "./words";

const page = document.getElementById("desk");
if (!page) throw new Error("The page lacks its desk.");
const zone = page.dataset["zone"] ?? "America/Sao_Paulo";
const company = page.dataset["company"] ?? "";
const csrf = (JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>)["X-CSRFToken"] ?? "";
const place = JSON.parse(document.getElementById("phone-place")?.textContent ?? "null") as PhonePlace | null;
const audio = document.getElementById("desk-audio");
if (!(audio instanceof HTMLAudioElement)) throw new Error("The page lacks its <audio>.");

const api = new DeskApi(page.dataset["api"] ?? "/api/v1/", csrf, zone, {
  offline: say("offline"), failed: say("failed"), loggedOut: say("logged_out"),
});
let desk: Desk = EMPTY;
let settings = readSettings();
let drawing = false;

const phone = new Phone(audio, (state) => dispatch({ type: "phone", phone: state }));
const owner = new PhoneOwner(page.dataset["person"] ?? "", (state) => {
  // The phone goes to the other tab, not away: the switch shall wait for it, and keep the customer.
  if (state === "elsewhere" && phone.state.registration.name !== "off") {
    api.sayReloading();
    phone.stop("vanish");
  }
  dispatch({ type: "owner", owner: state });
});
const check = new Check(place, phone, redraw);
const search = new TargetSearch(api, () => act("transfer-consult", around));
const around: Surroundings = {
  desk: () => desk, dispatch, redraw, phone, owner, check, search, zone,
  toggleSounds: () => changeSettings({ sounds: !settings.sounds }),
};

// ── State and effects

function dispatch(event: Event): void {
  const result = step(desk, event);
  desk = result.desk;
  for (const effect of result.effects) carryOut(effect);
  redraw();
}

function carryOut(effect: Effect): void {
  switch (effect.do) {
    case "fetch":
      void fetchState();
      break;
    case "send":
      void send(effect);
      break;
    case "save late":
      void saveLate(effect);
      break;
    case "keep":
      keep(effect.draft);
      break;
    case "forget":
      forget(effect.call);
      break;
    case "phone":
      syncPhone();
      break;
    case "unmute":
      phone.mute(false);
      break;
    case "sound":
      if (settings.sounds) void play({ connected: CONNECTED, incoming: INCOMING, message: MESSAGE }[effect.sound], phone.devices.output);
  }
}

function kept(data: DeskData | null): ReturnType<typeof recall> {
  return data?.call ? recall(data.call.id) : null;
}

async function fetchState(): Promise<void> {
  try {
    const data = await api.state();
    dispatch({ type: "loaded", data, kept: kept(data) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.isNobody) dispatch({ type: "loaded", data: nobodysDesk(serverNowUs()), kept: null });
    else dispatch({ type: "load failed", code: error.code, text: error.text });
  }
}

async function send({ command, body }: Extract<Effect, { do: "send" }>): Promise<void> {
  try {
    const data = await api.send(requestOf(command, body));
    dispatch({ type: "answered", command, data, kept: kept(data) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    dispatch({ type: "refused", command, code: error.code, text: error.text });
  }
}

async function saveLate({ draft }: Extract<Effect, { do: "save late" }>): Promise<void> {
  try {
    await api.tabulate(draft.call, disposal(draft));
    forget(draft.call);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    dispatch({ type: "failed", command: "dispose", code: error.code, text: error.text });
  }
}

let phoneRunsFor: number | null = null;

function syncPhone(): void {
  const order = orderOf(desk, phoneRunsFor);
  if (order.do === "run") {
    phoneRunsFor = order.shift;
    check.end();
    void phone.start(order.account);
  } else if (order.do === "stop") {
    phoneRunsFor = null;
    phone.stop();
    if (desk.data?.shift === null && desk.data.operator !== null) check.begin();
  }
}

// ── Drawing

function redraw(): void {
  if (drawing) return;
  drawing = true;
  // Not a frame: a tab in the background has none, and its title must tell the state.
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

function draw(): void {
  const flags = flagsOf(desk);
  if (hasMonthBefore(desk, zone)) flags.add("month-before");
  const texts = { ...textsOf(desk, zone), ...callbackTexts(desk, zone), ...check.texts() };
  bind(document, flags, texts);
  drawNow(desk);
  drawLists(desk, zone);
  drawCustomer(desk, zone);
  drawWriting(desk);
  drawCallback(desk, zone);
  drawSkipTimes(desk, zone);
  drawPanels(desk);
  check.draw(desk);
  drawSettings();
  tickNow(desk, zone, company);
  if (page && desk.data) {
    page.dataset["state"] = desk.data.shift?.state ?? "off";
    page.dataset["ready"] = "yes";
  }
}

function drawSettings(): void {
  const button = document.querySelector<HTMLElement>('#desk [data-part="sounds"]');
  if (button) setAttribute(button, "aria-pressed", String(!settings.sounds));
  document.querySelector('#desk [data-part="sounds-on"]')?.toggleAttribute("hidden", !settings.sounds);
  document.querySelector('#desk [data-part="sounds-off"]')?.toggleAttribute("hidden", settings.sounds);
  const box = document.querySelector<HTMLInputElement>('[data-part="single-keys"]');
  if (box) box.checked = settings.singleKeys;
}

function changeSettings(change: Partial<typeof settings>): void {
  settings = { ...settings, ...change };
  keepSettings(settings);
  redraw();
}

// ── What people do

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
  if (button && button.getAttribute("aria-disabled") !== "true") act(button.dataset["do"] ?? "", around);
  const tab = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tab]") : null;
  if (tab) dispatch({ type: "tab", tab: tab.dataset["tab"] as Desk["tab"] });
});

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.defaultPrevented || desk.data === null) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.role === "tab" && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    turnTabs(target, event.key === "ArrowRight" ? 1 : -1);
    return;
  }
  const flags = flagsOf(desk);
  const action = actionOf(
    {
      key: event.key, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey, shift: event.shiftKey, panel: desk.panel,
      typing: Boolean(target?.matches("textarea, select, input:not([type=checkbox], [type=radio])")),
    },
    (expression) => matches(expression, flags),
    dispositionKeys(desk.data.dispositions),
    pauseKeys(desk.data.pause_reasons),
    settings.singleKeys,
  );
  if (action === null) return;
  event.preventDefault();
  act(action, around);
});

function turnTabs(from: HTMLElement, by: number): void {
  const tabs = Array.from(document.querySelectorAll<HTMLElement>("#desk [role=tab]"));
  const next = tabs[(tabs.indexOf(from) + by + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}

for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[data-panel]")) {
  // Escape closes by itself: the state has to hear of it. A click on the backdrop closes too.
  dialog.addEventListener("close", () => {
    if (desk.panel === dialog.dataset["panel"]) dispatch({ type: "close" });
  });
  dialog.addEventListener("mousedown", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

document.querySelector('[data-form="manual"]')?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const input = form.querySelector<HTMLInputElement>("#manual-number");
  const campaign = form.querySelector<HTMLSelectElement>("#manual-campaign");
  const number = toE164(input?.value ?? "");
  const error = form.querySelector<HTMLElement>('[data-part="error"]');
  if (error) {
    error.hidden = number !== null;
    error.textContent = number === null ? say("whole_number") : "";
  }
  if (number === null) input?.focus();
  else dispatch({ type: "ask", command: "manual", body: { campaign_id: Number(campaign?.value), number } });
});

document.querySelector('[data-form="contact"]')?.addEventListener("submit", (event) => {
  event.preventDefault();
  const changes = contactChanges(event.target as HTMLFormElement);
  dispatch(changes ? { type: "ask", command: "contact", body: changes } : { type: "close" });
});

document.querySelector('[data-form="skip"]')?.addEventListener("submit", (event) => {
  event.preventDefault();
  const input = (event.target as HTMLFormElement).querySelector<HTMLInputElement>("input");
  const reason = input?.value.trim() ?? "";
  if (reason) act(`preview-skip-for:${reason}`, around);
});

document.querySelector('#desk [data-part="recents"]')?.addEventListener("change", (event) => {
  const select = event.target;
  if (!(select instanceof HTMLSelectElement) || !select.value) return;
  void correct(select.dataset["recent"] ?? "", select.value, select.dataset["note"] ?? "");
});

async function correct(call: string, disposition: string, note: string): Promise<void> {
  try {
    await api.tabulate(call, { disposition, note });
    dispatch({ type: "load" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    dispatch({ type: "failed", command: "dispose", code: error.code, text: error.text });
  }
}

document.querySelector('[data-part="single-keys"]')?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement) changeSettings({ singleKeys: event.target.checked });
});
document.querySelector('#desk [data-part="campaign-choices"]')?.addEventListener("change", redraw);
// Browsers let a page make sounds after the first click or key.
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => audioContext(), { once: true });

listenToWriting(() => desk, dispatch);

// ── What the server and the clock say

function heard(event: LiveEvent): void {
  if (event.type === "desk.failed") {
    dispatch({ type: "failed", command: "switch", code: event.data.code, text: event.data.text });
  }
  if (event.type.startsWith("operator.") || event.type.startsWith("desk.")) dispatch({ type: "load" });
}

liveSocket()?.listen({
  snapshot: () => dispatch({ type: "load" }),
  event: heard,
  health: (health) => dispatch({ type: "health", health }),
});

const TICK_MS = 250;
/** Reminders, used pauses and means have no events of their own. */
const RELOAD_MS = 60_000;
/** Without the live connection. */
const POLL_MS = 5_000;
let loadedAt = 0;
let tickedAt = Date.now();

setInterval(() => {
  lookForSleep();
  tickNow(desk, zone, company);
  dispatchQuietly({ type: "tick", nowUs: serverNowUs() });
  const wait = desk.health === "live" ? RELOAD_MS : POLL_MS;
  if (Date.now() - loadedAt > wait) {
    loadedAt = Date.now();
    dispatch({ type: "load" });
  }
}, TICK_MS);
setInterval(() => check.tick(), 80);

function lookForSleep(): void {
  const now = Date.now();
  if (hasSlept(tickedAt, now, { hidden: document.hidden, inCall: desk.phone?.leg === "up" })) {
    phone.woke();
    loadedAt = 0;
  }
  tickedAt = now;
}

/** Without drawing, when nothing has changed. */
function dispatchQuietly(event: Event): void {
  const result = step(desk, event);
  if (result.desk !== desk || result.effects.length > 0) dispatch(event);
}

for (const kind of ["online", "offline"]) {
  addEventListener(kind, () => dispatch({ type: "online", online: navigator.onLine }));
}
addEventListener("pagehide", () => {
  if (desk.data?.shift && desk.owner === "mine") api.sayReloading();
});
addEventListener("pageshow", (event) => {
  // Out of the browser's cache of pages: its socket and its phone are long dead.
  if (event.persisted) location.reload();
});

loadedAt = Date.now();
dispatch({ type: "load" });
owner.claim();
