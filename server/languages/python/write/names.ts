// Names that a change makes up, and the places where a name of the file is used.
import type { BindingId, ModuleFacts, Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { type Draft, descendants, isWithin, textOf, type Use } from "./draft.ts";
import { functionAround } from "./places.ts";

/** The first of `wanted`, `wanted2`, `wanted3` … that occurs nowhere in the file. */
export function freshName(draft: Draft, wanted: string): string {
  return firstFree(draft, wanted, draft.names.has);
}

/** As `freshName`, for a function of the module: methods of other things (`client.download_file`) may have the same. */
export function freshFunction(draft: Draft, wanted: string): string {
  const nodes = descendants(draft.root).filter(
    ({ type, field }) => type === "identifier" && field !== "attribute",
  );
  const taken = new Set(nodes.map((each) => textOf(draft, each)));
  return firstFree(draft, wanted, (name) => taken.has(name) || draft.names.isNew(name));
}

/** As `freshName`, for a name of the function around a node: other functions may have the same. */
export function freshLocal(draft: Draft, wanted: string, node: Syntax): string {
  const around = functionAround(draft, node);
  if (!around) return freshName(draft, wanted);
  const nodes = descendants(around).filter(({ type }) => type === "identifier");
  const taken = new Set(nodes.map((each) => textOf(draft, each)));
  return firstFree(draft, wanted, (name) => taken.has(name) || draft.names.isNew(name));
}

function firstFree({ names }: Draft, wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let count = 2; isTaken(name) || keywords.has(name); count++) name = `${wanted}${count}`;
  names.add(name);
  return name;
}

/** Whether a name stands anywhere within a node, or is one of the module. */
export function mentions(draft: Draft, node: Syntax, name: string): boolean {
  if (draft.bindingsOf(name).some((id) => draft.facts.bindings[id]?.scope === 0)) return true;
  return descendants(node).some((each) => each.type === "identifier" && textOf(draft, each) === name);
}

const byBinding = new WeakMap<ModuleFacts, ReadonlyMap<BindingId, readonly Use[]>>();

/** Every place where the file reads or writes a binding. */
export function usesOf(draft: Draft, binding: BindingId): readonly Range[] {
  const uses = byBinding.get(draft.facts) ?? Map.groupBy(draft.uses, (use) => use.binding);
  byBinding.set(draft.facts, uses);
  return uses.get(binding)?.map((use) => use.range) ?? [];
}

/** What a name means at a place of the text: the binding of the use that stands there. */
export function bindingAt(draft: Draft, { start, end }: Range): BindingId | undefined {
  const uses = draft.usesWithin({ start, end });
  return uses.find(({ range }) => range.start === start && range.end === end)?.binding;
}

/** Bindings that the code of a range uses and does not declare itself. */
export function bindingsIn(draft: Draft, range: Range): ReadonlySet<BindingId> {
  const { bindings } = draft.facts;
  const isOutside = (binding: BindingId) => !isWithin(bindings[binding]?.range ?? range, range);
  return new Set(
    draft
      .usesWithin(range)
      .map((use) => use.binding)
      .filter(isOutside),
  );
}

/** The name of what takes it, where several values are given to several names: `self.a, self.b = f(), g()`. */
function targetOf(draft: Draft, call: Syntax): string | undefined {
  const values = draft.parents.get(call);
  const assignment = values?.type === "expression_list" ? draft.parents.get(values) : undefined;
  const targets = assignment?.type === "assignment" ? assignment.children[0] : undefined;
  if (!values || !targets || targets.children.length !== values.children.length) return undefined;
  const target = targets.children[values.children.indexOf(call)];
  const name = target && /(?:^|\.)([A-Za-z_]\w*)$/.exec(textOf(draft, target))?.[1];
  return name;
}

/** A name for what a call brings: `load_index("users")` → `index`, `Model.from_pretrained("x")` → `model`. */
export function nameOfResult(draft: Draft, call: Syntax): string {
  const target = targetOf(draft, call);
  if (target !== undefined) return target;
  const callee = call.children[0];
  const words = callee ? descendants(callee).filter(({ type }) => type === "identifier") : [];
  const last = words.at(-1);
  const name = last ? textOf(draft, last) : "";
  const noun = /^(?:load|get|fetch|read|open|create|connect|build|make|download)_(\w+)$/.exec(name)?.[1];
  if (noun) return noun;
  const owner = words.at(-2);
  if (owner && /^(?:from_|load|open|connect|create)/.test(name)) return snake(textOf(draft, owner));
  if (/^[A-Z]/.test(name)) return snake(name);
  const fetched = name.includes("download") ? stemOf(draft, call) : undefined;
  return fetched ?? (name === "" ? "loaded" : `${name}_result`);
}

/** What a call names last, without its ending: `hf_hub_download("org/model", "weights.bin")` → `weights`. */
function stemOf(draft: Draft, call: Syntax): string | undefined {
  const args = call.children.find(({ type }) => type === "argument_list")?.children ?? [];
  const last = args.findLast(({ type }) => type === "string");
  const stem = last && /([\w-]+)(?:\.\w+)?["']$/.exec(textOf(draft, last))?.[1];
  const name = stem && snake(stem.replaceAll("-", "_"));
  return name && /^[a-z]\w*$/.test(name) && !keywords.has(name) ? name : undefined;
}

/** `CLIPModel` → `clip_model`. */
export function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `describe_image` → `DescribeImage`. */
export function camel(name: string): string {
  return name
    .split("_")
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

const keywords = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield match case type"
  ).split(" "),
);
