// Constructors give way to declarations where they only keep what they are given.
import { beforeAll, describe, expect, it } from "vitest";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { changed, marked } from "./testing.ts";

beforeAll(() => initialise(readGrammar));

function write(source: string): string | undefined {
  const file = marked(source);
  const [definition] = file.ranges;
  if (!definition) throw new Error("Nothing is marked");
  return changed(file, { kind: "parameters", file: file.file, definition, declares: "modal.parameter" });
}

const inClass = (code: string) => `import modal\n\n\nclass A:\n    ⟦${code}⟧\n`;

describe("parameters of a class", () => {
  it("take the place of the constructor, with types and defaults", () => {
    const code = `def __init__(self, name: str, size: int = 2 * 3):
        self.size = size
        self.name = name`;
    expect(write(inClass(code))).toBe(`import modal


class A:
    name: str = modal.parameter()
    size: int = modal.parameter(default=2 * 3)
`);
  });

  it("are named as the file names such things", () => {
    const code = `def __init__(self, name: str):\n        self.name = name`;
    const text = inClass(code).replace("import modal", "from modal import App, method");
    expect(write(text)).toContain("name: str = ");
  });

  it.each([
    ["that does more", "def __init__(self, n: int):\n        self.n = n\n        start()"],
    ["that changes what it keeps", "def __init__(self, n: int):\n        self.n = n + 1"],
    ["that keeps under another name", "def __init__(self, n: int):\n        self._n = n"],
    ["without types", "def __init__(self, n):\n        self.n = n"],
    ["of a type that no parameter has", "def __init__(self, n: list):\n        self.n = n"],
    ["with a default that is made anew", "def __init__(self, n: int = make()):\n        self.n = n"],
    ["that takes any number", "def __init__(self, *n: int):\n        self.n = n"],
    ["that keeps only some", "def __init__(self, n: int, m: int):\n        self.n = n"],
  ])("are not written for a constructor %s", (_form, code) => {
    expect(write(inClass(code))).toBeUndefined();
  });
});
