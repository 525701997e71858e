/** Which log lines a page shows. Pure. */

import type { LogLine } from "../generated/events";

export interface Wanted {
  company: string;
  part: string;
  level: string;
  text: string;
}

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

function rank(level: string): number {
  const at = LEVELS.indexOf(level);
  return at < 0 ? LEVELS.length : at;
}

/** As desk/platform/log_views.py decides of the lines that were before. */
export function fits(line: LogLine, wanted: Wanted): boolean {
  return (
    (wanted.company === "" || line.schema === wanted.company) &&
    (wanted.part === "" || line.part === wanted.part) &&
    (wanted.level === "" || rank(line.level) >= rank(wanted.level)) &&
    (wanted.text === "" || `${line.logger} ${line.text}`.toLowerCase().includes(wanted.text.trim().toLowerCase()))
  );
}
