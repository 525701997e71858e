/**
 * A campaign's script, ready to be read aloud. Pure.
 *
 * Plain text with the customer's data filled in by the server (campaigns/script.py). An empty line parts paragraphs,
 * `# Title` begins a step, and a paragraph that begins with `>` is a hint, which is not said.
 */

import type { ScriptPart } from "./wire";

export interface Piece {
  text: string;
  /** value: the customer's · missing: a field that he doesn't have · plain: the script's own words. */
  kind: "plain" | "value" | "missing";
}

export interface Paragraph {
  hint: boolean;
  pieces: Piece[];
}

export interface Step {
  /** "" for a script without steps. */
  title: string;
  paragraphs: Paragraph[];
}

export function parseScript(parts: readonly ScriptPart[]): Step[] {
  const steps: Step[] = [];
  for (const block of blocks(parts)) {
    const title = titleOf(block);
    if (title !== null || steps.length === 0) steps.push({ title: title ?? "", paragraphs: [] });
    if (title !== null) dropLine(block);
    const paragraph = paragraphOf(block);
    if (paragraph) steps.at(-1)?.paragraphs.push(paragraph);
  }
  return steps.filter((step) => step.title !== "" || step.paragraphs.length > 0);
}

/** The pieces, parted at empty lines and before titles. Only the script's own words part anything. */
function blocks(parts: readonly ScriptPart[]): Piece[][] {
  const found: Piece[][] = [[]];
  for (const part of parts) {
    if (part.field !== "") {
      found.at(-1)?.push({ kind: part.missing ? "missing" : "value", text: part.text });
      continue;
    }
    part.text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n|\n(?=#)/).forEach((text, index) => {
      if (index > 0) found.push([]);
      found.at(-1)?.push({ kind: "plain", text });
    });
  }
  return found;
}

function titleOf(block: readonly Piece[]): string | null {
  if (block[0]?.kind !== "plain") return null;
  const text = block.map((piece) => piece.text).join("").trimStart();
  return /^#+[ \t]*(.*?)[ \t]*(?:\n|$)/.exec(text)?.[1] ?? null;
}

/** Takes the first line away. */
function dropLine(block: Piece[]): void {
  for (let piece = block.shift(); piece !== undefined; piece = block.shift()) {
    const end = piece.text.trimStart() === piece.text ? piece.text.indexOf("\n") : piece.text.trimStart().indexOf("\n");
    if (piece.kind !== "plain" || end < 0) continue;
    block.unshift({ kind: "plain", text: piece.text.trimStart().slice(end + 1) });
    return;
  }
}

function paragraphOf(block: readonly Piece[]): Paragraph | null {
  const first = block[0]?.text.trimStart() ?? "";
  const hint = block[0]?.kind === "plain" && first.startsWith(">");
  const pieces = block.map((piece, index) => {
    if (piece.kind !== "plain") return piece;
    let text = hint ? piece.text.replace(/(^|\n)\s*>\s?/g, "$1") : piece.text;
    text = text.replace(/\s*\n\s*/g, " ");
    if (index === 0) text = text.trimStart();
    if (index === block.length - 1) text = text.trimEnd();
    return { ...piece, text };
  });
  const said = pieces.filter((piece) => piece.text !== "");
  return said.length > 0 ? { hint, pieces: said } : null;
}
