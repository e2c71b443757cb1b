// Has files fetched when the image is built:
//   def download():                       image = modal.Image.debian_slim().run_function(download)
//       snapshot_download("x")
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import type { Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { around, type Draft, descendants, insert, isWithin, nodeAt, textOf } from "./draft.ts";
import { extentOf, indentAt, lineStart, movedText, removeStatements } from "./layout.ts";
import { leaves, waits } from "./moved.ts";
import { freshFunction } from "./names.ts";
import { argumentOf, callAt, functionAround, statementAt, statementOf } from "./places.ts";
import { isPure } from "./raise.ts";

/** Statements that only fetch move into the function that the build runs. */
export function writeMoveToBuild(draft: Draft, change: Extract<Change, { kind: "move-to-build" }>): boolean {
  const statements = change.statements.map((range) => statementAt(draft, range));
  const known = statements.filter((statement) => statement !== undefined);
  if (known.length < statements.length || known.length === 0) return false;
  if (isUsedElsewhere(draft, known)) return false;
  const needed = writeSteps(draft, known, change.spellings);
  if (!needed) return false;
  const left = needed.filter((each) => isImport(each) && isUsedIn(draft, each, known));
  removeStatements(draft, [...known, ...left]);
  return true;
}

/** Calls that fetch and load are made by the build, too, and find their files from then on. */
export function writeFetchInBuild(
  draft: Draft,
  change: Extract<Change, { kind: "fetch-in-build" }>,
): boolean {
  const calls = change.calls.map((range) => callAt(draft, range));
  const known = calls.filter((call) => call !== undefined);
  if (known.length < calls.length || known.length === 0) return false;
  // What is loaded in two places is fetched once.
  const once = new Map(known.map((call) => [textOf(draft, call), call]));
  return writeSteps(draft, [...once.values()], change.spellings, change.helpers) !== undefined;
}

/** What the statements declare goes with them: nobody else may need it. */
function isUsedElsewhere(draft: Draft, statements: readonly Syntax[]): boolean {
  const { bindings } = draft.facts;
  return draft.uses.some(({ binding, range }) => {
    const own = bindings[binding];
    const inside = (place: Range) => statements.some((statement) => isWithin(place, statement));
    return own !== undefined && inside(own.range) && !inside(range);
  });
}

/** Whether nothing else uses what a statement brings. */
function isUsedIn(draft: Draft, statement: Syntax, moving: readonly Syntax[]): boolean {
  const own = (binding: number) => isWithin(draft.facts.bindings[binding]?.range ?? draft.root, statement);
  return draft.uses
    .filter(({ binding, range }) => own(binding) && !isWithin(range, statement))
    .every(({ range }) => moving.some((each) => isWithin(range, each)));
}

/** What the step's function needed besides; undefined where it can't be written. */
function writeSteps(
  draft: Draft,
  nodes: readonly Syntax[],
  spellings: readonly Spelling[],
  helpers = false,
): readonly Syntax[] | undefined {
  if (!nodes.every(canRunElsewhere)) return undefined;
  const needs = nodes.map((node) => closureOf(draft, node, nodes));
  if (needs.includes(undefined) || spellings.length === 0) return undefined;
  const images = new Map<
    number,
    { readonly node: Syntax; readonly method: string; readonly options: string }
  >();
  for (const { build, definition } of spellings) {
    if (build.kind !== "step") return undefined;
    const node = nodeAt(draft, build.image, () => true);
    if (!node) return undefined;
    const options = optionsOf(draft, nodes, node, definition && callAt(draft, definition.call), helpers);
    if (options === undefined) return undefined;
    images.set(node.end, { node, method: build.method, options });
  }
  const name = freshFunction(draft, nodes.length > 1 ? "download_files" : "download_file");
  const first = [...images.values()].map(({ node }) => statementOf(draft, node)).sort(byPlace)[0];
  if (!first || draft.parents.get(first)?.type !== "module") return undefined;
  const needed = [...new Set(needs.flatMap((need) => need ?? []))].sort((a, b) => a.start - b.start);
  const { newline, blanks, indent } = draft.style;
  const gap = newline.repeat(blanks + 1);
  const lines = [...needed, ...nodes].map((node) => indent + linesAt(draft, node, indent));
  const at = extentOf(draft, first).start;
  const above = /(\r?\n)*$/.exec(draft.text.slice(0, at))?.[0].split("\n").length ?? 1;
  const before = at === 0 ? "" : newline.repeat(Math.max(0, blanks + 2 - above));
  insert(draft, at, `${before}def ${name}():${newline}${lines.join(newline)}${gap}`);
  for (const { node, method, options } of images.values())
    insert(draft, node.end, `${chainBreak(draft, node)}.${method}(${name}${options})`);
  return needed;
}

/** Arguments of loads that only work where there is a device. */
const ON_DEVICE = /\b(cuda|gpu|device)\b|quantization|load_in_[48]bit|flash_attention/i;

/** What the step has to have of what the containers have; undefined where its place knows nothing of it. */
function optionsOf(
  draft: Draft,
  nodes: readonly Syntax[],
  image: Syntax,
  definition: Syntax | undefined,
  helpers: boolean,
): string | undefined {
  const device = nodes.some((node) => ON_DEVICE.test(textOf(draft, node)));
  let options = "";
  for (const option of device || helpers ? ["secrets", "gpu"] : ["secrets"]) {
    const given = definition && argumentOf(draft, definition.children[1], option);
    if (!given) continue;
    if (!isKnownBefore(draft, given, image)) return undefined;
    options += `, ${option}=${textOf(draft, given)}`;
  }
  return options;
}

/** The build's function is a plain one: nothing waits in it, and it ends at its end. */
function canRunElsewhere(node: Syntax): boolean {
  return descendants(node).some(({ type }) => type === "call") && !waits(node) && !leaves(node);
}

function byPlace(a: Syntax | undefined, b: Syntax | undefined): number {
  return (a?.start ?? 0) - (b?.start ?? 0);
}

function linesAt(draft: Draft, node: Syntax, indent: string): string {
  const from = indentAt(draft.text, node.start);
  return movedText(draft, node, { text: textOf(draft, node), at: node.start, from, to: indent });
}

/** A chain with a call a line goes on on a new line. */
function chainBreak(draft: Draft, node: Syntax): string {
  const callee = node.type === "call" ? node.children[0] : undefined;
  const object = callee?.type === "attribute" ? callee.children[0] : undefined;
  if (!object) return "";
  const dot = draft.text.indexOf(".", object.end);
  const space = draft.text.slice(lineStart(draft.text, dot), dot);
  return space.trim() === "" && space !== "" ? draft.style.newline + space : "";
}

/**
 * Imports and constants of a function that code inside it rests on; undefined where it rests on more, so that it can't
 * run elsewhere.
 */
function closureOf(draft: Draft, node: Syntax, moving: readonly Syntax[]): readonly Syntax[] | undefined {
  const source = functionAround(draft, node);
  if (!source) return [];
  const needed: Syntax[] = [];
  const { bindings } = draft.facts;
  const seen = new Set<number>();
  const search = (range: Range): boolean =>
    draft.uses.every(({ binding, range: use }) => {
      const own = bindings[binding];
      if (!own || !isWithin(use, range) || isWithin(own.range, range) || seen.has(binding)) return true;
      if (moving.some((each) => isWithin(own.range, each))) return true;
      seen.add(binding);
      if (!isWithin(own.range, source)) return true;
      const declared = nodeAt(draft, own.range, () => true);
      const statement = statementOf(draft, declared);
      if (
        !statement ||
        own.reassigned ||
        !isRepeatable(draft, statement) ||
        !isInside(draft, statement, source)
      )
        return false;
      needed.push(statement);
      return search(statement);
    });
  return search(node) ? needed : undefined;
}

function isInside(draft: Draft, statement: Syntax, source: Syntax): boolean {
  return around(draft, draft.parents.get(statement), ({ type }) => type === "function_definition") === source;
}

function isImport({ type }: Syntax): boolean {
  return type === "import_statement" || type === "import_from_statement";
}

function isRepeatable(draft: Draft, statement: Syntax): boolean {
  if (isImport(statement)) return true;
  const [only] = statement.children;
  const isAssignment = statement.type === "expression_statement" && only?.type === "assignment";
  return isAssignment && isPure(draft, only?.children.at(-1));
}

/** Whether all names of a node are there where another one stands. */
function isKnownBefore(draft: Draft, node: Syntax, place: Syntax): boolean {
  const { bindings } = draft.facts;
  const names = new Set(descendants(node).map(({ start }) => start));
  return draft.uses
    .filter(({ range }) => names.has(range.start) && isWithin(range, node))
    .every(({ binding }) => (bindings[binding]?.range.start ?? 0) < place.start);
}
