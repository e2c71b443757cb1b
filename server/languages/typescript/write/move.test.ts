// Work that leaves the body, module scope or enter, for each way of writing a phase.
import { describe, expect, it } from "vitest";
import type { Spelling } from "../../../facts/function.ts";
import { changed, marked, spelling } from "./testing.ts";

function toEnter(source: string, provides: readonly string[], file?: string): string | undefined {
  const code = marked(source, file);
  const [own = spelling({})] = code.definitions;
  return changed(code, {
    kind: "move-to-enter",
    file: code.file,
    statements: code.ranges,
    provides,
    spelling: own,
  });
}

function toModule(
  source: string,
  provides: readonly string[],
  format: "esm" | "cjs",
  file?: string,
): string | undefined {
  const code = marked(source, file);
  const own = lambda(format);
  return changed(code, {
    kind: "move-to-enter",
    file: code.file,
    statements: code.ranges,
    provides,
    spelling: own,
  });
}

function lambda(format: "esm" | "cjs"): Spelling {
  return spelling({
    platform: "lambda",
    enter: { kind: "module-scope", format },
    build: { kind: "none", say: "" },
  });
}

function running(source: string, own?: Spelling, file?: string): string | undefined {
  const code = marked(source, file);
  const [run = { start: 0, end: 0 }] = code.ranges;
  return changed(code, {
    kind: "run-in-enter",
    file: code.file,
    run,
    spelling: own ?? code.definitions[0] ?? spelling({}),
  });
}

function toBuild(source: string): string | undefined {
  const code = marked(source);
  return changed(code, {
    kind: "move-to-build",
    file: code.file,
    statements: code.ranges,
    spellings: code.definitions,
  });
}

describe("move to enter", () => {
  it("writes the hook, and the handler takes what it returns", () => {
    expect(
      toEnter(
        `const f = app.function({ timeout: 60 }, async (query: string) => {
  ⟦const titles = await loadVectors("titles");⟧

  return titles[query];
});
`,
        ["titles"],
      ),
    ).toBe(`const f = app.function({
  timeout: 60,
  enter: async () => ({ titles: await loadVectors("titles") }),
}, async ({ titles }, query: string) => {
  return titles[query];
});
`);
  });

  it("makes options where there are none, and takes comments along", () => {
    expect(
      toEnter(
        `const f = app.function(async query => {
  const q = query.trim();
  // the big one
  ⟦const model = await loadModel();⟧ // 2 GB
  return model(q);
});
`,
        ["model"],
      ),
    ).toBe(`const f = app.function({
  enter: async () => {
    // the big one
    const model = await loadModel(); // 2 GB
    return { model };
  },
}, async ({ model }, query) => {
  const q = query.trim();
  return model(q);
});
`);
  });

  it("adds to an object that enter returns", () => {
    expect(
      toEnter(
        `const f = app.function(
  {
    timeout: 60, // seconds
    enter: async () => ({ a: await f() })
  },
  async ({ a }, query: string) => {
    ⟦const b = await g();⟧
    return a + b + query;
  },
);
`,
        ["b"],
      ),
    ).toBe(`const f = app.function(
  {
    timeout: 60, // seconds
    enter: async () => ({ a: await f(), b: await g() })
  },
  async ({ a, b }, query: string) => {
    return a + b + query;
  },
);
`);
  });

  it("gives work that uses what enter returns its names", () => {
    expect(
      toEnter(
        `const f = app.function(
  { enter: async () => ({ a: await f() }) },
  async ({ a }, query: string) => {
    ⟦const b = await g(a);⟧
    return a + b + query;
  },
);
`,
        ["b"],
      ),
    ).toBe(`const f = app.function(
  {
    enter: async () => {
      const a = await f();
      const b = await g(a);
      return { a, b };
    },
  },
  async ({ a, b }, query: string) => {
    return a + b + query;
  },
);
`);
  });

  it("keeps an object whole whose keys mean something else to the work", () => {
    expect(
      toEnter(
        `const a = 1;
const f = app.function({
  enter: async () => ({ a: await f(), b: await g(a) }),
}, async (state, q) => {
  ⟦const c = await h(a);⟧ // c
  return state.b + c;
});
`,
        ["c"],
      ),
    ).toBe(`const a = 1;
const f = app.function({
  enter: async () => {
    const state = { a: await f(), b: await g(a) };
    const c = await h(a); // c
    return { ...state, c };
  },
}, async (state, q) => {
  const { c } = state;
  return state.b + c;
});
`);
  });

  it("keeps parameters on lines of their own, and lets the state's type follow from enter", () => {
    expect(
      toEnter(
        "const f = app.function(\n  {},\n  async (\n    q: string,\n  ) => {\n    ⟦const c = await h();⟧\n    return c + q;\n  },\n);\n",
        ["c"],
      ),
    ).toContain("  async (\n    { c },\n    q: string,\n  ) => {\n    return c + q;");
    expect(
      toEnter(
        "const f = app.function({ enter: () => ({ a: 1 }) }, async ({ a }: { a: number }, q: string) => {\n  ⟦const c = await h();⟧\n  return a + c;\n});\n",
        ["c"],
      ),
    ).toContain("async ({ a, c }, q: string) => {");
  });

  it("extends a method, makes it asynchronous, and reads from a state that has a name", () => {
    expect(
      toEnter(
        `const f = app.function(
  {
    enter() {
      const a = f();
      return { a };
    },
  },
  async (state, query: string) => {
    ⟦const b = await g();⟧
    return state.a + b + query;
  },
);
`,
        ["b"],
      ),
    ).toBe(`const f = app.function(
  {
    async enter() {
      const a = f();
      const b = await g();
      return { a, b };
    },
  },
  async (state, query: string) => {
    const { b } = state;
    return state.a + b + query;
  },
);
`);
  });

  it("takes away a written type that says nothing of what is added", () => {
    expect(
      toEnter(
        "const f = app.function({ enter(): { a: A } { const a = f(); return { a }; } }, ({ a }, q) => { ⟦const b = g();⟧ return a + b; });\n",
        ["b"],
      ),
    ).toBe(`const f = app.function({
  enter() {
    const a = f();
    const b = g();
    return { a, b };
  },
}, ({ a, b }, q) => { return a + b; });
`);
  });

  it("lets an enter that returned nothing return something", () => {
    expect(
      toEnter(
        `const f = app.function({ enter: async () => { await warm(); } }, async (query: string) => {
  ⟦const x = await g();⟧
  return query + x;
});
`,
        ["x"],
      ),
    ).toBe(`const f = app.function({
  enter: async () => {
    await warm();
    const x = await g();
    return { x };
  },
}, async ({ x }, query: string) => {
  return query + x;
});
`);
  });

  it("takes a load out of an expression", () => {
    expect(
      toEnter("const f = app.function({}, async (q: string) => rank(await ⟦loadModel()⟧, q));\n", []),
    ).toBe(
      `const f = app.function({
  enter: async () => ({ model: await loadModel() }),
}, async ({ model }, q: string) => rank(model, q));
`,
    );
  });

  it("gives a handler that is written elsewhere the type of its state", () => {
    expect(
      toEnter(
        `async function handler(q: string) {
  ⟦const m = await loadModel();⟧
  return m(q);
}

export const f = app.function({ timeout: 3 }, handler);
`,
        ["m"],
      ),
    ).toBe(`async function enter() {
  const m = await loadModel();
  return { m };
}

async function handler({ m }: Awaited<ReturnType<typeof enter>>, q: string) {
  return m(q);
}

export const f = app.function({ timeout: 3, enter }, handler);
`);
  });

  it.each([
    [
      "options that come from elsewhere",
      'import { o } from "o"; app.function(o, async (q) => { ⟦const a = await f();⟧ return a; });',
    ],
    [
      "options that something is spread into",
      "app.function({ ...o }, async (q) => { ⟦const a = await f();⟧ return a; });",
    ],
    [
      "a state with a written type",
      "app.function({ enter: () => ({ b: 1 }) }, async (s: S | T, q) => { ⟦const a = await f();⟧ return a; });",
    ],
    [
      "options with a spread that sets the hook",
      "const o = { enter: f }; app.function({ ...o }, async (q) => { ⟦const a = await f();⟧ return a; });",
    ],
    [
      "options with a spread that is changed",
      "const o = {}; o.enter = f; app.function({ ...o }, async (q) => { ⟦const a = await f();⟧ return a; });",
    ],
    [
      "an enter that returns early",
      "app.function({ enter: () => { if (x) return; f(); } }, async (q) => { ⟦const a = await f();⟧ return a; });",
    ],
    [
      "a handler that is used elsewhere",
      "const h = async (q) => { ⟦const a = await f();⟧ return a; }; app.function({}, h); h(1);",
    ],
  ])("leaves %s", (_, source) => {
    expect(toEnter(source, ["a"])).toBeUndefined();
  });
});

describe("run in enter", () => {
  it("calls a getter once ahead of the first input", () => {
    expect(
      running(`let m: Model | undefined;
const getModel = async () => (m ??= await load());
export const f = app.function(async (q: string) => {
  const model = await ⟦getModel()⟧;
  return model(q);
});
`),
    ).toBe(`let m: Model | undefined;
const getModel = async () => (m ??= await load());
export const f = app.function({
  enter: async () => {
    await getModel();
  },
}, async (q: string) => {
  const model = await getModel();
  return model(q);
});
`);
  });

  it("repeats a memoizing statement, and keeps what enter returns", () => {
    expect(
      running(`let m;
export const f = app.function({ enter: () => setUp() }, async (state, q) => {
  ⟦m ??= await load();⟧
  return m(state, q);
});
`),
    ).toBe(`let m;
export const f = app.function({
  enter: async () => {
    const state = await setUp();
    m ??= await load();
    return state;
  },
}, async (state, q) => {
  m ??= await load();
  return m(state, q);
});
`);
  });

  it("waits at module scope in an ES module", () => {
    expect(
      running("let m;\nexport const h = async (e) => {\n  ⟦m ??= await load();⟧\n};\n", lambda("esm")),
    ).toBe("let m;\nm ??= await load();\n\nexport const h = async (e) => {\n  m ??= await load();\n};\n");
  });

  it("starts at module scope in CommonJS, and the handler waits for it", () => {
    expect(
      running("let m;\nexports.h = async (e) => {\n  ⟦m ??= await load();⟧\n};\n", lambda("cjs"), "/a.js"),
    ).toBe(
      `let m;
// Starts with the container; what fails is tried again, and reported, by the handler.
const warmUp = (async () => {
  m ??= await load();
})().catch(() => {});

exports.h = async (e) => {
  await warmUp;
  m ??= await load();
};
`,
    );
  });
});

describe("move to module scope", () => {
  it("puts loads above the handler of an ES module, one after another", () => {
    const first = toModule(
      'import { load } from "./l.js";\n\n/** H. */\nexport const h = async (e) => {\n  ⟦const a = await load(1);⟧\n  const b = await load(2);\n  return a + b + e;\n};\n',
      ["a"],
      "esm",
    );
    expect(first).toBe(
      'import { load } from "./l.js";\n\nconst a = await load(1);\n\n/** H. */\nexport const h = async (e) => {\n  const b = await load(2);\n  return a + b + e;\n};\n',
    );
    const second = toModule((first ?? "").replace("const b = await load(2);", "⟦$&⟧"), ["b"], "esm");
    expect(second).toContain("const a = await load(1);\nconst b = await load(2);\n\n/** H. */");
  });

  it("puts them below what they use", () => {
    expect(
      toModule(
        "export const h = async () => {\n  ⟦const a = await load();⟧\n  return a;\n};\n\nconst PATH = 1;\nfunction load() { return PATH; }\n",
        ["a"],
        "esm",
      ),
    ).toBe(
      "export const h = async () => {\n  return a;\n};\n\nconst PATH = 1;\nconst a = await load();\nfunction load() { return PATH; }\n",
    );
  });

  it("takes another name where the file has this one already", () => {
    expect(
      toModule(
        "const a = 1;\nexport const h = async () => {\n  ⟦const a = await load();⟧\n  return a;\n};\n",
        ["a"],
        "esm",
      ),
    ).toBe(
      "const a = 1;\nconst aLoaded = await load();\n\nexport const h = async () => {\n  const a = aLoaded;\n  return a;\n};\n",
    );
  });

  it("starts a promise in CommonJS that keeps no failure", () => {
    expect(
      toModule(
        "export const h = async () => {\n  ⟦const a = await load(1);⟧\n  ⟦const b = await load(2);⟧\n  return a + b;\n};\n",
        ["a", "b"],
        "cjs",
      ),
    ).toBe(`async function loadA() {
  const a = await load(1);
  const b = await load(2);
  return { a, b };
}

let aPromise: ReturnType<typeof loadA> | undefined;
function aOnce() {
  aPromise ??= loadA().catch((error) => {
    aPromise = undefined;
    throw error;
  });
  return aPromise;
}
// Starts with the container; what fails is tried again, and reported, by the handler.
aOnce().catch(() => {});

export const h = async () => {
  const { a, b } = await aOnce();
  return a + b;
};
`);
  });

  it("needs no promise for what is synchronous", () => {
    expect(
      toModule("exports.h = () => {\n  ⟦const a = read(1);⟧\n  return a;\n};\n", ["a"], "cjs", "/a.js"),
    ).toBe("const a = read(1);\n\nexports.h = () => {\n  return a;\n};\n");
  });
});

describe("move to build", () => {
  it("moves a guarded download with its comment", () => {
    expect(
      toBuild(`const W = "/w";
// once a month
⟦if (!existsSync(W)) {
  await download(URL, W);
}⟧

export const f = app.function({ timeout: 60 }, async (q: string) => q);
`),
    ).toBe(`const W = "/w";

export const f = app.function({
  timeout: 60,
  build: async () => {
    // once a month
    if (!existsSync(W)) {
      await download(URL, W);
    }
  },
}, async (q: string) => q);
`);
  });

  it("gives several functions one build", () => {
    expect(
      toBuild(`⟦await download(URL, W);⟧

export const f = app.function({ timeout: 60 }, async (q: string) => q);
export const g = app.function(async (q: string) => q);
`),
    ).toBe(`async function build() {
  await download(URL, W);
}

export const f = app.function({ timeout: 60, build }, async (q: string) => q);
export const g = app.function({ build }, async (q: string) => q);
`);
  });

  it("is a call, or a function's name, where that is all", () => {
    expect(toBuild("⟦await fetchTo(W);⟧\nconst f = app.function({ timeout: 1 }, (q) => q);\n")).toBe(
      "const f = app.function({ timeout: 1, build: () => fetchTo(W) }, (q) => q);\n",
    );
    expect(
      toBuild("⟦await fetchAll();⟧\nconst f = app.function((q) => q), g = app.function((q) => q);\n"),
    ).toBe(
      "const f = app.function({ build: fetchAll }, (q) => q), g = app.function({ build: fetchAll }, (q) => q);\n",
    );
  });

  it("adds to what is built already, and takes an enter out that has nothing left to do", () => {
    expect(
      toBuild(
        "const f = app.function({ build: () => one(), enter: async () => { ⟦await download(URL, W);⟧ } }, async (q) => q);\n",
      ),
    ).toBe(`const f = app.function({ build: async () => {
  await one();
  await download(URL, W);
} }, async (q) => q);
`);
  });

  it("leaves what others need", () => {
    expect(
      toBuild("⟦const p = await download(URL);⟧\nconst f = app.function(async (q) => p + q);\n"),
    ).toBeUndefined();
  });
});
