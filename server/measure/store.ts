// The store of results: `.coldstart/results.jsonl` in a project's root, one versioned JSON document a line.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ImportCost, Where } from "../../runtime/options.ts";
import type { Stages } from "../../runtime/trace/events.ts";

const ms = v.pipe(v.number(), v.minValue(0));
const stages = v.object({ queue: ms, boot: ms, global: ms, enter: ms, body: ms });

const importCost: v.GenericSchema<ImportCost> = v.object({
  specifier: v.string(),
  ms: v.number(),
  stage: v.exactOptional(v.picklist(["enter", "body"])),
  imports: v.exactOptional(v.array(v.lazy(() => importCost))),
});

const recordSchema = v.object({
  v: v.literal(1),
  kind: v.picklist(["run", "measure", "verify", "profile"]),
  at: v.pipe(v.number(), v.description("Milliseconds since the epoch.")),
  function: v.pipe(v.string(), v.description("FILE::NAME, relative to the project's root.")),
  hash: v.pipe(v.string(), v.description("Of the function's source when it was measured.")),
  runs: v.number(),
  wall: v.pipe(ms, v.description("Of one cold start, or the median of several.")),
  p95: v.optional(ms),
  ci: v.optional(v.tuple([ms, ms])),
  stages,
  warm: v.optional(v.object({ n: v.number(), median: ms, p95: ms })),
  bytesRead: v.optional(v.number()),
  spans: v.optional(
    v.array(
      v.object({
        file: v.string(),
        line: v.number(),
        column: v.number(),
        label: v.string(),
        submitted: v.exactOptional(v.string()),
        start: v.number(),
        ms: v.number(),
      }),
    ),
  ),
  imports: v.optional(v.array(importCost)),
  where: v.optional(v.custom<Where>((value) => typeof value === "object" && value !== null)),
});

/** One stored result. Spans and imports stand only in results of profile runs, whose times are no verdict. */
export type StoredResult = Omit<v.InferOutput<typeof recordSchema>, "stages"> & { readonly stages: Stages };

export interface StoreReading {
  readonly results: readonly StoredResult[];
  /** Lines (from 1) that were passed over, and why. */
  readonly skipped: readonly { readonly line: number; readonly why: string }[];
}

const fileOf = (root: string) => join(root, ".coldstart", "results.jsonl");

/** Keeps a result. A line is written by one call, so that two commands at once never mix theirs. */
export function store(root: string, result: StoredResult): void {
  const folder = join(root, ".coldstart");
  mkdirSync(folder, { recursive: true });
  const ignored = join(folder, ".gitignore");
  if (!existsSync(ignored)) writeFileSync(ignored, "*\n");
  const line = JSON.stringify(result);
  // A line that was cut off by a crash must not swallow this one.
  appendFileSync(fileOf(root), endsInLine(fileOf(root)) ? `${line}\n` : `\n${line}\n`);
}

function endsInLine(path: string): boolean {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text === "" || text.endsWith("\n");
}

/** Everything that is kept for a project, oldest first; nothing when nothing was measured yet. */
export function readStore(root: string): StoreReading {
  const path = fileOf(root);
  if (!existsSync(path)) return { results: [], skipped: [] };
  const results: StoredResult[] = [];
  const skipped: { line: number; why: string }[] = [];
  for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (typeof read === "string") skipped.push({ line: index + 1, why: read });
    else results.push(read);
  }
  return { results, skipped };
}

function readLine(line: string): StoredResult | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "it is no JSON; a write was cut off";
  }
  const result = v.safeParse(recordSchema, value);
  if (result.success) return result.output;
  const version = typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
  return version === 1
    ? `${result.issues[0].message}`
    : `it has version ${version}, this coldstart reads version 1`;
}

/** What is known of one function. */
export interface History {
  /** The last verdict figure of the source as it stands. */
  readonly current?: StoredResult;
  /** The last verdict figure of another source; measured before `current` where there is one. */
  readonly previous?: StoredResult;
  /** The last profile, of any source; compare its `hash`. */
  readonly profile?: StoredResult;
}

/** @param name FILE::NAME, relative to the project's root. */
export function historyOf(results: readonly StoredResult[], name: string, hash: string | undefined): History {
  const exact = results.filter((each) => each.function === name);
  // Of a class that was only run with values, these runs are all that there is.
  const own = exact.length > 0 ? exact : results.filter((each) => withoutValues(each.function) === name);
  const verdicts = own.filter((each) => each.kind !== "profile");
  const at = verdicts.findLastIndex((each) => each.hash === hash);
  const current = verdicts[at];
  const previous = verdicts.slice(0, at < 0 ? undefined : at).findLast((each) => each.hash !== hash);
  const profile = own.findLast((each) => each.kind === "profile");
  return { ...(current && { current }), ...(previous && { previous }), ...(profile && { profile }) };
}

/** `FILE::Model(size="large").describe` → `FILE::Model.describe`. */
function withoutValues(name: string): string {
  return name.replace(/(::[^(]*)\(.*\)/s, "$1");
}
