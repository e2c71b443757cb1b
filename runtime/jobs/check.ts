// Checks what arrives on standard input before anything is started.

import * as v from "valibot";
import { usageError } from "../errors.ts";
import { parseExactly } from "../exact.ts";
import type { ControlMessage, RuntimeOptions } from "../options.ts";

const absolute = v.pipe(v.string(), v.startsWith("/", "must be an absolute path"));
const texts = v.record(v.string(), v.string());
const variant = {
  id: v.string(),
  file: absolute,
  overlay: v.exactOptional(texts),
  marked: v.exactOptional(texts),
};

const findings = v.array(
  v.object({
    rule: v.string(),
    file: v.string(),
    line: v.number(),
    message: v.string(),
    function: v.string(),
  }),
);

const control = v.object({ type: v.literal("findings"), findings });

const schema = v.object({
  version: v.literal(1),
  root: absolute,
  cache: absolute,
  node: v.exactOptional(v.string()),
  python: v.exactOptional(v.string()),
  isolation: v.exactOptional(v.picklist(["mounts", "folders"])),
  env: texts,
  secrets: v.exactOptional(v.array(v.string())),
  bootTimeout: v.exactOptional(v.pipe(v.number(), v.minValue(1))),
  quiet: v.exactOptional(v.boolean()),
  job: v.variant("kind", [
    v.object({
      kind: v.literal("cold"),
      variants: v.array(v.object({ ...variant, function: v.string() })),
      steps: v.array(
        v.object({
          variant: v.string(),
          input: v.array(v.unknown()),
          warm: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
          profile: v.exactOptional(v.boolean()),
        }),
      ),
    }),
    v.object({
      kind: v.literal("entrypoint"),
      variant: v.object(variant),
      input: v.exactOptional(v.array(v.unknown())),
    }),
    v.object({
      kind: v.literal("build"),
      variant: v.object(variant),
      prune: v.exactOptional(v.boolean()),
    }),
    v.object({
      kind: v.literal("serve"),
      variant: v.object(variant),
      port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
      host: v.exactOptional(v.string()),
      handlers: v.array(v.string()),
      findings,
      maxBody: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      at: v.exactOptional(v.number()),
    }),
  ]),
});

/** @throws RuntimeError of kind usage that names the place of the first mistake */
export function parseControl(text: string): ControlMessage {
  return parse(control, text, "the message");
}

/** @throws RuntimeError of kind usage that names the place of the first mistake */
export function parseOptions(text: string): RuntimeOptions {
  const options: RuntimeOptions = parse(schema, text, "options");
  if (options.job.kind === "cold") {
    const known = new Set(options.job.variants.map(({ id }) => id));
    const stray = options.job.steps.find((step) => !known.has(step.variant));
    if (stray) throw usageError("OptionsError", `options.job.steps: there is no variant ${stray.variant}`);
  }
  return options;
}

function parse<Schema extends v.GenericSchema>(
  wanted: Schema,
  text: string,
  what: string,
): v.InferOutput<Schema> {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw usageError("OptionsError", `${what}: no JSON: ${(error as Error).message}`);
  }
  const parsed = v.safeParse(wanted, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw usageError("OptionsError", `${what}.${v.getDotPath(issue) ?? ""}: ${issue.message}`);
}
