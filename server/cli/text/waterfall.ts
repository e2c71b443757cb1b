// Draws cold starts as waterfalls of their stages, in blocks of an eighth of a column, several on one scale.
import type { Stages } from "../../../runtime/trace/events.ts";
import { formatMs } from "../../features/figures.ts";
import type { Colors } from "../terminal.ts";

const ORDER = ["queue", "boot", "global", "enter", "body"] as const;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Columns before the bars: two of margin, the stage's name, its time. */
const LABELS = 20;

/** @param scale Milliseconds that fill the width; @param width columns of the whole line. */
export function waterfall(stages: Stages, scale: number, width: number, c: Colors): string[] {
  const room = width - LABELS;
  const paint = { queue: c.dim, boot: c.blue, global: c.yellow, enter: c.cyan, body: c.magenta };
  let start = 0;
  return ORDER.map((stage) => {
    const ms = stages[stage];
    const bar = drawBar(start, ms, scale, room);
    start += ms;
    const line = `  ${stage.padEnd(6)} ${formatMs(ms).padStart(10)} `;
    return `${line}${bar.indent}${paint[stage](bar.blocks)}`.trimEnd();
  });
}

/** A span on the time axis: whole columns before it, then its blocks; what took time is never invisible. */
export function drawBar(
  start: number,
  ms: number,
  scale: number,
  room: number,
): { readonly indent: string; readonly blocks: string } {
  const unit = (room * 8) / Math.max(scale, Number.MIN_VALUE);
  const from = Math.min(Math.round((start * unit) / 8), room - 1);
  const eighths = Math.min(Math.round(ms * unit), (room - from) * 8);
  const visible = ms > 0 ? Math.max(1, eighths) : 0;
  return { indent: " ".repeat(from), blocks: "█".repeat(Math.floor(visible / 8)) + EIGHTHS[visible % 8] };
}
