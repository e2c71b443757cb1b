// How figures are written for people, everywhere in the product: times, sizes, ages and ratios.

/** No line breaks within a figure. */
const SPACE = "\u00a0";

/** `0.4 ms`, `81 ms`, `2 410 ms`, `12.4 s`. */
export function formatMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)}${SPACE}ms`;
  if (ms < 9_999.5) return `${thousands(Math.round(ms))}${SPACE}ms`;
  return `${(ms / 1000).toFixed(1)}${SPACE}s`;
}

/** Decimal units, as disks and downloads are sold: `812 B`, `64 kB`, `4.2 MB`, `34 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 1 && value < 9.95 ? value.toFixed(1) : Math.round(value)}${SPACE}${units[unit]}`;
}

/** `just now`, `3 min ago`, `2 h ago`, `4 days ago`. Both are milliseconds since the epoch. */
export function formatAge(then: number, now: number): string {
  const minutes = Math.max(0, now - then) / 60_000;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${Math.floor(minutes)}${SPACE}min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}${SPACE}h ago`;
  return `${Math.floor(minutes / 60 / 24)} days ago`;
}

/** How `after` compares with `before`: `3.2× faster`, `1.4× slower`, `about the same`. */
export function formatChange(before: number, after: number): string {
  const faster = before / after;
  if (faster >= 1.05) return `${faster.toFixed(1)}× faster`;
  if (faster <= 1 / 1.05) return `${(1 / faster).toFixed(1)}× slower`;
  return "about the same";
}

function thousands(value: number): string {
  return value < 1000
    ? `${value}`
    : `${Math.floor(value / 1000)}${SPACE}${`${value % 1000}`.padStart(3, "0")}`;
}
