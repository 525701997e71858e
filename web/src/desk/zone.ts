/** Days and hours in the company's time zone, wherever this computer stands. Pure. */

export interface Day {
  year: number;
  /** 1..12 */
  month: number;
  day: number;
}

export interface Moment extends Day {
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let known = formats.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric",
      minute: "numeric",
    });
    formats.set(zone, known);
  }
  return known;
}

/** µs since the epoch → the wall's date and time in the zone. */
export function momentAt(us: number, zone: string): Moment {
  const parts = Object.fromEntries(format(zone).formatToParts(us / 1000).map((part) => [part.type, Number(part.value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

/** The wall's date and time in the zone → µs since the epoch. In an hour that a change of time repeats: the first. */
export function instantOf(moment: Moment, zone: string): number {
  const wanted = Date.UTC(moment.year, moment.month - 1, moment.day, moment.hour, moment.minute);
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) {
    const seen = momentAt(guess * 1000, zone);
    const shown = Date.UTC(seen.year, seen.month - 1, seen.day, seen.hour, seen.minute);
    if (shown === wanted) break;
    guess += wanted - shown;
  }
  return guess * 1000;
}

export function isoDay({ year, month, day }: Day): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** "2026-11-26" → a day; null for anything else. */
export function readDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match ? { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) } : null;
}

/** "9:30", "0930" or "9" → [hour, minute]; null for no time of day. */
export function readTime(text: string): [number, number] | null {
  const match = /^(\d{1,2})(?:[:h]?(\d{2}))?$/.exec(text.trim());
  if (!match) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  return hour < 24 && minute < 60 ? [hour, minute] : null;
}

/** "2026-11-26 09:30" (or with a T) on the zone's wall → an instant as the API reads it; null for no whole time. */
export function isoInstant(text: string, zone: string): string | null {
  const [date = "", clock = ""] = text.split(/[ T]/);
  const day = readDay(date);
  const time = readTime(clock.slice(0, 5));
  if (day === null || time === null) return null;
  return new Date(instantOf({ ...day, hour: time[0], minute: time[1] }, zone) / 1000).toISOString();
}

export function addDays(day: Day, days: number): Day {
  const moved = new Date(Date.UTC(day.year, day.month - 1, day.day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** 0 Sunday … 6 Saturday. */
export function weekday(day: Day): number {
  return new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay();
}

/** The cells of a month's sheet, weeks from Sunday; null before the first. */
export function monthCells(year: number, month: number): (Day | null)[] {
  const blank = Array.from({ length: weekday({ year, month, day: 1 }) }, () => null);
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return [...blank, ...Array.from({ length: count }, (_, index) => ({ year, month, day: index + 1 }))];
}

/** A day as a date that Intl formats in UTC. */
export function utcDate(day: Day): Date {
  return new Date(Date.UTC(day.year, day.month - 1, day.day));
}
