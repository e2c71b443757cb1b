// Write what the platform has replaced as it is written now.
import type { Change, Fix } from "../facts/finding.ts";
import type { Outdated } from "../facts/function.ts";

export function modernise({ name, instead, change }: Outdated, file: string): readonly Fix[] {
  if (!change) return [];
  const written: Change = { ...change, file };
  return [{ title: `Replace \`${name}\` by \`${instead}\``, safety: "safe", change: written }];
}
