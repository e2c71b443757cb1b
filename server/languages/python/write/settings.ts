// Adds to and takes from what decorates a function: volumes, and settings that became decorators.
import type { Change } from "../../../facts/finding.ts";
import type { Syntax } from "../syntax.ts";
import { type Draft, insert, replace, textOf } from "./draft.ts";
import { use } from "./imports.ts";
import { indentAt, lineEnd, lineStart } from "./layout.ts";
import { freshName } from "./names.ts";
import { argumentOf, callAt, statementOf } from "./places.ts";

/** `@app.function(volumes={"/cache": cache})`, and the volume's definition above. */
export function writeKeepOnVolume(
  draft: Draft,
  change: Extract<Change, { kind: "keep-on-volume" }>,
): boolean {
  const calls = change.spellings.flatMap(({ definition, volume }) => {
    const call = definition && callAt(draft, definition.call);
    return call && volume ? [{ call, volume }] : [];
  });
  const [first] = calls;
  const once = [...new Map(calls.map((each) => [each.call, each])).values()];
  if (!first || calls.length < change.spellings.length) return false;
  const { quote, newline } = draft.style;
  const create = use(draft, first.volume.create, true);
  const created = `${create}(${quote}${change.volume}${quote}, create_if_missing=True)`;
  const known = definedAs(draft, created, Math.min(...calls.map(({ call }) => call.start)));
  const name = known ?? freshName(draft, change.volume.replace(/\W+/g, "_"));
  const folder = quote + change.folder + quote;
  for (const { call, volume } of once) {
    const given = argumentOf(draft, call.children[1], volume.option);
    if (!given) addArgument(draft, call, `${volume.option}={${folder}: ${name}}`);
    else if (given.type === "dictionary") addEntry(draft, given, `${folder}: ${name}`);
    else return false;
  }
  if (known) return true;
  const place = placeOfDefinition(
    draft,
    calls.map(({ call }) => call),
  );
  if (!place) return false;
  insert(draft, lineEnd(draft.text, place.end), `${newline}${name} = ${created}`);
  return true;
}

/** The name that the file's top gave to a value before a place. */
function definedAs(draft: Draft, value: string, before: number): string | undefined {
  const all = definitions.get(draft.root) ?? definitionsIn(draft);
  definitions.set(draft.root, all);
  return all.findLast(({ written, end }) => written === value && end <= before)?.name;
}

interface Definition {
  readonly name: string;
  readonly written: string;
  readonly end: number;
}

const definitions = new WeakMap<Syntax, readonly Definition[]>();

function definitionsIn(draft: Draft): readonly Definition[] {
  return draft.root.children.flatMap((node) => {
    const [, name, written] = /^(\w+) = (.*)$/s.exec(textOf(draft, node)) ?? [];
    return name === undefined || written === undefined ? [] : [{ name, written, end: node.end }];
  });
}

/** The last plain statement above the first use: where the file defines its app and image. */
function placeOfDefinition(draft: Draft, calls: readonly Syntax[]): Syntax | undefined {
  const start = Math.min(...calls.map((call) => call.start));
  return draft.root.children.findLast(
    ({ type, end, start: at }) =>
      end <= start && (type === "expression_statement" || type.startsWith("import")) && at >= 0,
  );
}

function addArgument(draft: Draft, call: Syntax, text: string): void {
  const args = call.children[1];
  if (!args) return;
  const last = args.children.at(-1);
  if (!last) insert(draft, args.start + 1, text);
  else addItem(draft, last, text);
}

function addEntry(draft: Draft, dictionary: Syntax, text: string): void {
  const last = dictionary.children.at(-1);
  if (last) addItem(draft, last, text);
  else insert(draft, dictionary.start + 1, text);
}

/** Behind the last item, on a line of its own where that one has one. */
function addItem(draft: Draft, last: Syntax, text: string): void {
  const space = draft.text.slice(lineStart(draft.text, last.start), last.start);
  const gap = space.trim() === "" ? draft.style.newline + space : " ";
  insert(draft, last.end, `,${gap}${text}`);
}

/** `@app.function(allow_concurrent_inputs=9)` → `@app.function()` above `@modal.concurrent(max_inputs=9)`. */
export function writeDecorate(draft: Draft, change: Extract<Change, { kind: "decorate" }>): boolean {
  const call = callAt(draft, change.call);
  const value = call && argumentOf(draft, call.children[1], change.setting);
  const argument = value && draft.parents.get(value);
  const decorator = call && draft.parents.get(call);
  if (!call || !value || !argument || decorator?.type !== "decorator") return false;
  if (!statementOf(draft, decorator)) return false;
  const indent = indentAt(draft.text, decorator.start);
  const text = `@${use(draft, change.decorator, true)}(${change.as}=${textOf(draft, value)})`;
  removeArgument(draft, call, argument);
  insert(draft, lineEnd(draft.text, call.end), draft.style.newline + indent + text);
  return true;
}

function removeArgument(draft: Draft, call: Syntax, argument: Syntax): void {
  const listed = call.children[1]?.children ?? [];
  const index = listed.indexOf(argument);
  const [before, after] = [listed[index - 1], listed[index + 1]];
  if (after) replace(draft, { start: argument.start, end: after.start }, "");
  else if (before) replace(draft, { start: before.end, end: argument.end }, "");
  else {
    const rest = /^\s*,?\s*/.exec(draft.text.slice(argument.end))?.[0].length ?? 0;
    replace(
      draft,
      { start: (call.children[1]?.start ?? argument.start - 1) + 1, end: argument.end + rest },
      "",
    );
  }
}
