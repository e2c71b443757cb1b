// Write what the platform has replaced as it is written now.
import type { Change, Fix } from "../facts/finding.ts";
import type { Outdated } from "../facts/function.ts";

export function modernise({ name, instead, change }: Outdated, file: string): readonly Fix[] {
  if (!change) return [];
  const written: Change = { ...change, file };
  if (change.kind === "parameters")
    return [
      {
        title: `Replace \`${name}\` by \`${instead}\``,
        safety: "unsafe",
        why: "Callers have to give its arguments by name.",
        change: written,
      },
    ];
  return [{ title: `Replace \`${name}\` by \`${instead}\``, safety: "safe", change: written }];
}
