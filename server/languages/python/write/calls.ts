// A written call as formatters break it: on one line, its arguments on the next one, or each on a line of its own.
import type { Draft } from "./draft.ts";

/** @param begin What stands before the arguments: `x = load`. */
export function callLines(
  { style }: Draft,
  indent: string,
  begin: string,
  args: readonly string[],
): readonly string[] {
  const listed = args.join(", ");
  const line = `${indent}${begin}(${listed})`;
  if (line.length <= style.width || args.length === 0 || listed.includes("\n")) return [line];
  const deep = indent + style.indent;
  const inside =
    deep.length + listed.length <= style.width ? [deep + listed] : args.map((each) => `${deep}${each},`);
  return [`${indent}${begin}(`, ...inside, `${indent})`];
}
