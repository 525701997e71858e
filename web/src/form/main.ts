/**
 * Forms: masks while typing (`<input data-mask="cnpj">`), and what is wrong beside the field as soon as it is left.
 * The server judges again; its errors stay until the field is changed. The words are in `<template id="field-words">`.
 */

import { type Fault, faultOf, filled } from "./faults";
import { bare, dressed, type Mask } from "./masks";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const MASKS: readonly string[] = ["cnpj", "cpf", "phone", "money"];

function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

function maskOf(field: Field): Mask | null {
  const mask = field.dataset["mask"];
  return mask !== undefined && MASKS.includes(mask) ? (mask as Mask) : null;
}

function dressWhileTyping(field: HTMLInputElement, mask: Mask): void {
  // Money is dressed when the field is left; the others only at the end, so that a correction doesn't lose its place.
  if (mask === "money" || field.selectionStart !== field.value.length) return;
  const text = dressed(mask, field.value);
  if (bare(mask, text) === bare(mask, field.value)) field.value = text;
}

function words(fault: Fault, field: Field): string {
  const all = document.getElementById("field-words")?.dataset ?? {};
  const said = field.dataset[`says${fault.charAt(0).toUpperCase()}${fault.slice(1)}`] ?? all[fault] ?? "";
  const attribute = (name: string): string => field.getAttribute(name) ?? "";
  return filled(said, { min: attribute("min"), max: attribute("max"), minlength: attribute("minlength") });
}

function describe(field: Field, id: string, on: boolean): void {
  const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (on) ids.unshift(id);
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}

function clear(field: Field): void {
  const id = `${field.id}_fault`;
  const shown = document.getElementById(id);
  if (!shown) return;
  shown.remove();
  describe(field, id, false);
  if (!document.getElementById(`${field.id}_error`)) field.removeAttribute("aria-invalid");
}

function say(field: Field, text: string): void {
  const id = `${field.id}_fault`;
  const shown = document.getElementById(id) ?? document.createElement("p");
  shown.id = id;
  shown.className = "err";
  const template = document.getElementById("field-words");
  const icon = template instanceof HTMLTemplateElement ? template.content.firstElementChild?.cloneNode(true) : null;
  const span = document.createElement("span");
  span.textContent = text;
  shown.replaceChildren(...(icon ? [icon] : []), span);
  if (!shown.isConnected) (field.closest(".pw, .pre, .search") ?? field).after(shown);
  field.setAttribute("aria-invalid", "true");
  describe(field, id, true);
}

function judge(field: Field): void {
  // A server's error stays until the field is changed.
  if (!field.id || document.getElementById(`${field.id}_error`)) return;
  const fault = faultOf({ value: field.value, mask: maskOf(field), validity: field.validity });
  const text = fault === null ? "" : words(fault, field);
  if (text) say(field, text);
  else clear(field);
}

export function startForms(): void {
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!isField(field)) return;
    const mask = maskOf(field);
    if (field instanceof HTMLInputElement && mask) dressWhileTyping(field, mask);
    if (document.getElementById(`${field.id}_fault`)) judge(field);
  });
  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (!isField(field) || !field.closest(".field, .form-grid") || field.type === "search") return;
    const mask = maskOf(field);
    if (mask) field.value = dressed(mask, field.value);
    // A required field that somebody only walks through isn't wrong yet.
    if (field.value !== "" || field.getAttribute("aria-invalid") === "true") judge(field);
  });
}
