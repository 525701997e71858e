/** Times in words, in the company's zone and the page's language. */

import { serverNowUs } from "../live/clock";
import { language } from "../live/format";
import { say } from "./words";
import { isoDay, momentAt } from "./zone";

const DAY_US = 86_400_000_000;

function format(us: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language(), { timeZone: zone, hourCycle: "h23", ...options }).format(us / 1000);
}

export const relative = {
  /** "14:35" */
  clock: (us: number, zone: string): string => format(us, zone, { hour: "2-digit", minute: "2-digit" }),
  /** "12/11" */
  day: (us: number, zone: string): string => format(us, zone, { day: "2-digit", month: "2-digit" }),
  /** "quinta-feira, 26/11" */
  longDay: (us: number, zone: string): string =>
    format(us, zone, { weekday: "long", day: "2-digit", month: "2-digit" }),
};

/** "14:35" today, "12/11, 15:08" on another day. */
export function whenWords(us: number, zone: string): string {
  const same = isoDay(momentAt(us, zone)) === isoDay(momentAt(serverNowUs(), zone));
  const clock = relative.clock(us, zone);
  return same ? clock : `${relative.day(us, zone)}, ${clock}`;
}

/** "in 17 min", "in 1 h 02", "due"; of what is not today's the day: "tomorrow", "26/11". */
export function untilWords(us: number, zone: string): string {
  const minutes = Math.ceil((us - serverNowUs()) / 60_000_000);
  if (minutes <= 0) return say("due");
  const day = isoDay(momentAt(us, zone));
  const today = isoDay(momentAt(serverNowUs(), zone));
  if (day !== today) return day === isoDay(momentAt(serverNowUs() + DAY_US, zone)) ? tomorrow() : relative.day(us, zone);
  if (minutes < 60) return say("in_minutes", { n: minutes });
  return say("in_hours", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
}

function tomorrow(): string {
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(1, "day");
}

/** "horário de Brasília": the zone as people call it. */
export function zoneWords(zone: string): string {
  const parts = new Intl.DateTimeFormat(language(), { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts(0);
  const whole = parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
  // Some browsers' tables have it as "Horário Padrão de Brasília".
  const name = whole.replace(/ (Padrão|Standard)\b/u, "");
  return name.charAt(0).toLocaleLowerCase(language()) + name.slice(1);
}
