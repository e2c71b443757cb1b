// What run, measure and verify say to people: figures, waterfalls, a verdict.

import type { ImportCost, Where } from "../../../runtime/options.ts";
import { formatMs } from "../../features/figures.ts";
import type { ColdSummary, Measurement } from "../../measure/measure.ts";
import type { RunResult } from "../../measure/run.ts";
import type { Ratio, Summary } from "../../measure/statistics.ts";
import type { Verification } from "../../measure/verify.ts";
import type { Colors } from "../terminal.ts";
import { drawBar, waterfall } from "./waterfall.ts";

const WIDTH = 100;

export function runText(name: string, run: RunResult, shown: (file: string) => string, c: Colors): string {
  const lines = [JSON.stringify(run.result, null, 2), ""];
  if (!run.stages) {
    lines.push(`${c.bold(name)}  entry point  ${c.bold(formatMs(run.wall))}`);
    return [...lines, ...whereText(run.where, c)].join("\n");
  }
  const { boot, global, enter } = run.stages;
  const isWarm = boot + global + enter === 0;
  const kind = run.spans ? "profiled cold start" : isWarm ? "warm call" : "cold start";
  lines.push(`${c.bold(name)}  ${kind}  ${c.bold(formatMs(run.wall))}`, "");
  lines.push(...waterfall(run.stages, run.wall, WIDTH, c));
  if (run.spans?.length) lines.push("", ...spansText(run, shown, c));
  for (const stage of [undefined, "enter", "body"] as const) {
    const own = run.imports?.filter((each) => each.stage === stage) ?? [];
    if (own.length === 0) continue;
    const title = stage === undefined ? "imports, one after another" : `imports within ${stage}`;
    lines.push("", c.bold(`  ${title}`), ...importsText(own, run.wall));
  }
  return [...lines, "", ...whereText(run.where, c)].join("\n");
}

/** Slowest first; below each what takes a good part of it. */
function importsText(imports: readonly ImportCost[], wall: number, indent = ""): string[] {
  return [...imports]
    .sort((a, b) => b.ms - a.ms)
    .flatMap(({ specifier, ms, imports: inner = [] }) => [
      `  ${formatMs(ms).padStart(10)}  ${indent}${specifier}`,
      ...importsText(
        inner.filter((each) => each.ms >= Math.max(ms / 5, wall / 50)),
        wall,
        `${indent}  `,
      ),
    ]);
}

function spansText({ spans = [], wall }: RunResult, shown: (file: string) => string, c: Colors): string[] {
  const places = spans.map((span) => `${shown(span.file)}:${span.line}`);
  const room = 36;
  return [
    c.bold("  loads"),
    ...spans.map((span, at) => {
      const bar = drawBar(span.start, span.ms, wall, room);
      const picture = `${bar.indent}${c.magenta(bar.blocks)}`;
      const padding = " ".repeat(Math.max(1, room - bar.indent.length - bar.blocks.length + 1));
      const label = shorten(`${span.label}  ${places[at]}`, WIDTH - room - 15);
      return `  ${formatMs(span.ms).padStart(10)}  ${picture}${padding}${label}`;
    }),
  ];
}

const shorten = (text: string, width: number) =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

export function measurementText(name: string, { cold, warm, where }: Measurement, c: Colors): string {
  const lines = [...heading(name, "cold start  ", cold, c), ""];
  lines.push(...waterfall(cold.stages, total(cold), WIDTH, c));
  if (warm)
    lines.push("", `  ${"warm".padEnd(6)} ${formatMs(warm.median).padStart(10)}  ${c.dim(sample(warm))}`);
  return [...lines, "", ...whereText(where, c)].join("\n");
}

export function verificationText(names: readonly [string, string], result: Verification, c: Colors): string {
  const { before, after, cause, where, fixes } = result;
  const scale = Math.max(total(before), total(after));
  const lines: string[] = [];
  for (const [name, cold] of [
    [names[0], before],
    [names[1], after],
  ] as const) {
    lines.push(...heading(name, "", cold, c), "");
    lines.push(...waterfall(cold.stages, scale, WIDTH, c), "");
  }
  for (const fix of fixes) lines.push(c.dim(`  ${fix.rule}: ${fix.title}`));
  if (fixes.length > 0) lines.push("");
  lines.push(verdictText(result, c));
  if (cause) lines.push(cause);
  return [...lines, ...whereText(where, c)].join("\n");
}

/** Whose figure it is; where the line would grow too long, what it rests on stands below it. */
function heading(name: string, what: string, cold: ColdSummary, c: Colors): string[] {
  const [figure, basis] = [formatMs(cold.median), sample(cold)];
  const fits = `${name}  ${what}${figure}  ${basis}`.length <= WIDTH;
  const first = `${c.bold(name)}  ${what}${c.bold(figure)}`;
  return fits ? [`${first}  ${c.dim(basis)}`] : [first, c.dim(`  ${basis}`)];
}

/** `3.2× faster here (95 % CI 3.0–3.4), results equal`; where work only moved, the first body is what got faster. */
export function verdictText(verification: Verification, c: Colors): string {
  const { verdict, metric, speedup, results } = verification;
  const interval = `(95 % CI ${intervalText(speedup, verdict === "slower")})`;
  const factor = verdict === "slower" ? 1 / speedup.median : speedup.median;
  const what = metric === "body" ? "first body " : "";
  const said =
    verdict === "no-difference"
      ? c.yellow(`no measurable difference here ${interval}`)
      : (verdict === "faster" ? c.green : c.red)(`${what}${times(factor)}× ${verdict} here ${interval}`);
  const whole = metric === "body" && verdict === "faster" ? `, ${wholeStart(verification)}` : "";
  return `${c.bold(said)}${whole}, ${equality(results, c)}`;
}

/** What became of the rest where the first body decides. */
function wholeStart({ before, after }: Verification): string {
  const longer = Math.round((after.median / before.median - 1) * 100);
  return longer >= 2 ? `the whole start takes ${longer} % longer` : "the whole start takes no longer";
}

function equality(results: Verification["results"], c: Colors): string {
  switch (results) {
    case "equal":
      return "results equal";
    case "different":
      return c.red("results DIFFERENT");
    case "not-comparable":
      return "results can't be compared, since they differ from run to run";
  }
}

function intervalText({ ci }: Ratio, inverse: boolean): string {
  const [low, high] = inverse ? [1 / ci[1], 1 / ci[0]] : ci;
  return `${times(low)}–${times(high)}`;
}

/** Two digits that count: 1.04, 3.2, 41, 230. */
const times = (factor: number) =>
  factor < 1.995 ? factor.toFixed(2) : factor < 9.95 ? factor.toFixed(1) : factor.toFixed(0);

const sample = ({ n, ci, p95 }: Summary) =>
  `median of ${n}, 95 % CI ${formatMs(ci[0])} – ${formatMs(ci[1])}, p95 ${formatMs(p95)}`;

/** Medians of stages need not add up to the median of their sums. */
const total = ({ stages, median }: ColdSummary) =>
  Math.max(median, stages.queue + stages.boot + stages.global + stages.enter + stages.body);

function whereText(where: Where | undefined, c: Colors): string[] {
  if (!where) return [];
  const { interpreter, cpus, memory, isolation, pageCache, os } = where;
  const machine = `${cpus} CPUs, ${(memory / 2 ** 30).toFixed(1)} GiB, ${os}`;
  const files = pageCache === "warm" ? "files may be in memory already" : "files dropped from memory";
  const shared = isolation === "mounts" ? "" : "; absolute paths are shared";
  return [
    c.dim(
      `${interpreter.name ?? "node"} ${interpreter.version.replace(/^v/, "")}, ${machine}; ${files}${shared}`,
    ),
  ];
}
