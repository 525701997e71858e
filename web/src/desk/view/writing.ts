/** Note and required fields: drawn from the draft, and told to the state as they are typed. */

import { setText } from "../../live/dom";
import { fieldOf } from "../draft";
import { dispositionOf, type Desk, type Event } from "../state";
import { fieldWords } from "../texts";
import { say } from "../words";
import { list } from "./lists";

let drawnCall = "";

export function drawWriting(desk: Desk): void {
  const note = document.querySelector<HTMLTextAreaElement>("#note");
  const { draft } = desk;
  if (note) {
    // What is being typed is younger than the draft; another call's note is not.
    const other = (draft?.call ?? "") !== drawnCall;
    if ((other || document.activeElement !== note) && note.value !== (draft?.note ?? "")) note.value = draft?.note ?? "";
    note.disabled = draft === null;
  }
  drawnCall = draft?.call ?? "";
  drawNeeds(desk);
}

/** The fields that the chosen tabulation asks for and the customer doesn't have yet. */
function drawNeeds(desk: Desk): void {
  const place = document.querySelector<HTMLElement>('#desk [data-part="needs"]');
  const contact = desk.data?.call?.contact ?? null;
  const asked = (dispositionOf(desk)?.required_fields ?? []).filter((name) => name !== "note" && fieldOf(contact, name) === "");
  if (place) place.hidden = asked.length === 0;
  list(place, asked, (name) => name, "field-template", (element, name) => {
    const label = element.querySelector("label");
    const input = element.querySelector("input");
    if (!label || !input) return;
    const id = `need-${asked.indexOf(name)}`;
    label.htmlFor = id;
    setText(label, `${fieldWords(name)} · ${say("required")}`);
    input.id = id;
    input.dataset["field"] = name;
    const typed = desk.draft?.fields[name] ?? "";
    if (document.activeElement !== input && input.value !== typed) input.value = typed;
  });
}

export function listenToWriting(current: () => Desk, dispatch: (event: Event) => void): void {
  const desk = document.getElementById("desk");
  desk?.addEventListener("input", (event) => {
    const field = event.target;
    if (field instanceof HTMLTextAreaElement && field.id === "note") dispatch({ type: "write", change: { note: field.value } });
    if (!(field instanceof HTMLInputElement)) return;
    const name = field.dataset["field"];
    const { draft } = current();
    if (name && draft) dispatch({ type: "write", change: { fields: { ...draft.fields, [name]: field.value } } });
    if (field.dataset["draft"] === "callback-time" && draft?.callback) {
      dispatch({ type: "write", change: { callback: { ...draft.callback, time: field.value } } });
    }
  });
  desk?.addEventListener("change", (event) => {
    const select = event.target;
    const { draft } = current();
    if (!(select instanceof HTMLSelectElement) || select.dataset["part"] !== "callback-phone" || !draft?.callback) return;
    dispatch({ type: "write", change: { callback: { ...draft.callback, phoneId: select.value ? Number(select.value) : null } } });
  });
}
