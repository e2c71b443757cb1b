// Options of our own SDK, as settings with the values that it takes.
import type { Setting } from "../facts/function.ts";
import type { ObjectEntry } from "../facts/module.ts";

/** Ranges of the SDK's own checks (`runtime/sdk/options.ts`). */
const pool: Readonly<Record<string, Pick<Setting, "role" | "limits">>> = {
  keepWarm: { role: "minimum", limits: { least: 0 } },
  maxContainers: { role: "maximum", limits: { least: 1 } },
  bufferContainers: { role: "buffer", limits: { least: 0 } },
  containerIdleTimeout: { role: "idle", limits: { least: 2, most: 1200, unit: "s" } },
};

export function settingOf(entry: ObjectEntry): readonly Setting[] {
  if (entry.key === undefined) return [];
  const { value } = entry;
  const known = value.kind === "literal" ? value.value : undefined;
  const constant = typeof known === "string" || typeof known === "number" || typeof known === "boolean";
  return [
    {
      name: entry.key,
      range: entry.range,
      valueRange: value.range,
      ...(constant && { value: known }),
      ...(Object.hasOwn(pool, entry.key) && pool[entry.key]),
    },
  ];
}
