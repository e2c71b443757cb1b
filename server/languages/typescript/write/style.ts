// How a file is written: its line ends, indentation, quotes, semicolons and width.

export interface Style {
  readonly newline: "\n" | "\r\n";
  /** One level. */
  readonly indent: string;
  readonly quote: '"' | "'";
  readonly semicolon: ";" | "";
  /** What follows the last item of a list that is written over several lines. */
  readonly trailingComma: "," | "";
  /** Columns that a line may take. */
  readonly width: number;
}

export function readStyle(text: string): Style {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/).map((line) => line.replace(/\s*\/\/.*$/, ""));
  const count = (pattern: RegExp) => lines.reduce((sum, line) => sum + (pattern.test(line) ? 1 : 0), 0);
  return {
    newline,
    indent: indentOf(lines),
    quote: count(/'/) > count(/"/) ? "'" : '"',
    semicolon: count(/;$/) >= count(/[\w)\]'"`]$/) / 2 ? ";" : "",
    trailingComma: leavesLastComma(lines) ? "" : ",",
    width: Math.max(80, ...lines.map((line) => (line.length > 120 ? 80 : line.length))),
  };
}

/** Whether lists of several lines end without a comma more often than with one. */
function leavesLastComma(lines: readonly string[]): boolean {
  let balance = 0;
  lines.forEach((line, index) => {
    if (!/^\s*[\])}]/.test(lines[index + 1] ?? "")) return;
    if (line.endsWith(",")) balance++;
    else if (/[\w)\]}'"`]$/.test(line) && /[,[{(]$/.test(lines[index - 1] ?? "")) balance--;
  });
  return balance < 0;
}

/** The step by which lines go deeper most often. */
function indentOf(lines: readonly string[]): string {
  const steps = new Map<string, number>();
  let before = "";
  for (const line of lines) {
    const [, space = "", first] = /^([ \t]*)(\S)/.exec(line) ?? [];
    if (!first || first === "*") continue;
    if (space.length > before.length && space.startsWith(before)) {
      const step = space.slice(before.length);
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    before = space;
  }
  const [best] = [...steps].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? "  ";
}
