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
  const lines = text.split(/\r?\n/);
  const count = (pattern: RegExp) => lines.reduce((sum, line) => sum + (pattern.test(line) ? 1 : 0), 0);
  const ends = count(/[\w)\]'"`]$/);
  const closing = count(/[^,\s([{][ \t]*$/) > 0 ? lines.filter(isUnfinishedList(lines)).length : 0;
  return {
    newline,
    indent: indentOf(lines),
    quote: count(/'/) > count(/"/) ? "'" : '"',
    semicolon: count(/;\s*(\/\/.*)?$/) >= ends / 2 ? ";" : "",
    trailingComma: closing > count(/,$/) / 4 ? "" : ",",
    width: Math.min(120, Math.max(80, ...lines.map((line) => (line.length > 120 ? 80 : line.length)))),
  };
}

/** Lines that end a list of several lines and have no comma though the line before has one. */
function isUnfinishedList(lines: readonly string[]): (line: string, index: number) => boolean {
  return (line, index) =>
    /^\s*[\w'"`].*[\w)\]}'"`]$/.test(line) &&
    /,$/.test(lines[index - 1] ?? "") &&
    /^\s*[)\]}]/.test(lines[index + 1] ?? "");
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
