/** What every page loads: the look, htmx, and the shell's own behaviour. */

import "@tabler/core/dist/css/tabler.min.css";
import "uplot/dist/uPlot.min.css";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/app.css";
import "./styles/desk.css";
import "./styles/screens.css";
import "./styles/platform.css";
import "./styles/webhooks.css";

import htmx from "htmx.org";

import { startCharts } from "./chart/start";
import { startKeeping } from "./form/keep";
import { startForms } from "./form/main";
import { startSendingOnce } from "./form/once";
import { startPalette } from "./palette/main";
import { startConfirmations } from "./shell/confirm";
import { startDropZones } from "./shell/dropzone";
import { startMenus } from "./shell/menus";
import { startPasswords } from "./shell/passwords";
import { startRequestErrors } from "./shell/requests";
import { startTheme } from "./shell/theme";
import { startToasts } from "./shell/toasts";
import { startTimers } from "./shell/timers";
import { startRefreshing } from "./shell/refresh";
import { startSelecting } from "./shell/select";
import { startSwitchState } from "./shell/switch";
import { startTables } from "./table/main";
import { startTitles } from "./table/titles";

// Before htmx starts on DOMContentLoaded: the pages hold under a policy without eval and inline styles.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
// Without "style": to copy one from the old element to the new is an inline style.
htmx.config.attributesToSettle = ["class", "width", "height"];
// A refused action answers 4xx with the fragment to show, its error beside the field.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "(409|422)", swap: true, error: false },
  { code: "[45]..", swap: false, error: true },
];

startTheme();
startTimers();
startMenus();
startPasswords();
startConfirmations();
startToasts();
startRequestErrors();
startDropZones();
startRefreshing();
startSelecting();
startSwitchState();
startTables();
startTitles();
startPalette();
startForms();
startCharts();
startSendingOnce();
// After the others: what was typed goes into fields that they have made ready.
startKeeping();
