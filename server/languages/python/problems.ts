// Finds what keeps a text from being Python, in the order of the text: brackets and texts that are not closed, missing
// colons, indentation that fits nothing. The parser's grammar forgives some of it, and tells of the rest too late.
import type { Range } from "../../facts/module.ts";
import type { Parsed, SyntaxProblem } from "./syntax.ts";

export interface Problem {
  readonly message: string;
  readonly range: Range;
}

/** What is wrong with a text, in its order; what the parser made of the first thing goes without saying. */
export function problemsOf({ text, errors }: Parsed): readonly Problem[] {
  const told = errors.map((error) => described(text, error));
  const first = firstProblem(text);
  if (!first) return told;
  const start = text.lastIndexOf("\n", first.range.start - 1) + 1;
  const end = endOfLine(text, first.range.start);
  const before = told.filter(({ range }) => range.end <= start && range.end < first.range.start);
  return [...before, first, ...told.filter(({ range }) => range.start > end)];
}

function described(text: string, { missing, start, end }: SyntaxProblem): Problem {
  if (missing !== undefined) {
    const what = missing === "identifier" ? "A name" : `\`${missing}\``;
    return { message: `${what} is expected here.`, range: { start, end } };
  }
  const line = text.slice(start, end).split("\n", 1)[0]?.trim() ?? "";
  if (line === "") return { message: "The code can't be read here.", range: { start, end } };
  const how = /\s/.test(line) ? "can't be read as Python" : "is not expected here";
  const message = `\`${shortened(line)}\` ${how}.`;
  return { message, range: { start, end } };
}

/** The first thing that Python would stumble over, as far as brackets, texts, colons and indentation go. */
export function firstProblem(text: string): Problem | undefined {
  const scan: Scan = { text, at: text.charCodeAt(0) === 0xfeff ? 1 : 0, open: [] };
  const levels = [0];
  /** The line before, where it opens a block. */
  let opener: Line | undefined;
  for (;;) {
    const indent = skipBlankLines(scan);
    if (scan.at >= text.length) break;
    const start = scan.at;
    const level = levels.at(-1) ?? 0;
    if (opener && indent <= level) return blockExpected(text, opener, start);
    if (indent > level) {
      if (!opener) return at("This line is indented, though nothing above it opens a block.", start);
      levels.push(indent);
    }
    while (indent < (levels.at(-1) ?? 0)) levels.pop();
    if (indent !== levels.at(-1))
      return at("The indentation of this line fits none of the lines above.", start);
    const line = readLine(scan);
    if ("message" in line) return line;
    const missing = colonMissing(text, line) ?? operandMissing(text, line) ?? statementOfOld(text, line);
    if (missing) return missing;
    opener = line.opens ? line : undefined;
  }
  return opener && blockExpected(text, opener, text.length);
}

interface Scan {
  readonly text: string;
  at: number;
  /** Brackets that are open. */
  readonly open: number[];
}

/** A line in the sense of the language: it ends where no bracket is open. */
interface Line {
  readonly start: number;
  /** Behind its last token. */
  readonly end: number;
  readonly opens: boolean;
  readonly hasColon: boolean;
  readonly endsInText: boolean;
}

const at = (message: string, start: number, end = start + 1): Problem => ({ message, range: { start, end } });

function lineNumber(text: string, offset: number): number {
  let line = 1;
  for (let from = text.indexOf("\n"); from >= 0 && from < offset; from = text.indexOf("\n", from + 1))
    line += 1;
  return line;
}

function blockExpected(text: string, { start }: Line, place: number): Problem {
  const message = `An indented block is expected after line ${lineNumber(text, start)}.`;
  return at(message, Math.min(place, text.length), Math.min(place + 1, text.length));
}

/** Goes to the next line that holds code; its indentation, tabs reaching to the next multiple of eight. */
function skipBlankLines(scan: Scan): number {
  const { text } = scan;
  let indent = 0;
  for (; scan.at < text.length; scan.at++) {
    const char = text[scan.at];
    if (char === " ") indent += 1;
    else if (char === "\t") indent += 8 - (indent % 8);
    else if (char === "\f" || char === "\n" || char === "\r") indent = 0;
    else if (char === "#") scan.at = endOfLine(text, scan.at) - 1;
    else if (char === "\\" && isContinued(text, scan.at)) scan.at = endOfLine(text, scan.at);
    else break;
  }
  return indent;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Whether a backslash joins its line with the next one. */
function isContinued(text: string, at: number): boolean {
  return text[at + 1] === "\n" || (text[at + 1] === "\r" && text[at + 2] === "\n");
}

const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

function readLine(scan: Scan): Line | Problem {
  const { text, open } = scan;
  const start = scan.at;
  let end = start;
  let opens = false;
  let hasColon = false;
  let endsInText = false;
  while (scan.at < text.length) {
    const char = text[scan.at] ?? "";
    if (char === "#") {
      scan.at = endOfLine(text, scan.at);
      continue;
    }
    if (char === "\n" && open.length === 0) break;
    if (char === "\\" && isContinued(text, scan.at)) {
      scan.at = endOfLine(text, scan.at) + 1;
      continue;
    }
    if (char <= " ") {
      scan.at += 1;
      continue;
    }
    opens = false;
    endsInText = char === '"' || char === "'";
    if (endsInText) {
      const wrong = skipText(scan, prefixAt(text, scan.at));
      if (wrong) return wrong;
    } else {
      const wrong = bracket(scan, char);
      if (wrong) return wrong;
      if (char === ":" && open.length === 0 && text[scan.at + 1] !== "=") {
        hasColon = true;
        opens = true;
      }
      scan.at += 1;
    }
    end = scan.at;
  }
  const [unclosed] = open.slice(-1);
  if (unclosed !== undefined) return at(`\`${text[unclosed]}\` is never closed.`, unclosed);
  return { start, end, opens, hasColon, endsInText };
}

function bracket({ text, at: place, open }: Scan, char: string): Problem | undefined {
  if (char === "(" || char === "[" || char === "{") open.push(place);
  const opening = closing[char];
  if (opening === undefined) return undefined;
  const last = open.pop();
  if (last === undefined) return at(`\`${char}\` closes nothing.`, place);
  if (text[last] === opening) return undefined;
  const where = `line ${lineNumber(text, last)}`;
  return at(`\`${char}\` does not close \`${text[last]}\` of ${where}.`, place);
}

/** Letters in front of a text, which say how it is read: `f`, `rb`. */
function prefixAt(text: string, quote: number): string {
  return /(?<![\w.])[A-Za-z]{1,2}$/.exec(text.slice(Math.max(0, quote - 3), quote))?.[0]?.toLowerCase() ?? "";
}

/** Goes behind a text that begins here. */
function skipText(scan: Scan, prefix: string): Problem | undefined {
  const { text } = scan;
  const start = scan.at;
  const quote = text[start] ?? "";
  const mark = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const formatted = prefix.includes("f") || prefix.includes("t");
  const raw = prefix.includes("r");
  scan.at += mark.length;
  while (scan.at < text.length) {
    const char = text[scan.at];
    if (text.startsWith(mark, scan.at)) {
      scan.at += mark.length;
      return undefined;
    }
    if (char === "\n" && mark.length === 1) break;
    if (char === "\\") {
      const named = !raw && formatted && text.startsWith("\\N{", scan.at);
      scan.at += named
        ? 3
        : text[scan.at + 1] === "\r"
          ? 3
          : raw && formatted && text[scan.at + 1] === "{"
            ? 1
            : 2;
      if (named) scan.at = Math.max(text.indexOf("}", scan.at) + 1, scan.at);
    } else if (formatted && char === "{" && text[scan.at + 1] !== "{") {
      scan.at += 1;
      const wrong = skipField(scan, mark);
      if (wrong) return wrong;
    } else scan.at += formatted && char === "{" ? 2 : 1;
  }
  const what = mark.length === 3 ? `\`${mark}\` is never closed.` : `\`${mark}\` is not closed on its line.`;
  return at(what, start, start + mark.length);
}

/** Goes behind a field of a formatted text, `{value!r:>{width}}`, whose beginning is behind. */
function skipField(scan: Scan, mark: string): Problem | undefined {
  const { text } = scan;
  let depth = 0;
  while (scan.at < text.length) {
    const char = text[scan.at] ?? "";
    if (char === '"' || char === "'") {
      // Before Python 3.12 the quote of the text itself ends it.
      if (text.startsWith(mark, scan.at) && !text.slice(scan.at + 1, endOfLine(text, scan.at)).includes(mark))
        return undefined;
      const wrong = skipText(scan, prefixAt(text, scan.at));
      if (wrong) return wrong;
      continue;
    }
    if (char === "#" && mark.length === 3) scan.at = endOfLine(text, scan.at);
    if (char === "(" || char === "[" || char === "{") depth += 1;
    if (char === "}" && depth === 0) {
      scan.at += 1;
      return undefined;
    }
    if (char === ")" || char === "]" || char === "}") depth -= 1;
    scan.at += 1;
    if (char === ":" && depth === 0) return skipFormat(scan, mark);
  }
  return undefined;
}

/** Goes behind how a field is to be written, and its end. */
function skipFormat(scan: Scan, mark: string): Problem | undefined {
  const { text } = scan;
  while (scan.at < text.length && !text.startsWith(mark, scan.at)) {
    const char = text[scan.at];
    scan.at += 1;
    if (char === "}") return undefined;
    if (char === "{") {
      const wrong = skipField(scan, mark);
      if (wrong) return wrong;
    }
  }
  return undefined;
}

const compound =
  /^(?:(?:async[ \t]+)?(?:def|for|with)|if|elif|while|class|except|try|else|finally)\b(?![ \t]*(?:[=.,)]|$(?<!try|else|finally)))/;

function colonMissing(text: string, { start, end, hasColon }: Line): Problem | undefined {
  if (hasColon) return undefined;
  const line = text.slice(start, end);
  const [keyword] = compound.exec(line) ?? [];
  if (keyword === undefined) return undefined;
  return at(`\`:\` is expected at the end of \`${shortened(line)}\`.`, end, end);
}

const operator = /(?:[-+/%@&|^=<>~]|(?<![.\d])\.|\b(?:and|or|not|in|is))$/;

/** `return x +`: the line ends where something has to follow. */
function operandMissing(text: string, { start, end, endsInText }: Line): Problem | undefined {
  const line = text.slice(start, end);
  const last = endsInText ? undefined : operator.exec(line)?.[0];
  return last === undefined
    ? undefined
    : at(`Something is expected after \`${last}\`.`, end - last.length, end);
}

const old = /^(print|exec)[ \t]+(?!(?:if|and|or|in|is|not)\b)["'\w]/;

/** `print "x"`, a statement of Python 2. */
function statementOfOld(text: string, { start, end }: Line): Problem | undefined {
  const name = old.exec(text.slice(start, end))?.[1];
  if (name === undefined) return undefined;
  return at(`\`${name}\` is a function: put what it is given into parentheses.`, start, start + name.length);
}

function shortened(line: string): string {
  const one = line.replace(/\s+/g, " ");
  return one.length > 40 ? `${one.slice(0, 40)}…` : one;
}
