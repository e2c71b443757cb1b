// Checks what arrives on standard input before anything is started.
import * as v from "valibot";
import { usageError } from "../errors.ts";
import type { RuntimeOptions } from "../options.ts";

const absolute = v.pipe(v.string(), v.startsWith("/", "must be an absolute path"));
const texts = v.record(v.string(), v.string());
const variant = {
  id: v.string(),
  file: absolute,
  overlay: v.exactOptional(texts),
  marked: v.exactOptional(texts),
};

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
    v.object({ kind: v.literal("entrypoint"), variant: v.object(variant) }),
  ]),
});

/** @throws RuntimeError of kind usage that names the place of the first mistake */
export function parseOptions(text: string): RuntimeOptions {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw usageError("OptionsError", `the options are no JSON: ${(error as Error).message}`);
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw usageError("OptionsError", `options.${v.getDotPath(issue) ?? ""}: ${issue.message}`);
  }
  const options: RuntimeOptions = parsed.output;
  if (options.job.kind === "cold") {
    const known = new Set(options.job.variants.map(({ id }) => id));
    const stray = options.job.steps.find((step) => !known.has(step.variant));
    if (stray) throw usageError("OptionsError", `options.job.steps: there is no variant ${stray.variant}`);
  }
  return options;
}
