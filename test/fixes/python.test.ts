// Every fix of every Python case of the rules: it can be written, its finding is gone, the text parses, it all ends, and
// the program runs and gives what it gave.
import { posix } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { analyse } from "../../server/analysis/index.ts";
import { applyEdits } from "../../server/facts/edits.ts";
import type { Detection, Fix } from "../../server/facts/finding.ts";
import { propose } from "../../server/fixes/index.ts";
import { detect } from "../../server/rules/index.ts";
import { languageOf } from "../../server/workspace/languages.ts";
import { platformsFor } from "../../server/workspace/report.ts";
import { rowsFor } from "../../server/workspace/rows.ts";
import { createWorkspace, type Workspace } from "../../server/workspace/workspace.ts";
import { type Case, diskOf, pageIds, ROOT, readCases } from "../rules/cases.ts";
import { fixed } from "../rules/fixing.ts";
import { createRunner, type Outcome, type Program } from "./python-running.ts";

const examples = pageIds()
  .flatMap(readCases)
  .filter((each) => each.files.some(({ path }) => path.endsWith(".py")));

const runner = createRunner();
afterAll(() => runner.close());

async function open(example: Case): Promise<Workspace> {
  const workspace = createWorkspace(diskOf(example));
  await workspace.prepare(example.files.map(({ path }) => posix.join(ROOT, path)));
  return workspace;
}

interface Proposed {
  readonly detection: Detection;
  readonly fix: Fix;
}

function detections(workspace: Workspace, file: string): readonly Proposed[] {
  const functions = analyse(file, workspace, platformsFor({}, file), rowsFor({}, file));
  return detect(functions).flatMap((detection) => {
    const written = propose(detection, functions)
      .map((fix) => ({ detection, fix }))
      .filter(({ fix }) => textAfter(workspace, fix) !== undefined);
    return written;
  });
}

function textAfter(workspace: Workspace, { change }: Fix): string | undefined {
  const text = workspace.text(change.file) ?? "";
  const edits = languageOf(change.file)?.spell(change, text, () => undefined);
  return edits && applyEdits(text, edits);
}

/** How often a rule reports a text, each place once. */
function count(workspace: Workspace, file: string, { rule, range }: Detection, code: string): number {
  const functions = analyse(file, workspace, platformsFor({}, file), rowsFor({}, file));
  return detect(functions).filter(
    (each) =>
      each.rule === rule &&
      (workspace.text(each.file) ?? "").slice(each.range.start, each.range.end) === code &&
      each.range.end - each.range.start === range.end - range.start &&
      each.severity !== "info",
  ).length;
}

it("there are fixes to look at", async () => {
  let fixes = 0;
  for (const example of examples) {
    const workspace = await open(example);
    for (const { path } of example.files.filter((each) => each.path.endsWith(".py")))
      fixes += detections(workspace, posix.join(ROOT, path)).length;
  }
  expect(fixes).toBeGreaterThan(40);
});

describe.each(examples.map((each) => [`${each.page}: ${each.title}`, each] as const))(
  "%s",
  (_title, example) => {
    it("each fix takes its finding out and leaves a text that parses", async () => {
      const workspace = await open(example);
      for (const { path } of example.files.filter((each) => each.path.endsWith(".py"))) {
        const file = posix.join(ROOT, path);
        for (const { detection, fix } of detections(workspace, file)) {
          const text = workspace.text(detection.file) ?? "";
          const code = text.slice(detection.range.start, detection.range.end);
          const before = count(workspace, file, detection, code);
          const after = await open(example);
          after.open(fix.change.file, textAfter(workspace, fix) ?? "");
          expect(after.module(fix.change.file)?.syntaxErrors, fix.title).toEqual([]);
          expect(count(after, file, detection, code), fix.title).toBeLessThan(Math.max(before, 1));
        }
      }
    });

    it("each fix, and all of them, leave programs that do what they did", async () => {
      for (const variant of await variantsOf(example)) await expectSame(example, variant);
    });

    it("all of them, unsafe ones too, come to an end", async () => {
      for (const { text, path } of await fixed(example, "unsafe")) {
        const workspace = await open(example);
        workspace.open(posix.join(ROOT, path), text);
        if (path.endsWith(".py")) expect(workspace.module(posix.join(ROOT, path))?.syntaxErrors).toEqual([]);
      }
    });
  },
);

interface Variant {
  readonly title: string;
  readonly texts: Readonly<Record<string, string>>;
}

async function variantsOf(example: Case): Promise<readonly Variant[]> {
  const original = textsOf(example);
  const workspace = await open(example);
  const variants: Variant[] = [];
  for (const path of Object.keys(original)) {
    for (const { fix } of detections(workspace, posix.join(ROOT, path))) {
      const changed = posix.relative(ROOT, fix.change.file);
      variants.push({
        title: fix.title,
        texts: { ...original, [changed]: textAfter(workspace, fix) ?? "" },
      });
    }
  }
  for (const kind of ["safe", "unsafe"] as const) {
    const changed = (await fixed(example, kind)).map(({ path, text }) => [path, text]);
    if (changed.length > 0)
      variants.push({ title: `all ${kind} fixes`, texts: { ...original, ...Object.fromEntries(changed) } });
  }
  return [...new Map(variants.map((each) => [JSON.stringify(each.texts), each])).values()];
}

function textsOf(example: Case): Readonly<Record<string, string>> {
  const code = example.files.filter(({ path }) => path.endsWith(".py"));
  return Object.fromEntries(code.map(({ path, text }) => [path, text]));
}

async function expectSame(example: Case, { title, texts }: Variant): Promise<void> {
  const original = textsOf(example);
  const before = await programsOf(example, original);
  const after = await programsOf(example, texts);
  for (const program of before) {
    // A function that became a class is one of its methods now.
    const same = after.find(({ file, name }) => file === program.file && isSame(program.name, name));
    expect(same, `${title}: ${program.name} is gone from\n${texts[program.file]}`).toBeDefined();
    if (!same) continue;
    const [first, second] = await Promise.all([runner.run(program), runner.run(same)]);
    expect(first.outcome.error, program.name).toBeUndefined();
    const said = `${title}\n${texts[program.file]}`;
    expect(second.outcome, said).toEqual(first.outcome);
    expectSameDoing(first, second, said);
  }
}

function isSame(before: string, after: string): boolean {
  return after === before || after.endsWith(`.${before}`);
}

async function programsOf(
  example: Case,
  texts: Readonly<Record<string, string>>,
): Promise<readonly Program[]> {
  const workspace = await open(example);
  for (const [path, text] of Object.entries(texts)) workspace.open(posix.join(ROOT, path), text);
  return Object.keys(texts).flatMap((path) => {
    const file = posix.join(ROOT, path);
    const functions = analyse(file, workspace, platformsFor({}, file), rowsFor({}, file));
    return functions.map(({ name, platform }) => ({ file: path, name, platform, texts }));
  });
}

/** Loads may come earlier, together, or once for many inputs, and fetch ahead; what is seen from outside keeps its order. */
function expectSameDoing(before: Outcome, after: Outcome, said: string): void {
  const doing = ({ entries }: Outcome, kinds: readonly string[]) =>
    entries.filter(([kind]) => kinds.includes(kind)).map(([, text]) => text);
  const done = (outcome: Outcome, ...kinds: readonly string[]) => new Set(doing(outcome, kinds));
  const [known, all] = [done(before, "call", "build"), done(after, "call", "build")];
  const own = (call: string) => !call.startsWith("modal.");
  expect(
    [...done(before, "call")].filter((call) => own(call) && !all.has(call)),
    said,
  ).toEqual([]);
  const more = [...done(after, "call")].filter((call) => own(call) && !known.has(call));
  // Files may be fetched ahead of what loads them.
  expect(
    more.filter((call) => !call.startsWith("huggingface_hub.snapshot_download(")),
    said,
  ).toEqual([]);
  // What the build writes is there when the container starts.
  const built = done(after, "built");
  const visible = doing(before, ["write", "print"]).filter((text) => !built.has(text));
  expect(doing(after, ["write", "print"]), said).toEqual(visible);
}
