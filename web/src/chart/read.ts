/** What the server says a chart holds (screens/charts.py): parsed, not trusted. Pure. */

export const TONES = ["accent", "quiet", "free", "ring", "talk", "wrap", "pause", "bad"] as const;
export type Tone = (typeof TONES)[number];
export type Unit = "whole" | "money" | "percent";

export interface Line {
  label: string;
  tone: Tone;
  filled: boolean;
  values: (number | null)[];
}

export interface ChartData {
  kind: "line" | "bars";
  unit: Unit;
  limit: number | null;
  labels: string[];
  series: Line[];
}

function readLine(data: unknown, length: number): Line | null {
  if (typeof data !== "object" || data === null) return null;
  const { label, tone, filled, values } = data as Record<string, unknown>;
  if (typeof label !== "string" || !Array.isArray(values) || values.length !== length) return null;
  const known = TONES.find((one) => one === tone) ?? "accent";
  return {
    label,
    tone: known,
    filled: filled === true,
    values: values.map((value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null)),
  };
}

export function readChart(data: unknown): ChartData | null {
  if (typeof data !== "object" || data === null) return null;
  const { kind, unit, limit, labels, series } = data as Record<string, unknown>;
  if (!Array.isArray(labels) || !Array.isArray(series)) return null;
  const lines = series.map((one) => readLine(one, labels.length));
  if (lines.some((line) => line === null)) return null;
  return {
    kind: kind === "bars" ? "bars" : "line",
    unit: unit === "money" || unit === "percent" ? unit : "whole",
    limit: typeof limit === "number" ? limit : null,
    labels: labels.map(String),
    series: lines.filter((line) => line !== null),
  };
}

/** A figure of the axis: short, in the page's language. */
export function axisFigure(value: number, unit: Unit, lang: string): string {
  if (unit === "percent") return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(value * 100)} %`;
  const short = new Intl.NumberFormat(lang, { notation: value >= 10_000 ? "compact" : "standard", maximumFractionDigits: 1 });
  return unit === "money" ? `R$ ${short.format(value)}` : short.format(value);
}

/** Where the vertical scale ends: above the figures and the limit, never nothing. */
export function topOf(data: ChartData): number {
  const figures = data.series.flatMap((line) => line.values.filter((value) => value !== null));
  const top = Math.max(0, data.limit ?? 0, ...figures);
  return top > 0 ? top * 1.08 : 1;
}

/** Which figures have none beside them: no line leads there, so each is drawn as a dot. */
export function alone(values: readonly (number | null)[]): number[] {
  const missing = (index: number): boolean => (values[index] ?? null) === null;
  return values.flatMap((_value, index) => (!missing(index) && missing(index - 1) && missing(index + 1) ? [index] : []));
}
