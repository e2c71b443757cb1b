// What a hover tells: a function's last cold start by stages, and what a single load costs.

import type { Finding } from "../facts/finding.ts";
import type { FunctionFacts, WorkItem } from "../facts/function.ts";
import type { Range } from "../facts/module.ts";
import type { FileReport } from "../lint.ts";
import { formatAge, formatBytes, formatChange, formatMs } from "./figures.ts";
import { type ColdFigure, type FunctionMeasurements, timesOfLoads } from "./measurements.ts";
import type { RulePages } from "./rule-pages.ts";
import { workIn } from "./work.ts";

export interface Hover {
  readonly range: Range;
  readonly markdown: string;
}

export interface HoverContext {
  readonly measured: (functionName: string) => FunctionMeasurements;
  readonly pages: RulePages;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The hover at an offset; undefined where coldstart has nothing to say. */
export function hover(report: FileReport, offset: number, context: HoverContext): Hover | undefined {
  const inside = ({ start, end }: Range) => start <= offset && offset <= end;
  for (const facts of report.functions) {
    if (facts.file === report.file && inside(facts.nameRange)) {
      return { range: facts.nameRange, markdown: aboutFunction(facts, context) };
    }
  }
  for (const facts of report.functions) {
    const work = workIn(facts, report.file);
    const index = work.findIndex(({ place }) => inside(place.range));
    const item = work[index];
    if (!item) continue;
    const measured = context.measured(facts.name);
    const ms = timesOfLoads(
      work.map(({ label }) => label),
      measured.loads,
    )[index];
    const found = report.findings.filter(({ range }) => range.start === item.place.range.start);
    return {
      range: item.place.range,
      markdown: aboutLoad(item, facts, ms, measured.loadsStale, found, context),
    };
  }
  return undefined;
}

const STAGES = [
  ["queue", "queue"],
  ["boot", "boot"],
  ["global", "global scope"],
  ["enter", "enter"],
  ["body", "first body"],
] as const;

function aboutFunction(facts: FunctionFacts, context: HoverContext): string {
  const { latest, previous, stale } = context.measured(facts.name);
  if (!latest)
    return `**${facts.name}** · not measured yet\n\n*Run cold* above the function shows what a cold start of it costs.`;
  const was = !stale && previous ? previous : undefined;
  const lines = [`**Cold start ${formatMs(latest.wall)}**${was ? before(was, latest) : ""}`];
  if (stale) lines.push("⚠ Measured before the last change.");
  lines.push(waterfall(latest, was), whereAndWhen(latest, context.now));
  return lines.join("\n\n");
}

/** Runs on both sides from which a factor is said: single runs vary several-fold. */
const ENOUGH_RUNS = 5;

function before(was: ColdFigure, now: ColdFigure): string {
  const factor = Math.min(was.runs, now.runs) < ENOUGH_RUNS ? "" : ` · ${formatChange(was.wall, now.wall)}`;
  return `, was ${formatMs(was.wall)}${factor}`;
}

/** Columns of the waterfall. */
const WIDTH = 28;

/** A waterfall in a code block, which every editor sets in a font of one width. Stages below one per cent are left out. */
function waterfall(now: ColdFigure, was: ColdFigure | undefined): string {
  const longest = Math.max(now.wall, was?.wall ?? 0);
  const row = (title: string, drawn: string, ms: string, old: string) =>
    [title.padEnd(12), ...(was ? [old.padStart(8)] : []), ms.padStart(8), drawn].join("  ").trimEnd();
  let before = 0;
  const stages = STAGES.flatMap(([stage, title]) => {
    const ms = now.stages[stage];
    const old = was?.stages[stage] ?? 0;
    const from = before / longest;
    before += ms;
    if (Math.max(ms, old) < longest / 100) return [];
    return [row(title, bar(from, ms / longest), formatMs(ms), formatMs(old))];
  });
  if (!was) return ["```text", ...stages, "```"].join("\n");
  const filled = Math.max(1, Math.round((now.wall / longest) * WIDTH));
  const both =
    "█".repeat(filled) + "░".repeat(Math.max(0, Math.round((was.wall / longest) * WIDTH) - filled));
  const total = row("all", both, formatMs(now.wall), formatMs(was.wall));
  return ["```text", row("", "", "now", "was"), ...stages, total, "```"].join("\n");
}

/** At least an eighth of a column, so that nothing that is named is invisible. */
function bar(from: number, share: number): string {
  const start = Math.min(WIDTH - 1, Math.round(from * WIDTH));
  const eighths = Math.max(1, Math.round(share * WIDTH * 8));
  return (
    " ".repeat(start) +
    "█".repeat(Math.floor(eighths / 8)) +
    (["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8] ?? "")
  );
}

function whereAndWhen({ runs, ci, where, at }: ColdFigure, now: number): string {
  return [
    runs === 1
      ? "1 run"
      : `median of ${runs} runs${ci ? ` (95 % CI ${formatMs(ci[0])} to ${formatMs(ci[1])})` : ""}`,
    where &&
      `${where.interpreter.name === "python" ? "Python" : "Node"} ${where.interpreter.version.replace(/^v/, "")}`,
    where && `${where.os}, ${where.cpus} CPUs`,
    where?.pageCache === "warm" && "files may have been in memory",
    where?.pageCache === "dropped" && "files read from disk",
    formatAge(at, now),
  ]
    .filter(Boolean)
    .join(" · ");
}

const PHASES = {
  global: "at module scope: at every boot",
  build: "when the image is built",
  enter: "in enter: before the first input",
  body: "in the body",
} as const;

function aboutLoad(
  item: WorkItem,
  facts: FunctionFacts,
  ms: number | undefined,
  stale: boolean,
  findings: readonly Finding[],
  { pages }: HoverContext,
): string {
  const size =
    item.bytes === undefined
      ? undefined
      : `${formatBytes(item.bytes)} from ${item.source === "network" ? "the network" : "disk"}`;
  const facets = [`**${item.kind}** ${PHASES[item.phase]}`, size].filter(Boolean).join(" · ");
  const time =
    ms === undefined
      ? "Not measured yet: *Run cold* above the function times it."
      : `**${formatMs(ms)}** of the last profiled cold start of ${facts.name}${stale ? ", before the last change" : ""}`;
  const rules = findings.flatMap(({ rule }) => {
    const page = pages(rule);
    return page ? [`${page.summary} [${rule}](${page.url})`] : [];
  });
  return [facets, time, ...rules].join("\n\n");
}
