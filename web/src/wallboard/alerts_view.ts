/** Draws the alerts. One about an operator opens him. */

import { serverNowUs } from "../live/clock";
import { fromTemplate, part, reconcile, setText, useHref } from "../live/dom";
import { shortShare, whole } from "../live/format";
import { word } from "../supervisor/words";
import { type Alert, alerts } from "./alerts";
import type { Board } from "./state";
import { since } from "./view";

const ICONS: Record<string, string> = {
  waiting: "alert-triangle", abandon: "gauge", phone: "plug-connected-x", pause_over: "clock", pause_near: "clock",
  rest: "coffee", rest_more: "coffee",
};

export function drawAlerts(board: Board): void {
  const sheet = document.getElementById("alerts");
  const list = sheet?.querySelector("ul");
  if (!sheet || !list) return;
  const found = alerts(board, serverNowUs());
  sheet.hidden = found.length === 0;
  setText(part(sheet, "count"), whole(found.length));
  const items = reconcile(list, found.map((one) => `${one.kind} ${one.operator ?? one.about}`), () => fromTemplate("alert-template"));
  found.forEach((one, index) => {
    const item = items[index];
    if (item) drawAlert(item, one);
  });
}

function drawAlert(item: HTMLElement, alert: Alert): void {
  item.className = `is-${alert.tone}`;
  item.querySelector("use")?.setAttribute("href", useHref(`i-${ICONS[alert.kind] ?? "alert-circle"}`));
  const [title, text] = words(alert);
  setText(part(item, "title"), title);
  setText(part(item, "text"), text);
  since(part(item, "when"), alert.kind.startsWith("rest") ? null : alert.since_us);
  const heading = part(item, "title");
  const button = part(item, "open");
  if (!heading || !button) return;
  heading.hidden = alert.operator !== null;
  button.hidden = alert.operator === null;
  setText(button, title);
  if (alert.operator !== null) button.dataset["operator"] = String(alert.operator);
}

/** Title and text. */
function words(alert: Alert): [string, string] {
  const campaign = alert.about;
  switch (alert.kind) {
    case "waiting":
      return [word("alert_waiting"), word(alert.value > 0 ? "alert_waiting_some" : "alert_waiting_none", { campaign })];
    case "abandon":
      return [
        word("alert_abandon", { rate: shortShare(alert.value) }),
        word("alert_abandon_why", { campaign, limit: shortShare(alert.limit) }),
      ];
    case "phone":
      return [alert.name, word("alert_phone")];
    case "rest":
      return [alert.name, word(alert.about)];
    case "rest_more":
      return [word("alert_rest", { count: whole(alert.value) }), ""];
    default:
      return [alert.name, word(`alert_${alert.kind}`, { pause: alert.about, minutes: whole(alert.limit) })];
  }
}
