// Whatever a change says, the writer gives edits that Python compiles, or none; it never throws.

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { applyEdits } from "../../../facts/edits.ts";
import type { Change } from "../../../facts/finding.ts";
import type { Range } from "../../../facts/module.ts";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { parse, type Syntax } from "../syntax.ts";
import { spell } from "../write.ts";
import { becomes, spelling } from "./testing.ts";

beforeAll(() => initialise(readGrammar));

const program = `"""Any."""
from __future__ import annotations
import os, modal
from modal import App

image = modal.Image.debian_slim().pip_install("x")
app = App("any", image=image)
kept = None
fetch("weights", to=os.path.join("a", "b"))
with image.imports():
    import torch


def load(name: str) -> bytes:
    with open(name, "rb") as f: return f.read()


@app.cls(gpu="T4", keep_warm=1)
class A(Base, metaclass=M):
    size: int = modal.parameter(default=1)

    @modal.enter(snap=True)
    def early(self):
        fetch("more")
        self.a = load("a")  # first
        self.b = [load(n) for n in "xy"]

    @modal.method()
    async def ask(self, q, *, n=1):
        """Answers
        all."""
        from lib import one, two
        # both
        a = await one(1)
        b, c = await two(2, """x
    y"""), load("c")
        if not hasattr(self, "m"):
            self.m = load(
                "m",
            )
        async with a as d, b:
            yield f"{d!r}{self.m}", [await one(i) async for i in c if i]


@app.function(volumes={"/a": vol},
              schedule=None)
@modal.fastapi_endpoint()
def f(q, *rest, **options):
    global kept
    if kept is None: kept = load("k")
    table = json.load(open("t.json"))
    rows = load("r"); more = load("s")
    for row in rows:
        print(row, table[q])
    else:
        more = load(q)
    return lambda: (kept, table, more)


@app.local_entrypoint()
def main():
    f.remote(1); A().ask.remote(2)
`;

const sources = [
  program,
  program.replaceAll("    ", "\t"),
  program.replaceAll("\n", "\r\n"),
  program.replaceAll("\n\n", "\n"),
];

const changes = fc.constantFrom(...sources).chain((text) => {
  const ranges = rangesOf(text);
  const range = fc.constantFrom(...ranges.statements, ...ranges.calls, ...ranges.all);
  const several = fc.array(
    fc.oneof(fc.constantFrom(...ranges.statements), fc.constantFrom(...ranges.calls)),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  const enter = fc.constantFrom(
    { kind: "method", decorator: "modal.enter", apart: "snap" } as const,
    { kind: "class", decorator: "modal.enter", becomes } as const,
    { kind: "module-scope", format: "esm" } as const,
  );
  const decorators = ranges.calls.filter(({ start }) => text[start - 1] === "@");
  const call = fc.oneof(fc.constantFrom(...decorators), range);
  const built = ranges.calls.filter(
    ({ start, end }) => text.startsWith("modal.Image", start) && text[end - 1] === ")",
  );
  const image = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...built) }, range);
  const own = fc
    .record({ enter, call, image })
    .map(({ enter, call, image }) =>
      spelling(call, { enter, build: { kind: "step", image, method: "run_function" } }),
    );
  const spellings = fc.array(own, { minLength: 1, maxLength: 2 });
  const provides = fc.oneof(fc.constant([]), fc.subarray(["table", "rows", "a", "kept"], { maxLength: 2 }));
  const file = "/any.py";
  const change: fc.Arbitrary<Change> = fc.oneof(
    several.map((all) => {
      const items = all.map((each) => ({ call: each, statement: each }));
      return { kind: "concurrently" as const, file, scope: 1, items };
    }),
    fc.tuple(several, own, provides).map(([statements, spelling, provides]) => ({
      ...{ kind: "move-to-enter" as const, file, statements, provides, spelling },
    })),
    fc.tuple(range, own).map(([run, spelling]) => ({ kind: "run-in-enter" as const, file, run, spelling })),
    fc
      .tuple(
        fc.oneof(
          several,
          range.map((each) => [each]),
        ),
        spellings,
      )
      .map(([statements, spellings]) => ({
        ...{ kind: "move-to-build" as const, file, statements, spellings },
      })),
    fc.tuple(several, spellings).map(([calls, spellings]) => ({
      ...{ kind: "fetch-in-build" as const, file, calls, spellings },
    })),
    spellings.map((spellings) => ({
      ...{ kind: "keep-on-volume" as const, file, folder: "/c", volume: "my-cache", spellings },
    })),
    fc.tuple(range, range, range).map(([statement, one, two]) => ({
      ...{ kind: "prefetch" as const, file, scope: 1, statement },
      fetches: [one, two].map((each) => ({ callee: "hub.fetch", arguments: [each] })),
    })),
    call.map((each) => ({
      ...{
        kind: "decorate" as const,
        file,
        call: each,
        setting: "keep_warm",
        decorator: "modal.warm",
        as: "n",
      },
    })),
  );
  return fc.record({ text: fc.constant(text), change });
});

it("never throws, and never breaks a text", () => {
  const written = new Set<string>();
  fc.assert(
    fc.property(changes, ({ text, change }) => {
      const edits = spell(change, text);
      if (!edits) return;
      const own = edits.filter((edit) => edit.file === change.file);
      written.add(applyEdits(text, own));
    }),
    { numRuns: 900, seed: 20261124 },
  );
  expect(written.size).toBeGreaterThan(50);
  expect(refused([...sources, ...written])).toEqual([]);
});

function rangesOf(text: string) {
  const all: Range[] = [];
  const statements: Range[] = [];
  const calls: Range[] = [];
  const visit = (node: Syntax, parent?: Syntax): void => {
    const range = { start: node.start, end: node.end };
    all.push(range);
    if (parent?.type === "block" || /^fetch/.test(text.slice(node.start))) statements.push(range);
    if (node.type === "call") calls.push(range);
    for (const child of node.children) visit(child, node);
  };
  visit(parse("/any.py", text).root);
  return { all, statements, calls };
}

/** What Python's own compiler says of texts that it does not take. */
function refused(texts: readonly string[]): readonly string[] {
  const script = [
    "import json, sys",
    "bad = []",
    "for text in json.load(sys.stdin):",
    "    try: compile(text, 'any.py', 'exec')",
    "    except SyntaxError as error: bad.append(f'{error}\\n{text}')",
    "json.dump(bad, sys.stdout)",
  ];
  const output = execFileSync("python3", ["-c", script.join("\n")], {
    input: JSON.stringify(texts),
    maxBuffer: 1e9,
  });
  return JSON.parse(output.toString());
}
