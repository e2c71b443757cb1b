// A report and measurements to test features with.
import type { Finding, Fix } from "../facts/finding.ts";
import type { FunctionFacts, WorkItem } from "../facts/function.ts";
import type { FileReport } from "../lint.ts";
import type { StoredResult } from "../measure/store.ts";

export const FILE = "/shop/search.ts";

export const TEXT = `const app = new App("shop");
/** Finds. */
export const search = app.function(async () => {
  const users = await load("users");
  const orders = await load("orders");
});
`;

/** Where a text stands in TEXT, first occurrence. */
export function at(part: string): { readonly start: number; readonly end: number } {
  const start = TEXT.indexOf(part);
  return { start, end: start + part.length };
}

function load(name: string): WorkItem {
  const call = `load("${name}")`;
  return {
    kind: "load",
    phase: "body",
    callee: "node:fs/promises.readFile",
    label: call,
    place: { file: FILE, range: at(call) },
    scope: 1,
    statement: at(`const ${name} = await ${call};`),
    via: [],
    defines: [name],
    dependsOn: { input: false, items: [], environment: false },
    outermost: at(`const ${name} = await ${call};`),
    ...{ guarded: false, volatile: false, small: false, shared: false, ends: false },
    conditional: false,
    inLoop: false,
    alone: true,
    cached: false,
    memoized: false,
    awaited: true,
    source: "disk",
    bytes: 4_200_000,
    overlap: "overlaps",
  };
}

const facts = {
  platform: "coldstart",
  name: "search",
  file: FILE,
  range: at(TEXT.slice(TEXT.indexOf("export const"), -1)),
  nameRange: at("search"),
  settings: [],
  work: { global: [], build: [], enter: [], body: [load("users"), load("orders")] },
  groups: [],
} as unknown as FunctionFacts;

export const safe = { title: "Start together", safety: "safe" } as Fix;
export const unsafe = { title: "Move", safety: "unsafe", why: "it changes call sites" } as Fix;

export function finding(part: string, fixes: readonly Fix[]): Finding {
  return {
    rule: "sequential-loads",
    severity: "warning",
    message: "They wait.",
    function: "search",
    phase: "body",
    related: [],
    file: FILE,
    range: at(part),
    fixes,
  };
}

export function report(findings: readonly Finding[] = []): FileReport {
  return { file: FILE, parsed: true, functions: [facts], findings, syntaxErrors: [] };
}

/** A stored cold start of `search.ts::search`. */
export function stored(hash: string, wall: number, more: Partial<StoredResult> = {}): StoredResult {
  const stages = { queue: 1, boot: 30, global: wall - 51, enter: 0, body: 20 };
  return { v: 1, kind: "run", at: 1000, function: "search.ts::search", hash, runs: 1, wall, stages, ...more };
}
