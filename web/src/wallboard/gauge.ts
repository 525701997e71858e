/** The gauge of abandoned calls: 0 to 5 %, a mark at the limit, the zone beyond it tinted. */

import { abandonTone } from "./limits";

const GAUGE_MAX = 0.05;

export function drawGauge(root: ParentNode, rate: number | null, limit: number, nearPercent = 83): void {
  const gauge = root.querySelector("svg.gauge");
  if (!gauge) return;
  const max = Math.max(GAUGE_MAX, limit * 1.5);
  const at = (limit / max) * 100;
  const set = (part: string, name: string, value: number): void => {
    gauge.querySelector(part)?.setAttribute(name, value.toFixed(2));
  };
  gauge.setAttribute("class", `gauge is-${abandonTone(rate, limit, nearPercent)}`);
  set(".val", "width", Math.min(100, ((rate ?? 0) / max) * 100));
  set(".over", "x", at);
  set(".over", "width", 100 - at);
  set(".mk", "x", Math.max(0, at - 0.4));
}
