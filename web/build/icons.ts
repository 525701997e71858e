/** Builds the one icon sprite of the product: the icons named in icons.txt, and the state glyphs, as <symbol>s. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const NAMES = fileURLToPath(new URL("../icons.txt", import.meta.url));
const OUTLINE = fileURLToPath(new URL("../node_modules/@tabler/icons/icons/outline/", import.meta.url));
const MARK = fileURLToPath(new URL("../src/styles/mark.svg", import.meta.url));
const GLYPHS = fileURLToPath(new URL("../src/styles/glyphs.svg", import.meta.url));

function symbolOf(name: string): string {
  const svg = readFileSync(`${OUTLINE}${name}.svg`, "utf8");
  const body = /<svg[^>]*>(.*)<\/svg>/s.exec(svg)?.[1];
  if (body === undefined) throw new Error(`The icon ${name} is not an <svg>.`);
  const paths = body.replace(/<path stroke="none"[^>]*>/, "").replace(/\s+/g, " ").trim();
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${paths}</symbol>`;
}

/** Emits `icons.svg` and the mark, `mark.svg` (hashed; in the manifest under these names). */
export function iconSprite(): Plugin {
  return {
    name: "cadencia-icon-sprite",
    apply: (_config, { command, mode }) => command === "build" && mode !== "test",
    buildStart() {
      this.addWatchFile(NAMES);
      const names = readFileSync(NAMES, "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
      const glyphs = /<svg[^>]*>(.*)<\/svg>/s.exec(readFileSync(GLYPHS, "utf8"))?.[1] ?? "";
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbolOf).join("")}${glyphs}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
      const mark = readFileSync(MARK, "utf8");
      this.emitFile({ type: "asset", name: "mark.svg", originalFileName: "mark.svg", source: mark });
    },
  };
}
