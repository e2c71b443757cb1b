// The places of spans are those that Python's own parser gives to the same expressions.
import { execFileSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import type { Range } from "../../facts/module.ts";
import { readGrammar } from "../../workspace/grammar.ts";
import { placesOf } from "./instrument.ts";
import { initialise } from "./read.ts";

beforeAll(() => initialise(readGrammar));

/** The text of the nodes that Python finds at the places of a text's marked ranges. */
function found(source: string): readonly (string | null)[] {
  const ranges: Range[] = [];
  const open: number[] = [];
  let text = "";
  for (const letter of source) {
    if (letter === "⟦") open.push(text.length);
    else if (letter === "⟧") ranges.push({ start: open.pop() ?? 0, end: text.length });
    else text += letter;
  }
  const places = placesOf(
    text,
    ranges.map((range, id) => ({ id, range })),
  );
  const script = [
    "import ast, json, sys",
    "text, places = json.load(sys.stdin)",
    "nodes = [n for n in ast.walk(ast.parse(text.encode())) if isinstance(n, ast.expr)]",
    "def key(n): return [type(n).__name__, n.lineno, n.col_offset, n.end_lineno, n.end_col_offset]",
    "source = text.removeprefix(chr(0xfeff))",
    "print(json.dumps([next((ast.get_source_segment(source, n) for n in nodes if key(n) == p), None) for p in places]))",
  ];
  const keys = places.map((place) => [place.node, place.line, place.column, place.endLine, place.endColumn]);
  const input = JSON.stringify([text, keys]);
  return JSON.parse(execFileSync("python3", ["-c", script.join("\n")], { input, encoding: "utf8" }));
}

it.each([
  ["x = ⟦f(1)⟧\n", "f(1)"],
  ["é = '😀'; x = ⟦load('ü', y)⟧(z)\n", "load('ü', y)"],
  ["a = 1\r\nb = ⟦f(\r\n  g(2)\r\n)⟧.h()\r\n", "f(\r\n  g(2)\r\n)"],
  ["\uFEFFx = ⟦f()⟧\n", "f()"],
  ["async def f():\n    return (await ⟦g()⟧).x, await (⟦h()⟧)\n", "await g()", "await (h())"],
  ["async def f():\n    return await g(⟦h()⟧)\n", "h()"],
  ["def f():\n\treturn [⟦g(x for x in y)⟧ for y in z]\n", "g(x for x in y)"],
])("finds %j", (source, ...expected) => {
  expect(found(source)).toEqual(expected);
});

it("leaves out what is no call", () => {
  const text = "x = y.z\n";
  expect(placesOf(text, [{ id: 1, range: { start: 4, end: 7 } }])).toEqual([]);
});
