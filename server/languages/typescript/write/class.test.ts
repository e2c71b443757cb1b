import { expect, it } from "vitest";
import type { Spelling } from "../../../facts/function.ts";
import { changed, type Marked, marked, spelling } from "./testing.ts";

/** The class's spelling, and its text after what is marked has moved. */
function ofClass({ text }: Marked): Spelling {
  const start = text.indexOf("app.cls");
  const end = /^app\.cls(\(.*\))?/.exec(text.slice(start))?.[0].length ?? 0;
  return spelling({
    enter: { kind: "method", decorator: "coldstart.enter", shown: "enter()" },
    build: { kind: "method", decorator: "coldstart.build", shown: "build()" },
    definition: { call: { start, end: start + end }, handler: 0 },
  });
}

function toEnter(source: string, provides: readonly string[] = [], file = "/app.ts"): string | undefined {
  const text = marked(source, file);
  const change = { kind: "move-to-enter", file, statements: text.ranges, provides } as const;
  return changed(text, { ...change, spelling: ofClass(text) });
}

function toBuild(source: string, file = "/app.ts"): string | undefined {
  const text = marked(source, file);
  const change = { kind: "move-to-build", file, statements: text.ranges } as const;
  return changed(text, { ...change, spellings: [ofClass(text)] });
}

it("writes a hook above the methods, and a field for what it loads", () => {
  expect(
    toEnter(
      `import { App, method } from "coldstart";
const load = async () => [1];
@app.cls()
export class Shop {
  /** Finds. */
  @method()
  async find(name: string) {
    ⟦const users = await load();⟧ // all of them
    return users.length + name.length;
  }
}
`,
      ["users"],
    ),
  ).toBe(`import { App, method, enter } from "coldstart";
const load = async () => [1];
@app.cls()
export class Shop {
  private users!: Awaited<ReturnType<typeof load>>;

  @enter()
  async load() {
    const users = await load(); // all of them
    this.users = users;
  }

  /** Finds. */
  @method()
  async find(name: string) {
    const { users } = this;
    return users.length + name.length;
  }
}
`);
});

it("keeps to names that mean nothing on the object yet, and to the file's style", () => {
  expect(
    toEnter(
      `import { App, enter as ready, method } from 'coldstart'
@app.cls
export class Shop {
\tusers = 0
\tconstructor(private readonly load: string) {}

\t@ready()
\tprepare(from = 1) {
\t\tthis.users = from
\t}

\t@method()
\tfind() {
\t\t⟦const users = parse('users')⟧
\t\treturn users
\t}
}
`,
      ["users"],
    ),
  ).toBe(`import { App, enter as ready, method } from 'coldstart'
@app.cls
export class Shop {
\tusers = 0
\tprivate users2!: Awaited<ReturnType<Shop['enter']>>['users']
\tconstructor(private readonly load: string) {}

\t@ready()
\tprepare(from = 1) {
\t\tthis.users = from
\t}

\t@ready()
\tenter() {
\t\tconst users = parse('users')
\t\tthis.users2 = users
\t\treturn { users }
\t}

\t@method()
\tfind() {
\t\tconst { users2: users } = this
\t\treturn users
\t}
}
`);
});

it("extends a hook that is there, behind what it does", () => {
  const text = toEnter(
    `import * as coldstart from "coldstart";
@app.cls()
class Shop {
  @coldstart.enter()
  load() {
    this.ready = true;
  }

  @coldstart.method()
  async find(name) {
    return (⟦await read("users.json")⟧).length + name;
  }
}
`,
    [],
    "/app.mjs",
  );
  expect(text).toContain(`  async load() {
    this.ready = true;
    this.users = await read("users.json");
  }`);
  expect(text).toContain("return this.users.length + name;");
});

it("takes decorators from require, too", () => {
  const text = toEnter(
    `const { App, method } = require("coldstart");
@app.cls()
class Shop {
  @method()
  find() {
    ⟦const users = read("users.json");⟧
    return users;
  }
}
`,
    ["users"],
    "/app.cjs",
  );
  expect(text).toContain("const { App, method, enter } = require");
  expect(text).toContain('  @enter()\n  load() {\n    this.users = read("users.json");\n  }\n\n  @method()');
});

it.each([
  [
    "a base that the file does not show",
    `import { method } from "coldstart"; import { Base } from "./base.ts";
@app.cls() class Shop extends Base { @method() find() { ⟦const a = read();⟧ return a; } }`,
  ],
  [
    "a function inside of the method",
    `import { method } from "coldstart";
@app.cls() class Shop { @method() find() { return [1].map(() => { ⟦const a = read();⟧ return a; }); } }`,
  ],
  [
    "a class with types of its own, where the type of what is loaded is not known",
    `import { method } from "coldstart";
@app.cls() class Shop<T> { @method() find() { ⟦const a = read();⟧ return a; } }`,
  ],
])("leaves %s alone", (_what, source) => {
  expect(toEnter(source, ["a"])).toBeUndefined();
});

it("adds what only writes to the build's hook, or writes one", () => {
  const source = `import { App, enter, method } from "coldstart";
@app.cls()
export class Shop {
  @enter()
  async load() {
    ⟦await download(this.path);⟧
    this.users = await read(this.path);
  }

  @method()
  find() {}
}
`;
  const once = toBuild(source) ?? "";
  expect(once).toContain(`import { App, enter, method, build } from "coldstart";`);
  expect(once).toContain("  @build()\n  async fetch() {\n    await download(this.path);\n  }\n\n  @enter()");
  const again = once.replace("  async load() {\n", "  async load() {\n    ⟦await more();⟧\n");
  expect(toBuild(again)).toContain("    await download(this.path);\n    await more();\n  }");
});

it("turns a hook into one of the build where it does nothing else", () => {
  const source = `import { App, enter, method } from "coldstart";
@app.cls()
class Shop {
  // Fetches.
  @enter()
  async fetch() {
    ⟦await download();⟧
  }

  @method()
  find() {}
}
`;
  expect(toBuild(source)).toBe(
    source
      .replace(/[⟦⟧]/g, "")
      .replace("{ App, enter, method }", "{ App, build, method }")
      .replace("@enter()", "@build()"),
  );
});
