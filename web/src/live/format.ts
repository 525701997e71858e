/** Figures as people read them, in the page's language. Pure but for the language of the page. */

export function language(): string {
  return typeof document === "undefined" ? "pt-BR" : document.documentElement.lang || "pt-BR";
}

/** Microseconds → "00:07", "12:41", "1:02:09". */
export function duration(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1_000_000));
  const hours = Math.floor(seconds / 3600);
  const minutes = String(Math.floor((seconds % 3600) / 60)).padStart(2, "0");
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${minutes}:${rest}` : `${minutes}:${rest}`;
}

/** "5 s", "2 min", "1 h 02 min": in a sentence, where "00:05" could be minutes or hours. */
export function spoken(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1_000_000));
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  return `${Math.floor(minutes / 60)}\u00a0h\u00a0${String(minutes % 60).padStart(2, "0")}\u00a0min`;
}

/** An instant (µs) → "14:32", in the company's time zone. */
export function clockTime(us: number, lang = language()): string {
  const zone = typeof document === "undefined" ? undefined : document.body.dataset["zone"] || undefined;
  const options: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(lang, zone ? { ...options, timeZone: zone } : options).format(us / 1000);
}

export function whole(value: number, lang = language()): string {
  return new Intl.NumberFormat(lang, { maximumFractionDigits: 0 }).format(value);
}

/** A share 0..1 → "26,1" (without the sign); null when there is nothing to share yet. */
export function percent(part: number, of: number, lang = language()): string | null {
  if (of <= 0) return null;
  return new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format((part / of) * 100);
}

/** A share with its sign, "26,1 %"; a dash while there is nothing to share. */
export function share(part: number, of: number, lang = language()): string {
  const text = percent(part, of, lang);
  return text === null ? "—" : `${text}\u00a0%`;
}

/** A share 0..1 with as many places as it needs: "3 %", "2,5 %". */
export function shortShare(value: number, lang = language()): string {
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(value * 100)}\u00a0%`;
}

/** A decimal string in BRL → "R$ 1.234,56". */
export function money(decimal: string, lang = language()): string {
  return new Intl.NumberFormat(lang, { style: "currency", currency: "BRL" }).format(Number(decimal));
}

/** A decimal string in BRL without cents, for screens read from afar: "R$ 1.235". */
export function roundMoney(decimal: string, lang = language()): string {
  const options: Intl.NumberFormatOptions = { style: "currency", currency: "BRL", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(lang, options).format(Number(decimal));
}

/** "Patrícia Aparecida de Lima" → "Patrícia L.": short names for crowded screens. */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/);
  const last = words.at(-1);
  return words.length > 1 && last ? `${words[0]} ${last.charAt(0)}.` : name.trim();
}
