// What a fix changed that it has no business with.
import type { Change } from "../../server/facts/finding.ts";
import type { Spelling } from "../../server/facts/function.ts";
import type { Range } from "../../server/facts/module.ts";

/** Lines of the text before that are gone or changed though the change says nothing of them. */
export function changedOutside(
  change: Change,
  file: string,
  before: string,
  after: string,
): readonly string[] {
  if (change.file !== file) return before === after ? [] : [file];
  const lines = before.split("\n");
  const allowed = new Set(concerned(change, before).flatMap((range) => linesOf(before, range)));
  // Decorators of hooks are imported.
  const ofClass = spellingsOf(change).some(({ enter }) => enter.kind === "method");
  const converts =
    change.kind === "concurrently" && change.items.some(({ call }) => isSynchronous(before, call));
  return lost(lines, after.split("\n"))
    .filter((index) => !allowed.has(index))
    .map((index) => lines[index] ?? "")
    .filter((line) => !(ofClass && /^import\b.*"coldstart"|^\s*@\w+\(\)$/.test(line)))
    .filter(
      (line) => line.trim() !== "" && !(converts && /\bimport\b|require\(|Sync\(|function|=>/.test(line)),
    );
}

function spellingsOf(change: Change): readonly Spelling[] {
  if ("spelling" in change) return [change.spelling];
  return "spellings" in change ? change.spellings : [];
}

function concerned(change: Change, text: string): readonly Range[] {
  switch (change.kind) {
    case "concurrently":
      return change.items
        .flatMap(({ call, statement }) => [call, statement])
        .map((range) => around(text, range));
    case "move-to-enter":
      return [
        ...change.statements.map((range) => around(text, range)),
        ...definitionOf(change.spelling, text),
      ];
    case "run-in-enter":
      return [change.run, ...definitionOf(change.spelling, text)];
    case "move-to-build":
      return [
        ...change.statements.map((range) => around(text, range)),
        ...change.spellings.flatMap((each) => definitionOf(each, text)),
      ];
    case "fetch-in-build":
    case "keep-on-volume":
      return change.spellings.flatMap((each) => definitionOf(each, text));
    case "prefetch":
      return [];
    case "replace":
      return change.parts.map((part) => part.range);
    case "parameters":
      return [change.definition];
    case "decorate":
      return [change.call];
  }
}

/** Comments directly above a statement go with it. */
function around(text: string, { start, end }: Range): Range {
  const above = /(?:[ \t]*\/\/.*\n)*[^\n]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return { start: start - above, end };
}

/** The options and the handler's parameters; of a handler that is written elsewhere, its first line. */
function definitionOf({ definition }: Spelling, text: string): readonly Range[] {
  if (!definition) return [];
  const { call, options } = definition;
  const head = text.slice(options?.end ?? call.start, call.end);
  const arrow = /=>|\{/.exec(head)?.index ?? 0;
  const named = /(\w+)\s*,?\s*\)$/.exec(text.slice(call.start, call.end))?.[1];
  const declared = named === undefined ? -1 : text.search(new RegExp(`(function|const) ${named}\\b`));
  const ranges = [{ start: call.start, end: (options?.end ?? call.start) + arrow }];
  return declared < 0 ? ranges : [...ranges, { start: declared, end: declared + 1 }];
}

function isSynchronous(text: string, { start, end }: Range): boolean {
  return !/await\s*\(?$/.test(text.slice(0, start)) && !text.slice(start, end).startsWith("await");
}

function linesOf(text: string, { start, end }: Range): readonly number[] {
  const first = text.slice(0, start).split("\n").length - 1;
  const last = text.slice(0, end).split("\n").length - 1;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Indexes of lines that a longest common subsequence leaves out. */
function lost(before: readonly string[], after: readonly string[]): readonly number[] {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (row: number, column: number) => table[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      const cells = table[row];
      if (!cells) continue;
      const same = before[row] === after[column];
      cells[column] = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const gone: number[] = [];
  for (let row = 0, column = 0; row < before.length; ) {
    if (column < after.length && before[row] === after[column]) {
      row++;
      column++;
    } else if (column < after.length && at(row, column + 1) >= at(row + 1, column)) column++;
    else gone.push(row++);
  }
  return gone;
}
