// Loads that start together, in every form that they are written in.
import { describe, expect, it } from "vitest";
import { changed, marked } from "./testing.ts";

function together(
  source: string,
  file?: string,
  imported?: (specifier: string) => string | undefined,
): string | undefined {
  const code = marked(source, file);
  const items = code.ranges.map((range) => ({ call: range, statement: range }));
  return changed(code, { kind: "concurrently", file: code.file, scope: 0, items }, imported);
}

function check(before: string, after: string, file?: string): void {
  expect(together(before, file)).toBe(after);
}

describe("declarations", () => {
  it("become one, comments and what stands around stay", () => {
    check(
      `async (query: string) => {
  // what we sell
  const titles = await ⟦loadVectors("titles")⟧;
  const reviews = await ⟦loadVectors("reviews")⟧;
  const images = await ⟦loadVectors("images")⟧; // made by the photo team

  const wanted = embed(query);
};
`,
      `async (query: string) => {
  // what we sell
  const [titles, reviews, images] = await Promise.all([
    loadVectors("titles"),
    loadVectors("reviews"),
    loadVectors("images"), // made by the photo team
  ]);

  const wanted = embed(query);
};
`,
    );
  });

  it("stay on one line where they fit, also in a block on one line", () => {
    check(
      "async () => { const c = await ⟦g(3)⟧; const d = await ⟦g(4)⟧; return c + d; };",
      "async () => { const [c, d] = await Promise.all([g(3), g(4)]); return c + d; };",
    );
  });

  it("keep patterns, exports and what strings hold over lines", () => {
    check(
      "export const { a } = await ⟦f()⟧;\nexport const b = await ⟦g({\n  x: 1,\n  t: `a\nb`,\n})⟧;\n",
      "export const [{ a }, b] = await Promise.all([\n  f(),\n  g({\n    x: 1,\n    t: `a\nb`,\n  }),\n]);\n",
    );
  });

  it("move up over what stands between, with the constants that they use", () => {
    check(
      `async () => {
  const a = await ⟦load("a")⟧;
  console.log("between");
  const path = join(dir, "b"); // theirs

  // the second
  const b = await ⟦load(path)⟧;
  return a + b;
};
`,
      `async () => {
  const path = join(dir, "b"); // theirs
  const [a, b] = await Promise.all([
    load("a"),
    // the second
    load(path),
  ]);
  console.log("between");
  return a + b;
};
`,
    );
  });

  it("written as one list become one pattern", () => {
    check(
      "async () => {\n  const a = await ⟦f()⟧, b = await ⟦g()⟧;\n};\n",
      "async () => {\n  const [a, b] = await Promise.all([f(), g()]);\n};\n",
    );
  });

  it("keep comments inside a statement", () => {
    check(
      "async () => {\n  const a = /* first */ await ⟦f(/* all */)⟧;\n  const b = await ⟦g()⟧;\n};\n",
      "async () => {\n  const [a, b] = await Promise.all([\n    /* first */\n    f(/* all */),\n    g(),\n  ]);\n};\n",
    );
  });

  it("of other kinds take their results from new names", () => {
    check(
      `async () => {
  const a = await ⟦f()⟧;
  let b = await ⟦g()⟧;
  this.c = await ⟦h()⟧;
  await ⟦warm()⟧;
};
`,
      `async () => {
  const [a, bLoaded, cLoaded] = await Promise.all([f(), g(), h(), warm()]);
  let b = bLoaded;
  this.c = cLoaded;
};
`,
    );
  });

  it("keep line ends, tabs and the lack of semicolons", () => {
    check(
      "async () => {\r\n\tconst a = await ⟦f()⟧\r\n\tconst b = await ⟦g()⟧\r\n\treturn a + b\r\n}\r\n",
      "async () => {\r\n\tconst [a, b] = await Promise.all([f(), g()])\r\n\treturn a + b\r\n}\r\n",
    );
  });
});

describe("types", () => {
  it("become a tuple where the callees can't infer from them", () => {
    check(
      "const load = async (n: string): Promise<any> => n;\nasync () => {\n  const a: A = await ⟦load(1)⟧;\n  const b: B = await ⟦load(2)⟧;\n};\n",
      "const load = async (n: string): Promise<any> => n;\nasync () => {\n  const [a, b]: [A, B] = await Promise.all([load(1), load(2)]);\n};\n",
    );
  });

  it("stay with the call where it may infer from them", () => {
    check(
      "async () => {\n  const a: A = await ⟦load(1)⟧;\n  const b = await ⟦other(2)⟧;\n};\n",
      "async () => {\n  const [a, b] = await Promise.all([\n    (async (): Promise<A> => load(1))(),\n    other(2),\n  ]);\n};\n",
    );
  });

  it("are looked up in the file that the callee comes from", () => {
    const source =
      'import { load } from "./load.ts";\nasync () => {\n  const a: A = await ⟦load(1)⟧;\n  const b: B = await ⟦load(2)⟧;\n};\n';
    const plain = together(source, undefined, () => "export async function load(n: number) {}");
    expect(plain).toContain("const [a, b]: [A, B] = await Promise.all([load(1), load(2)]);");
    const generic = together(
      source,
      undefined,
      () => "export async function load<T>(n: number): Promise<T> {}",
    );
    expect(generic).toContain("const [a, b] = await Promise.all([\n    (async (): Promise<A> => load(1))(),");
  });
});

describe("assignments and bare statements", () => {
  it("become a destructuring assignment, guarded where no semicolon ends the line before", () => {
    check(
      "async () => {\n  start()\n  this.a = await ⟦f()⟧\n  this.b = await ⟦g()⟧\n}\n",
      "async () => {\n  start()\n  ;[this.a, this.b] = await Promise.all([f(), g()])\n}\n",
    );
  });

  it("need no pattern without results, and holes between results", () => {
    check(
      "async () => {\n  await ⟦f()⟧;\n  await ⟦g()⟧;\n};\n",
      "async () => {\n  await Promise.all([f(), g()]);\n};\n",
    );
    check(
      "async () => {\n  await ⟦f()⟧;\n  const b = await ⟦g()⟧;\n  await ⟦h()⟧;\n};\n",
      "async () => {\n  const [, b] = await Promise.all([f(), g(), h()]);\n};\n",
    );
  });
});

describe("memoized loads", () => {
  it("load nothing where something is kept already", () => {
    check(
      "async () => {\n  a ??= await ⟦f()⟧;\n  b.c ||= await ⟦g()⟧;\n};\n",
      "async () => {\n  [a, b.c] = await Promise.all([a ?? f(), b.c || g()]);\n};\n",
    );
  });

  it("stay statements beside others", () => {
    check(
      "async () => {\n  a ??= await ⟦f()⟧;\n  const d = await ⟦g()⟧;\n  const e = await ⟦h()⟧;\n};\n",
      "async () => {\n  const [, d, e] = await Promise.all([\n    (async () => { a ??= await f(); })(),\n    g(),\n    h(),\n  ]);\n};\n",
    );
  });
});

describe("parts of expressions", () => {
  it("leave what is done with a result where it is", () => {
    check(
      `async () => {
  const users = JSON.parse(await ⟦readFile("u.json", "utf8")⟧);
  const items = JSON.parse(await ⟦readFile("i.json", "utf8")⟧) as Item[];
};
`,
      `async () => {
  const [usersText, itemsText] = await Promise.all([
    readFile("u.json", "utf8"),
    readFile("i.json", "utf8"),
  ]);
  const users = JSON.parse(usersText);
  const items = JSON.parse(itemsText) as Item[];
};
`,
    );
  });

  it("take the whole chain that follows a response", () => {
    check(
      "async () => {\n  const a = await (await ⟦fetch(u)⟧).json();\n  const b = await (await ⟦fetch(v)⟧).json();\n};\n",
      `async () => {
  const [a, b] = await Promise.all([
    fetch(u).then((response) => response.json()),
    fetch(v).then((response) => response.json()),
  ]);
};
`,
    );
  });

  it("get names from keys, arguments or callees", () => {
    check(
      'async () => {\n  return { a: await ⟦f()⟧, b: use(await ⟦load("cats.bin")⟧, await ⟦loadModel()⟧) };\n};\n',
      'async () => {\n  const [a, cats, model] = await Promise.all([\n    f(),\n    load("cats.bin"),\n    loadModel(),\n  ]);\n  return { a, b: use(cats, model) };\n};\n',
    );
  });

  it("turn an arrow's expression into a block", () => {
    check(
      "export const h = async () => ({ a: await ⟦f()⟧, b: await ⟦g()⟧ });\n",
      "export const h = async () => {\n  const [a, b] = await Promise.all([f(), g()]);\n  return { a, b };\n};\n",
    );
  });
});

describe("synchronous reads", () => {
  it("become asynchronous ones, and the import follows", () => {
    check(
      `import { readFileSync } from "node:fs";
const handler = async () => {
  const a = JSON.parse(⟦readFileSync("a.json", "utf8")⟧);
  const b = ⟦readFileSync("b.bin")⟧;
};
`,
      `import { readFile } from "node:fs/promises";
const handler = async () => {
  const [aText, b] = await Promise.all([
    readFile("a.json", "utf8"),
    readFile("b.bin"),
  ]);
  const a = JSON.parse(aText);
};
`,
    );
  });

  it("keep the old import where it is still used, and use what is imported", () => {
    check(
      `import { existsSync, readFileSync } from "node:fs";
import { readFile as read } from "node:fs/promises";
async () => {
  const a = ⟦readFileSync("a")⟧;
  const b = ⟦readFileSync("b")⟧;
};
readFileSync("c");
`,
      `import { existsSync, readFileSync } from "node:fs";
import { readFile as read } from "node:fs/promises";
async () => {
  const [a, b] = await Promise.all([read("a"), read("b")]);
};
readFileSync("c");
`,
    );
  });

  it("in a helper that nobody else calls make the helper asynchronous", () => {
    check(
      `const fs = require("fs");
function load(name: string): Buffer {
  return fs.readFileSync(name).subarray(2);
}
exports.handler = async () => {
  const a = ⟦load("a")⟧;
  const b = ⟦load("b")⟧;
};
`,
      `const fs = require("fs");
async function load(name: string): Promise<Buffer> {
  return (await fs.promises.readFile(name)).subarray(2);
}
exports.handler = async () => {
  const [a, b] = await Promise.all([load("a"), load("b")]);
};
`,
    );
  });
});

describe("what can't be written is left", () => {
  it.each([
    ["a load that uses another's result", "async () => { const a = await ⟦f()⟧; const b = await ⟦g(a)⟧; };"],
    ["a load that may not run", "async () => { const a = await ⟦f()⟧; const b = x && (await ⟦g()⟧); };"],
    [
      "something between that a load uses and that does more",
      "async () => { const a = await ⟦f()⟧; const p = next(); const b = await ⟦g(p)⟧; };",
    ],
    [
      "an effect before a load in its statement",
      "async () => { const a = await ⟦f()⟧; use(next(), await ⟦g()⟧); };",
    ],
    ["loads of different blocks", "async () => { const a = await ⟦f()⟧; { const b = await ⟦g()⟧; } };"],
    [
      "a synchronous read in a synchronous function",
      'import { readFileSync } from "fs"; () => { const a = ⟦readFileSync(1)⟧; const b = ⟦readFileSync(2)⟧; };',
    ],
    [
      "a helper that others call too",
      'import { readFileSync } from "fs"; const l = () => readFileSync(1); l(); async () => { const a = ⟦l()⟧; const b = ⟦l()⟧; };',
    ],
    ["ranges that are no expressions", "async () => { ⟦const a⟧ = await f(); const b = await ⟦g()⟧; };"],
  ])("%s", (_, source) => {
    expect(together(source)).toBeUndefined();
  });
});
