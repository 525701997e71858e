/** Words that the reader sees come from the page (gettext), never from TypeScript: no literal here is prose. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as ts from "typescript";
import { expect, test } from "vitest";

const FOLDER = import.meta.dirname;
/** Functions whose texts nobody reads: selectors, logs, programs' own failures. */
const UNREAD =
  /(^|\.)(querySelector|querySelectorAll|closest|matches|warn|error|log|debug|Error|TypeError|RangeError|matchMedia|add|remove|toggle|contains|part|parts|all|one|find|must)$/;
/** Properties and attributes that are shown or read aloud: there even a single word is prose. */
const SHOWN = /^(textContent|innerText|title|placeholder|alt|ariaLabel|label)$/;
const SHOWN_ATTRIBUTES = new Set(["title", "placeholder", "alt", "aria-label", "label"]);

interface Fault {
  line: number;
  text: string;
}

/** A sample of data, and what a library calls its own cases: nobody's prose. */
const DATA_FILES = new Set(["desk/example.ts"]);
const CODES = new Set(["Connection Error"]);

/** Words side by side that begin as sentences do, or one with the mark of a sentence: "Try again", "Sent." */
function isProse(text: string): boolean {
  if (CODES.has(text) || text.trimStart().startsWith("<")) return false;
  return /(^|[^\p{L}])\p{Lu}\p{L}*[,;:]? \p{L}{2,}/u.test(text) || /^\s*\p{Lu}\p{L}+[.!?…]\s*$/u.test(text);
}

function isWord(text: string): boolean {
  return /\p{L}{2,}/u.test(text);
}

/** What the text is for, by the code around it. */
function use(node: ts.Node): "shown" | "unread" | "open" {
  for (let at = node; at.parent; at = at.parent) {
    const parent = at.parent;
    if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent)) return "unread";
    if (ts.isElementAccessExpression(parent) && at === parent.argumentExpression) return "unread";
    if (ts.isThrowStatement(parent) || ts.isNewExpression(parent)) return "unread";
    if (ts.isCallExpression(parent)) {
      if (parent.expression.kind === ts.SyntaxKind.SuperKeyword) return "unread";
      const first = parent.arguments[0];
      const isAttribute = parent.expression.getText().endsWith("setAttribute");
      if (isAttribute && at === parent.arguments[1] && first && ts.isStringLiteral(first)) {
        return SHOWN_ATTRIBUTES.has(first.text) ? "shown" : "unread";
      }
      return UNREAD.test(parent.expression.getText()) ? "unread" : "open";
    }
    if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const target = parent.left;
      if (!ts.isPropertyAccessExpression(target) || at !== parent.right) return "open";
      if (target.name.text === "className") return "unread";
      return SHOWN.test(target.name.text) ? "shown" : "open";
    }
    if (ts.isBlock(parent) || ts.isSourceFile(parent)) return "open";
  }
  return "open";
}

/** The fixed texts of a file that somebody would read. */
function bare(source: string): Fault[] {
  const file = ts.createSourceFile("a.ts", source, ts.ScriptTarget.ESNext, true);
  const found: Fault[] = [];
  const visit = (node: ts.Node): void => {
    const isText =
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node);
    if (isText) {
      const purpose = use(node);
      if (purpose !== "unread" && (purpose === "shown" ? isWord(node.text) : isProse(node.text))) {
        found.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, text: node.text });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test("no text of the pages stands in TypeScript", () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("generated") && !DATA_FILES.has(name),
  );
  expect(files.length).toBeGreaterThan(50);
  const faults = files.flatMap((name) =>
    bare(readFileSync(join(FOLDER, name), "utf8")).map((fault) => `${name}:${fault.line} ${fault.text}`),
  );
  expect(faults).toEqual([]);
});

test("a text that is shown is found, and what programs read is not", () => {
  expect(bare(`box.textContent = "Saved"; say("Try again"); b.title = on ? "Mute" : words.x`).map((f) => f.text)).toEqual([
    "Saved",
    "Try again",
    "Mute",
  ]);
  expect(bare("b.setAttribute('aria-label', `Call ${name}`)").map((f) => f.text)).toEqual(["Call "]);
  expect(
    bare(`throw new Error("not a row"); b.className = "row wide"; b.setAttribute("class", "row wide"); f("free");
      page.querySelector("[data-x] .row td"); box.textContent = ""; box.textContent = "·";`),
  ).toEqual([]);
});
