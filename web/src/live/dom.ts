/** Small DOM tools of the live views. They change only what differs, so that nothing flickers or loses focus. */

/** Address of a symbol in the page's icon sprite. */
export function useHref(symbol: string): string {
  return `${document.documentElement.dataset["icons"] ?? ""}#${symbol}`;
}

export function setText(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

/** The element marked `data-part="name"` inside another. */
export function part(root: ParentNode, name: string): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-part="${name}"]`);
}

/** A fresh copy of the one element inside `<template id=…>`. */
export function fromTemplate(id: string): HTMLElement {
  const template = document.getElementById(id);
  const element = template instanceof HTMLTemplateElement ? template.content.firstElementChild?.cloneNode(true) : null;
  if (!(element instanceof HTMLElement)) throw new Error(`The page lacks <template id="${id}">.`);
  return element;
}

/**
 * Makes `parent`'s children exactly those of `keys`, in order, keeping the elements that are there already.
 * `make` gives a new element for a key.
 */
export function reconcile(parent: Element, keys: readonly string[], make: (key: string) => HTMLElement): HTMLElement[] {
  const known = new Map<string, HTMLElement>();
  for (const child of Array.from(parent.children)) {
    if (child instanceof HTMLElement && child.dataset["key"] !== undefined) known.set(child.dataset["key"], child);
  }
  const wanted = keys.map((key) => {
    const element = known.get(key) ?? make(key);
    element.dataset["key"] = key;
    known.delete(key);
    return element;
  });
  for (const gone of known.values()) gone.remove();
  wanted.forEach((element, index) => {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
  return wanted;
}
