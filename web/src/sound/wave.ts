/** The shape of a sound as bars. Pure. */

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Loudness 0..100, comma-separated → bars around the middle of a box; the loudest fills it. */
export function bars(peaks: string, width: number, height: number): Bar[] {
  const values = peaks === "" ? [] : peaks.split(",").map((text) => Math.min(Math.max(Number(text) || 0, 0), 100));
  const loudest = Math.max(...values, 1);
  const step = width / Math.max(values.length, 1);
  return values.map((value, index) => {
    const tall = Math.max(2, Math.round((value / loudest) * height));
    return { x: round(index * step), y: round((height - tall) / 2), width: round(step * 0.6), height: tall };
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
