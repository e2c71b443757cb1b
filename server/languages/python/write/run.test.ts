// What the writer writes runs, gives the same results, and does the work where it should: executed by Python itself.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Change } from "../../../facts/finding.ts";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { becomes, callOf, changed, type Marked, marked, spelling } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "coldstart-write-"));

beforeAll(async () => {
  await initialise(readGrammar);
  // Enough of the platform to call functions and methods in one process.
  writeFileSync(
    join(folder, "modal.py"),
    `class Call:
    def __init__(self, f): self.local = self.remote = f
def enter(): return lambda f: setattr(f, "enters", True) or f
def method(): return lambda f: setattr(f, "called", True) or f
class App:
    def function(self, **options): return Call
    def cls(self, **options):
        def wrap(owner):
            state = owner()
            for value in vars(owner).values():
                if getattr(value, "enters", False): value(state)
            for name, value in list(vars(owner).items()):
                if getattr(value, "called", False): setattr(state, name, Call(getattr(state, name)))
            return lambda: state
        return wrap
`,
  );
  writeFileSync(
    join(folder, "lib.py"),
    `import threading
log = []
barrier = threading.Barrier(2, timeout=20)
def load(name, *, times=1):
    log.append(name)
    return name * times
def meet(name):
    barrier.wait()
    return name
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const head = "import asyncio\nimport modal\nimport lib\n\napp = modal.App()\n\n";

/** What a program prints. */
function run(text: string): string {
  writeFileSync(join(folder, "program.py"), text);
  return execFileSync("python3", [join(folder, "program.py")], { encoding: "utf8", timeout: 60_000 });
}

function expectSame(file: Marked, change: Change): { readonly before: string; readonly after: string } {
  const text = changed(file, change);
  if (text === undefined) throw new Error("It can't be written");
  return { before: run(file.text), after: run(text) };
}

it("overlaps blocking loads", () => {
  // Two threads have to meet: one after another they never would.
  const file = marked(
    `${head}def f():\n    a = ⟦lib.meet("a")⟧\n    b, *c = ⟦lib.meet("bcd")⟧\n    return a, b, c\n\n\nprint(f())\n`,
  );
  const items = file.ranges.map((call) => ({ call, statement: call }));
  const text = changed(file, { kind: "concurrently", file: file.file, scope: 1, items });
  expect(run(text ?? "")).toBe("('a', 'b', ['c', 'd'])\n");
});

it("overlaps awaited loads", () => {
  const file = marked(`${head}door = None
async def meet(name):
    global door
    if door is None: door = asyncio.Event(); await asyncio.wait_for(door.wait(), 20)
    else: door.set()
    return name

async def f():
    a = await ⟦meet("a")⟧
    b, c = (await ⟦meet("bc")⟧)
    return a, b, c

print(asyncio.run(f()))
`);
  const items = file.ranges.map((call) => ({ call, statement: call }));
  const text = changed(file, { kind: "concurrently", file: file.file, scope: 2, items });
  expect(run(text ?? "")).toBe("('a', 'b', 'c')\n");
});

it("moves work into a hook", () => {
  const file = marked(`${head}@app.cls()
class A:
    @modal.method()
    def f(self, q):
        ⟦prefix = """x
  y"""⟧
        ⟦model = lib.load(prefix, times=2)⟧
        return [f"{model}{n}" for n in q]

print(A().f.remote("ab"), A().f.remote("c"), len(lib.log))
`);
  const statements = file.ranges;
  const call = callOf(file.text, "app.cls");
  const change = { kind: "move-to-enter", file: file.file, statements, provides: ["model"] } as const;
  const { before, after } = expectSame(file, { ...change, spelling: spelling(call) });
  expect(before).toBe("['x\\n  yx\\n  ya', 'x\\n  yx\\n  yb'] ['x\\n  yx\\n  yc'] 2\n");
  expect(after).toBe(before.replace(/2\n$/, "1\n"));
});

it("makes a function a class", () => {
  const file = marked(`${head}@app.function()
def f(q, *, n=2):
    ⟦model = lib.load("m")⟧
    return model * n + q

print(f.remote("a"), f.local(q="b", n=1), len(lib.log))
`);
  const change = {
    kind: "move-to-enter",
    file: file.file,
    statements: file.ranges,
    provides: ["model"],
  } as const;
  const enter = { kind: "class", decorator: "modal.enter", becomes } as const;
  const own = spelling(callOf(file.text, "app.function"), { enter });
  const { before, after } = expectSame(file, { ...change, spelling: own });
  expect(before).toBe("mma mb 2\n");
  expect(after).toBe("mma mb 1\n");
});

it("runs memoized work before the first input", () => {
  const file = marked(`${head}model = None

def handler(event, context):
    global model
    ⟦if model is None:
        model = lib.load("m")⟧
    return model + event

print(len(lib.log), handler("a", None), handler("b", None), len(lib.log))
`);
  const [run] = file.ranges;
  const enter = { kind: "module-scope", format: "esm" } as const;
  const change = { kind: "run-in-enter", file: file.file, run: run ?? { start: 0, end: 0 } } as const;
  const { before, after } = expectSame(file, { ...change, spelling: spelling(undefined, { enter }) });
  expect(before).toBe("0 ma mb 1\n");
  expect(after).toBe("1 ma mb 1\n");
});
