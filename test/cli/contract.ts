// The JSON documents that the outside relies on, as schemas: what a command prints must fit one of them, exactly.
import * as v from "valibot";

const ms = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));
const relativePath = v.pipe(
  v.string(),
  v.check((path) => !path.startsWith("/") && !path.includes("\\"), "relative, with /"),
);
const version = v.literal(1);

const stages = v.strictObject({ queue: ms, boot: ms, global: ms, enter: ms, body: ms });
const interval = v.pipe(
  v.tuple([ms, ms]),
  v.check(([low, high]) => low <= high),
);
const summary = { n: count, median: ms, p95: ms, ci: interval };
const where = v.object({
  interpreter: v.object({ path: v.string(), version: v.string() }),
  os: v.string(),
  cpus: count,
  memory: count,
  isolation: v.picklist(["mounts", "folders"]),
  pageCache: v.picklist(["warm", "dropped"]),
});

interface ImportCost {
  readonly specifier: string;
  readonly ms: number;
  readonly stage?: "enter" | "body";
  readonly imports?: readonly ImportCost[];
}
const importCost: v.GenericSchema<ImportCost> = v.strictObject({
  specifier: v.string(),
  ms,
  stage: v.exactOptional(v.picklist(["enter", "body"])),
  imports: v.exactOptional(v.array(v.lazy(() => importCost))),
});

export const lintDocument = v.strictObject({
  version,
  findings: v.array(
    v.strictObject({
      ...{ file: relativePath, line, column: line, endLine: line, endColumn: line },
      rule: v.string(),
      severity: v.picklist(["error", "warning", "info", "hint"]),
      message: v.pipe(v.string(), v.minLength(1)),
      function: v.string(),
      phase: v.picklist(["global", "build", "enter", "body"]),
      related: v.array(v.strictObject({ file: relativePath, line, column: line, message: v.string() })),
      fixes: v.array(
        v.strictObject({
          title: v.string(),
          safety: v.picklist(["safe", "unsafe"]),
          why: v.exactOptional(v.string()),
        }),
      ),
      measured: v.exactOptional(ms),
      expected: v.exactOptional(ms),
    }),
  ),
  summary: v.strictObject({ files: count, parsed: count, findings: count, fixed: count, ms }),
});

export const buildDocument = v.strictObject({
  version,
  layers: v.array(
    v.strictObject({
      name: v.pipe(v.string(), v.minLength(1)),
      hash: v.pipe(v.string(), v.hexadecimal()),
      cached: v.boolean(),
      reason: v.exactOptional(v.string()),
      ms,
    }),
  ),
  pruned: v.exactOptional(
    v.array(v.strictObject({ name: v.string(), hash: v.exactOptional(v.string()), bytes: count })),
  ),
  /** Bytes. */
  freed: v.exactOptional(count),
});

export const runDocument = v.strictObject({
  version,
  result: v.unknown(),
  stages,
  wall: ms,
  where,
  spans: v.exactOptional(
    v.array(
      v.strictObject({
        file: relativePath,
        line,
        column: line,
        label: v.string(),
        start: ms,
        ms,
        cpu: v.exactOptional(ms),
        queued: v.exactOptional(ms),
        loop: v.exactOptional(v.boolean()),
      }),
    ),
  ),
  imports: v.exactOptional(v.array(importCost)),
});

export const entrypointDocument = v.strictObject({ version, result: v.unknown(), wall: ms, where });

const cold = v.strictObject({ ...summary, stages });

export const measureDocument = v.strictObject({
  version,
  cold,
  warm: v.exactOptional(v.strictObject(summary)),
  where,
});

export const verifyDocument = v.strictObject({
  version,
  verdict: v.picklist(["faster", "no-difference", "slower"]),
  metric: v.picklist(["wall", "body"]),
  speedup: v.strictObject({ median: ms, ci: interval }),
  results: v.picklist(["equal", "different", "not-comparable"]),
  before: cold,
  after: cold,
  cause: v.exactOptional(v.string()),
  fixes: v.exactOptional(
    v.array(v.strictObject({ rule: v.string(), title: v.string(), file: relativePath })),
  ),
  where,
});

export const errorDocument = v.strictObject({
  version,
  error: v.strictObject({
    kind: v.picklist(["error", "timeout", "lost", "cancelled", "environment", "usage", "defect"]),
    stage: v.exactOptional(v.picklist(["build", "boot", "global", "enter", "body"])),
    name: v.string(),
    message: v.string(),
    stack: v.exactOptional(v.string()),
    signal: v.exactOptional(v.string()),
    exitCode: v.exactOptional(v.number()),
    output: v.exactOptional(v.string()),
  }),
  stages: v.exactOptional(v.partial(stages)),
  where: v.exactOptional(where),
});

/** The document on standard output, which must hold nothing else. */
export function read<Schema extends v.GenericSchema>(schema: Schema, stdout: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, JSON.parse(stdout));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${v.getDotPath(issue) ?? "document"}: ${issue.message}\n${stdout}`);
}
