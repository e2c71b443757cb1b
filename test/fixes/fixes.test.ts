// Every fix of every case of the rules: it can be written, its finding is gone, types hold, what it doesn't concern
// stays as it was, and the program runs and gives what it gave.
import { posix } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Fix } from "../../server/facts/finding.ts";
import type { FunctionFacts } from "../../server/facts/function.ts";
import { readModule } from "../../server/languages/typescript/read.ts";
import { type Case, pageIds, ROOT, readCases } from "../rules/cases.ts";
import type { Entry } from "./child/log.ts";
import { createEngine, type Engine, fixAll, isCode } from "./engine.ts";
import { createRunner, type Outcome, type Program } from "./running.ts";
import { typeErrors } from "./types.ts";
import { changedOutside } from "./untouched.ts";

interface Variant {
  readonly title: string;
  /** The one fix that was applied; undefined where all were. */
  readonly fix?: Fix;
  readonly texts: ReadonlyMap<string, string>;
}

interface Example {
  readonly example: Case;
  readonly functions: readonly FunctionFacts[];
  readonly original: ReadonlyMap<string, string>;
  readonly variants: readonly Variant[];
}

const examples: Example[] = [];
for (const example of pageIds().flatMap(readCases)) {
  const engine = await createEngine(example);
  if (engine.proposed().length > 0) examples.push(await exampleOf(example, engine));
}
const programs = examples.flatMap(({ original, variants }) => [
  original,
  ...variants.map(({ texts }) => texts),
]);
const errors = new Map(typeErrors(programs).map((found, index) => [programs[index], found]));
const runner = createRunner();
afterAll(() => runner.close());

it("there are fixes to look at", () => {
  expect(examples.length).toBeGreaterThan(30);
});

describe.each(examples)("$example.page: $example.title", ({ example, functions, original, variants }) => {
  it("each fix can be written, and its finding is gone", async () => {
    const engine = await createEngine(example);
    for (const { fix, detection } of engine.proposed()) {
      const text = engine.written(fix);
      expect(text, fix.title).toBeDefined();
      const before = findings(engine, detection.rule);
      const after = await createEngine(example);
      after.set(fix.change.file, text ?? "");
      const code = codeOf(engine, detection);
      const count = (all: readonly string[]) => all.filter((each) => each === code).length;
      expect(count(findings(after, detection.rule)), fix.title).toBeLessThan(count(before));
    }
  });

  it.each(variants)("$title: parses, and types hold", ({ texts }) => {
    for (const [path, text] of texts) {
      if (isCode(path)) expect(readModule(path, text).syntaxErrors, text).toEqual([]);
    }
    const known = errors.get(original) ?? [];
    expect((errors.get(texts) ?? []).filter((error) => !known.includes(error))).toEqual([]);
  });

  it.each(variants)("$title: what it doesn't concern stays, comments too", ({ fix, texts }) => {
    for (const [path, before] of original) {
      const after = texts.get(path) ?? "";
      if (fix) expect(changedOutside(fix.change, posix.join(ROOT, path), before, after)).toEqual([]);
      if (isCode(path))
        expect(commentsOf(path, after)).toEqual(expect.arrayContaining([...commentsOf(path, before)]));
    }
  });

  it.each(variants)("$title: runs, and gives what it gave", async ({ texts }) => {
    for (const { file, name, platform } of functions) {
      const program = { file: posix.relative(ROOT, file), name, platform };
      const before = await originalOutcome(example, { ...program, texts: original });
      const after = await runner.run(example, { ...program, texts });
      expect(after.outcome).toEqual(before.outcome);
      // A class's hooks load for all of its methods.
      expectSameDoing(before, after, name.includes("."));
    }
  });
});

const outcomes = new Map<string, Promise<Outcome>>();

function originalOutcome(example: Case, program: Program): Promise<Outcome> {
  const key = `${example.page} ${example.title} ${program.file} ${program.name}`;
  const known = outcomes.get(key) ?? runner.run(example, program);
  outcomes.set(key, known);
  return known;
}

async function exampleOf(example: Case, engine: Engine): Promise<Example> {
  const original = new Map(example.files.map(({ path, text }) => [path, text]));
  const variants = new Map<string, Variant>();
  const add = (variant: Variant) => {
    const key = JSON.stringify([...variant.texts]);
    if (!variants.has(key) && key !== JSON.stringify([...original])) variants.set(key, variant);
  };
  for (const { fix } of engine.proposed()) {
    const text = engine.written(fix);
    const path = posix.relative(ROOT, fix.change.file);
    if (text !== undefined) add({ title: fix.title, fix, texts: new Map([...original, [path, text]]) });
  }
  for (const unsafe of [false, true]) {
    const all = await createEngine(example);
    fixAll(all, unsafe);
    const texts = [...original.keys()].map((path) => [path, all.text(posix.join(ROOT, path))] as const);
    add({ title: unsafe ? "all fixes" : "all safe fixes", texts: new Map(texts) });
  }
  return { example, functions: engine.functions(), original, variants: [...variants.values()] };
}

function codeOf(
  engine: Engine,
  { file, range }: { file: string; range: { start: number; end: number } },
): string {
  return engine.text(file).slice(range.start, range.end);
}

function findings(engine: Engine, rule: string): readonly string[] {
  return engine
    .proposed()
    .filter(({ detection }) => detection.rule === rule)
    .map(({ detection }) => codeOf(engine, detection));
}

function commentsOf(path: string, text: string): readonly string[] {
  return readModule(path, text).comments.map((comment) => comment.text);
}

/** Loads may come earlier, together, or once for many inputs; what can be seen from outside keeps its order. */
function expectSameDoing(before: Outcome, after: Outcome, shares = false): void {
  const doing = ({ entries }: Outcome, kinds: readonly Entry["kind"][]) =>
    entries.filter(({ kind }) => kinds.includes(kind)).map(({ kind, text }) => `${kind} ${text}`);
  const loads = (outcome: Outcome) => [...new Set(doing(outcome, ["read", "fetch", "call"]))].sort();
  expect(loads(after)).toEqual(shares ? expect.arrayContaining([...loads(before)]) : loads(before));
  const seen = (outcome: Outcome) => doing(outcome, ["write", "print"]);
  // The module runs for the build, too.
  if (after.built) expect([...new Set(seen(after))].sort()).toEqual([...new Set(seen(before))].sort());
  else expect(seen(after)).toEqual(seen(before));
}
