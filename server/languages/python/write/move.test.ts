// Work that moves before the first input: into a class's hook, into a class made for it, to module scope.
import { beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { spell } from "../write.ts";
import { becomes, callOf, changed, marked, spelling } from "./testing.ts";

beforeAll(() => initialise(readGrammar));

const toClass = { kind: "class", decorator: "modal.enter", becomes } as const;

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

describe("into a class's hook", () => {
  it("writes a hook, and keeps results on the instance", () => {
    expect(
      move(
        `import modal

@app.cls()
class Ask:
    size: int = modal.parameter(default=1)

    @modal.method()
    def ask(self, q):
        """Answers."""
        ⟦from lib import load⟧
        # the model
        ⟦model = load(
            "x",
            self.size,
        )⟧
        if model:
            return f"{model(q)}", [model for q in model.all], dict(model=model)
`,
        ["model"],
      ),
    ).toBe(`import modal

@app.cls()
class Ask:
    size: int = modal.parameter(default=1)

    @modal.enter()
    def enter(self):
        from lib import load
        # the model
        self.model = load(
            "x",
            self.size,
        )

    @modal.method()
    def ask(self, q):
        """Answers."""
        if self.model:
            return f"{self.model(q)}", [self.model for q in self.model.all], dict(model=self.model)
`);
  });

  it("extends the hook that is there, not the one before a snapshot", () => {
    const source = `from modal import App, enter, method

@app.cls(enable_memory_snapshot=True)
class Ask:
  @enter(snap=True)
  def early(self):
    self.a = 1

  @enter()
  def late(self):
    self.b = 2

  @method()
  def ask(self, q):
    return ⟦load('x')⟧(q)
`;
    const after = source.replace("return ⟦load('x')⟧(q)", "return self.load_result(q)");
    expect(move(source, [])).toBe(
      after.replace("self.b = 2\n", "self.b = 2\n    self.load_result = load('x')\n"),
    );
    const early = source.slice(0, source.indexOf("  @enter()")) + source.slice(source.indexOf("  @method()"));
    expect(move(early, [])).toContain(
      "self.a = 1\n\n  @enter()\n  def prepare(self):\n    self.load_result = load('x')\n\n  @method()",
    );
  });

  it("gives attributes names that are free, and makes the hook asynchronous where it waits", () => {
    const source = `import modal

@app.cls()
class Ask:
    @modal.enter()
    def start(self):
        pass

    @modal.method()
    async def ask(self, q):
        ⟦model = await load()⟧
        return model(q) + self.model
`;
    expect(move(source, ["model"])).toBe(`import modal

@app.cls()
class Ask:
    @modal.enter()
    def start(self):
        pass

    @modal.enter()
    async def prepare(self):
        self.model_2 = await load()

    @modal.method()
    async def ask(self, q):
        return self.model_2(q) + self.model
`);
  });

  it.each([
    ["a name that is set again", "⟦m = load()⟧\n        m = m + 1\n        return m", ["m"]],
    ["code that uses the input", "⟦m = load(q)⟧\n        return m", ["m"]],
    ["statements that leave the function", "⟦return load()⟧", []],
    ["a jump without its loop", "for x in y:\n            ⟦if load():\n                break⟧", []],
    [
      "a name that an inner function sets",
      "⟦m = load()⟧\n        def g():\n            nonlocal m\n            m = 1\n        return g",
      ["m"],
    ],
    ["a name that is not declared there", "⟦m = load()⟧\n        return n", ["n"]],
    ["statements that share their line", "⟦m = load()⟧; return m", ["m"]],
  ])("leaves alone %s", (_, body, provides) => {
    const source = `@app.cls()\nclass A:\n    @modal.method()\n    def ask(self, q):\n        ${body}\n`;
    expect(move(source, provides)).toBeUndefined();
  });
});

describe("into a class that the function becomes", () => {
  const source = `import modal

app = modal.App("a")

# Answers.
@app.function(gpu="A10G", timeout=60)
@modal.concurrent(max_inputs=4)
def ask_it(
    q: str,
    n: int = 1,
) -> str:
    ⟦model = load()⟧
    text = """
keeps
    its lines"""
    return model(q, text)


@app.local_entrypoint()
def main():
    print(ask_it.remote("x"), list(ask_it.map(["y"])))
`;

  it("keeps decorators, parameters and strings, and follows callers", () => {
    expect(move(source, ["model"], { enter: toClass })).toBe(`import modal

app = modal.App("a")

# Answers.
@app.cls(gpu="A10G", timeout=60)
@modal.concurrent(max_inputs=4)
class AskIt:
    @modal.enter()
    def enter(self):
        self.model = load()

    @modal.method()
    def ask_it(
        self,
        q: str,
        n: int = 1,
    ) -> str:
        text = """
keeps
    its lines"""
        return self.model(q, text)


@app.local_entrypoint()
def main():
    print(AskIt().ask_it.remote("x"), list(AskIt().ask_it.map(["y"])))
`);
  });

  it("edits callers in other files", () => {
    const file = marked(source);
    const other = "from app import ask_it\nask_it.spawn(1)\n";
    const at = (from: number) => ({
      start: other.indexOf("ask_it", from),
      end: other.indexOf("ask_it", from) + 6,
    });
    const change = {
      ...moveOf(file.text, file.ranges, ["model"], { enter: toClass }),
      callers: [
        { file: "/run.py", range: at(0), as: "import" as const },
        { file: "/run.py", range: at(20), as: "use" as const },
      ],
    };
    const edits = spell(change, file.text)?.filter((edit) => edit.file === "/run.py");
    expect(edits?.map((edit) => edit.text)).toEqual(["AskIt", "AskIt().ask_it"]);
  });

  it("keeps an endpoint's decorator in the place of the method's", () => {
    const endpoint = `import modal\n\n@app.function()\n@modal.fastapi_endpoint(method="POST")\ndef ask():\n    return ⟦load()⟧\n`;
    expect(move(endpoint, [], { enter: toClass })).toBe(`import modal

@app.cls()
class Ask:
    @modal.enter()
    def enter(self):
        self.load_result = load()

    @modal.fastapi_endpoint(method="POST")
    def ask(self):
        return self.load_result
`);
  });

  it.each([
    [
      "options that no class has",
      "@app.function(schedule=modal.Period(days=1))\ndef f():\n    ⟦m = load()⟧\n    return m\n",
    ],
    [
      "functions inside others",
      "def g():\n    @app.function()\n    def f():\n        ⟦m = load()⟧\n        return m\n",
    ],
    [
      "files in which `self` means something",
      "self = 1\n@app.function()\ndef f():\n    ⟦m = load()⟧\n    return m\n",
    ],
  ])("leaves alone %s", (_, text) => {
    expect(move(text, ["m"], { enter: toClass })).toBeUndefined();
  });
});
