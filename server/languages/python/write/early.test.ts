// Work that is done earlier: statements at module scope, memoized work where it stands.
import { beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { becomes, callOf, changed, marked, spelling } from "./testing.ts";

beforeAll(() => initialise(readGrammar));

const toClass = { kind: "class", decorator: "modal.enter", becomes } as const;
const toModule = { kind: "module-scope", format: "esm" } as const;

function move(source: string, provides: readonly string[], own: Partial<Spelling> = {}): string | undefined {
  const file = marked(source);
  return changed(file, moveOf(file.text, file.ranges, provides, own));
}

function moveOf(
  text: string,
  statements: Extract<Change, { kind: "move-to-enter" }>["statements"],
  provides: readonly string[],
  own: Partial<Spelling>,
): Extract<Change, { kind: "move-to-enter" }> {
  const call = text.includes("@app.") ? callOf(text, "app.") : undefined;
  return { kind: "move-to-enter", file: "/app.py", statements, provides, spelling: spelling(call, own) };
}

describe("to module scope", () => {
  it("puts statements above the handler", () => {
    expect(
      move(
        `import json

def handler(event, context):
    ⟦with open("t.json") as f:
        table = json.load(f)⟧
    return table[event["id"]]
`,
        ["table"],
        { enter: toModule },
      ),
    ).toBe(`import json

with open("t.json") as f:
    table = json.load(f)

def handler(event, context):
    return table[event["id"]]
`);
  });

  it("renames what the module has another meaning for, and takes loads out of expressions", () => {
    expect(
      move(
        `table = 1


# Handles.
def handler(event, context):
    ⟦table = load()⟧
    return table, ⟦boto3.client("s3")⟧.get(table)
`,
        ["table"],
        { enter: toModule },
      ),
    ).toBe(`table = 1


table2 = load()
client_result = boto3.client("s3")


# Handles.
def handler(event, context):
    return table2, client_result.get(table2)
`);
  });

  it("can't wait there", () => {
    const source = "async def handler(event, context):\n    ⟦t = await load()⟧\n    return t\n";
    expect(move(source, ["t"], { enter: toModule })).toBeUndefined();
  });
});

describe("memoized work is run earlier", () => {
  function run(source: string, own: Partial<Spelling> = {}): string | undefined {
    const file = marked(source);
    const [range] = file.ranges;
    const call = file.text.includes("@app.") ? callOf(file.text, "app.") : undefined;
    if (!range) throw new Error("nothing is marked");
    return changed(file, {
      kind: "run-in-enter",
      file: file.file,
      run: range,
      spelling: spelling(call, own),
    });
  }

  it("in a hook, with the names that it sets for all", () => {
    const text = `import modal

model = None


@app.cls()
class A:
    @modal.method()
    def f(self, q):
        global model
        ⟦if model is None:
            model = load()⟧
        return model(q)
`;
    const hook = `    @modal.enter()
    def enter(self):
        global model
        if model is None:
            model = load()

`;
    const plain = marked(text).text;
    expect(run(text)).toBe(plain.replace("    @modal.method", `${hook}    @modal.method`));
  });

  it("in a class made for it", () => {
    expect(
      run("import modal\n\n@app.function()\ndef f(q):\n    return ⟦get()⟧(q)\n", { enter: toClass }),
    ).toBe(
      `import modal

@app.cls()
class F:
    @modal.enter()
    def load(self):
        get()

    @modal.method()
    def f(self, q):
        return get()(q)
`,
    );
  });

  it("at module scope, where all that it needs is there", () => {
    const above = "def get(): ...\n\n\ndef handler(event, context):\n    return ⟦get()⟧\n";
    expect(run(above, { enter: toModule })).toBe(
      "def get(): ...\n\n\nget()\n\n\ndef handler(event, context):\n    return get()\n",
    );
    const below = "def handler(event, context):\n    return ⟦get()⟧\n\n\ndef get(): ...\n";
    expect(run(below, { enter: toModule })).toBe(`${marked(below).text}\nget()\n`);
  });
});
