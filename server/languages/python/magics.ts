// Notebook magics (`%pip install x`, `!ls`): lines of a cell that are no Python.
import type { SyntaxProblem } from "./syntax.ts";

/**
 * The text with the magics that the parser stumbled over made comments of the same length; the same text where there
 * is none. `%name` alone is no proof: it may continue an expression.
 */
export function maskMagics(text: string, errors: readonly SyntaxProblem[]): string {
  let masked = text;
  for (const match of text.matchAll(/^[ \t]*([%!])(?=[%!A-Za-z])[^\r\n]*|^[ \t]*[\w.]+(\?{1,2})[ \t]*$/gm)) {
    const start = match.index + match[0].search(/\S/);
    const end = match.index + match[0].length;
    if (!errors.some((error) => error.start <= end && start <= error.end)) continue;
    // A cell in another language (`%%bash`) is no Python to its end.
    const rest = text.startsWith("%%", start) && !/^%%(time|timeit|capture)\b/.test(text.slice(start));
    const stop = rest ? text.length : end;
    masked = masked.slice(0, start) + masked.slice(start, stop).replace(/^./gm, "#") + masked.slice(stop);
  }
  return masked;
}
