// Images as people read them: what became of each layer, and what was removed.
import type { Build } from "../../measure/build.ts";
import type { Colors } from "../terminal.ts";

export function buildText({ layers, pruned, freed }: Build, c: Colors): string {
  const width = Math.max(...layers.map(({ name }) => name.length), 0);
  const lines = layers.map(({ name, cached, reason, ms }) => {
    const what = cached ? c.dim("stands already") : `built in ${duration(ms)}  ${c.dim(reason ?? "")}`;
    return `${c.bold(name.padEnd(width))}  ${what}`;
  });
  if (layers.length === 0)
    lines.push("nothing to build: no function has an image with steps, nor a build hook");
  if (pruned) {
    const removed = pruned.map(({ name, bytes }) => c.dim(`  ${name}  ${size(bytes)}`));
    lines.push(pruned.length === 0 ? "nothing to remove" : `removed, ${size(freed ?? 0)} freed:`, ...removed);
  }
  return lines.join("\n").trimEnd();
}

export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
