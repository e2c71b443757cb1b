// How a file is written: its line ends, indentation, quotes and width.

export interface Style {
  readonly newline: "\n" | "\r\n";
  /** One level. */
  readonly indent: string;
  readonly quote: '"' | "'";
  /** Columns that a line may take. */
  readonly width: number;
  /** Lines left blank between definitions at the file's top. */
  readonly blanks: number;
}

export function readStyle(text: string): Style {
  const lines = text.split(/\r?\n/);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const longest = Math.max(0, ...lines.map((line) => (line.length > 120 ? 0 : line.length)));
  return {
    newline: text.includes("\r\n") ? "\r\n" : "\n",
    indent: indentOf(lines),
    quote: count(/(?<![\w'"])'(?!'')/g) > count(/(?<![\w'"])"(?!"")/g) ? "'" : '"',
    width: Math.max(88, longest),
    blanks:
      /\S\r?\n\r?\n(?:@|def |class |async def )/.test(text) &&
      !/\n\r?\n\r?\n(?:@|def |class |async def )/.test(text)
        ? 1
        : 2,
  };
}

/** The step by which the first suites go deeper. */
function indentOf(lines: readonly string[]): string {
  const steps = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const [, space = ""] = /^([ \t]*)/.exec(line) ?? [];
    const next = /^([ \t]*)\S/.exec(lines[index + 1] ?? "")?.[1];
    if (!/:\s*(#.*)?$/.test(line) || next === undefined || !next.startsWith(space)) continue;
    const step = next.slice(space.length);
    if (step !== "") steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const [best] = [...steps].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? "    ";
}
