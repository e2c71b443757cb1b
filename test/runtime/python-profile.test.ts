// What a profile run of a Python function tells: spans on the very expressions, and what its imports cost.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markSpans } from "../../server/languages/python/instrument.ts";
import { initialise } from "../../server/languages/python/read.ts";
import { readGrammar } from "../../server/workspace/grammar.ts";
import { bundle, createProject, errorOf, type Project, type Run, resultOf } from "./harness.ts";

/** Marked expressions stand between brackets. */
const source = `"""A docstring stays one."""
from __future__ import annotations
import json, asyncio
from slow import value
import quick as _quick


def work(ms, result=None):
    import time
    time.sleep(ms / 1000)
    return result


class Loader:
    def __load(self, n):
        return ⟦work(20, n)⟧

    def run(self):
        return self.__load(1)


def plain():
    first = ⟦work(30, "a")⟧
    second = [⟦work(5, n)⟧ for n in range(2)]
    return [first, second, Loader().run(), Loader.__doc__, __doc__]


async def later():
    both = await asyncio.gather(⟦later_still(40)⟧, later_still(1))
    one = ⟦await later_still(20)⟧
    return [both, one]


async def later_still(ms):
    await asyncio.sleep(ms / 1000)
    return ms


def threaded():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor() as pool:
        waiting = ⟦pool.submit(work, 40, "w")⟧
        computing = ⟦pool.submit(sum, range(3_000_000))⟧
        return [waiting.result(), computing.result() > 0]


def fails():
    return ⟦work(5)⟧.missing
`;

let project: Project;
let marked: string;
beforeAll(async () => {
  await initialise(readGrammar);
  const ranges: { start: number; end: number }[] = [];
  const open: number[] = [];
  let text = "";
  for (const letter of source) {
    if (letter === "⟦") open.push(text.length);
    else if (letter === "⟧") ranges.push({ start: open.pop() ?? 0, end: text.length });
    else text += letter;
  }
  marked = markSpans(
    text,
    ranges.map((range, id) => ({ id, range })),
  );
  project = createProject(await bundle(), {
    "app.py": text,
    "slow.py": "import time, slower.deep\ntime.sleep(0.03)\nvalue = 1\n",
    "slower/__init__.py": "",
    "slower/deep.py": "from . import deepest\n",
    "slower/deepest.py": "import time\ntime.sleep(0.02)\n",
    "quick.py": "",
  });
});
afterAll(() => project.remove());

const profile = (name: string): Promise<Run> => {
  const file = `${project.folder}/app.py`;
  return project.start({
    kind: "cold",
    variants: [{ id: "it", file, function: name, marked: { [file]: marked } }],
    steps: [{ variant: "it", input: [], profile: true }],
  }).ended;
};

function spansOf(run: Run) {
  const [outcome] = run.outcomes;
  if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
  return outcome.spans ?? [];
}

describe("spans of Python", () => {
  it("time the very expressions, and change nothing else", async () => {
    const run = await profile("plain");
    expect(resultOf(run)).toEqual(["a", [0, 1], 1, null, "A docstring stays one."]);
    const spans = spansOf(run);
    expect(spans.map(({ id }) => id)).toEqual([1, 2, 2, 0]);
    for (const [index, least] of [30, 5, 5, 20].entries()) {
      expect(spans[index]?.ms).toBeGreaterThanOrEqual(least);
    }
    const starts = spans.map(({ start }) => start);
    expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  });

  it("of awaited calls last until they have their value", async () => {
    const run = await profile("later");
    expect(resultOf(run)).toEqual([[40, 1], 20]);
    const awaited = spansOf(run).find(({ id }) => id === 4);
    expect(awaited?.ms).toBeGreaterThanOrEqual(20);
    expect(spansOf(run).find(({ id }) => id === 3)?.ms).toBeGreaterThanOrEqual(40);
    expect(spansOf(run).map(({ loop }) => loop)).toEqual([true, true]);
  });

  it("of work in threads are where it runs, and tell computing from waiting", async () => {
    const run = await profile("threaded");
    expect(resultOf(run)).toEqual(["w", true]);
    const [waiting, computing] = [5, 6].map((id) => spansOf(run).find((span) => span.id === id));
    expect(waiting?.ms).toBeGreaterThanOrEqual(40);
    expect(waiting?.cpu).toBeLessThan(waiting?.ms ?? 0);
    expect(computing?.cpu).toBeGreaterThan(waiting?.cpu ?? 0);
    // Linux tells how long a thread waited for a processor.
    if (process.platform === "linux") expect(waiting?.queued).toBeGreaterThanOrEqual(0);
  });

  it("leave tracebacks as they are", async () => {
    const error = errorOf(await profile("fails"));
    expect(error.message).toBe("'NoneType' object has no attribute 'missing'");
    expect(error.stack).toContain('app.py", line 48, in fails\n    return work(5).missing');
    expect(error.stack).not.toContain("span");
  });
});

it("times the entry's imports one after another", async () => {
  const [outcome] = (await profile("plain")).outcomes;
  const imports = (outcome?.ok && outcome.imports) || [];
  expect(imports.map(({ specifier }) => specifier)).toEqual([
    "__future__",
    "json",
    "asyncio",
    "slow",
    "quick",
  ]);
  const slow = imports.find(({ specifier }) => specifier === "slow");
  expect(slow?.ms).toBeGreaterThanOrEqual(50);
  expect(slow?.imports).toMatchObject([
    { specifier: "slower.deep", imports: [{ specifier: "slower.deepest" }] },
  ]);
});
