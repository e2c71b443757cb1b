// A change in the making: the parsed text, what its code looks like, and the edits so far.
import { applyAll, type Edit } from "../../../facts/edits.ts";
import type { BindingId, ModuleFacts, Range } from "../../../facts/module.ts";
import { readModule } from "../read.ts";
import { type Parsed, parse, type Syntax } from "../syntax.ts";
import { type Ranges, rangesOf } from "./ranges.ts";
import { readStyle, type Style } from "./style.ts";

export interface Draft {
  readonly path: string;
  readonly text: string;
  readonly root: Syntax;
  readonly comments: readonly Syntax[];
  readonly errors: number;
  readonly facts: ModuleFacts;
  /** Every place where a name that the file declares is read or written, once. */
  readonly uses: readonly Use[];
  /** Those of a range: cheaper, since only its functions are looked through. */
  usesWithin(range: Range): readonly Use[];
  /** Bindings that are declared in a range. */
  bindingsWithin(range: Range): readonly BindingId[];
  /** Bindings of a name, in any scope. */
  bindingsOf(name: string): readonly BindingId[];
  readonly style: Style;
  readonly edits: Edit[];
  /** Edits of other files. */
  readonly elsewhere: { readonly file: string; readonly edit: Edit }[];
  readonly parents: ReadonlyMap<Syntax, Syntax>;
  /** All names that occur in the file, and those made up for this change. */
  readonly names: Names;
  /** Lines to import, by the statement: see imports.ts. */
  readonly imports: Set<string>;
  /** Imports that were put beside others, and the names that they bring. */
  readonly written: Map<string, string>;
}

export interface Names {
  has(name: string): boolean;
  add(name: string): void;
  /** Whether it was made up for this change. */
  isNew(name: string): boolean;
}

export interface Use {
  readonly binding: BindingId;
  readonly range: Range;
}

/** @param path "" for a piece of code that belongs to no file. */
export function createDraft(path: string, text: string): Draft {
  const parsed = parse(path, text);
  const known = basis.get(parsed);
  const base = known?.facts.path === path ? known : basisOf(path, text, parsed);
  basis.set(parsed, base);
  const { root, comments, errors } = parsed;
  const { uses, names, declared, byName, ...same } = base;
  const madeUp = new Set<string>();
  return {
    path,
    text,
    root,
    comments,
    errors: errors.length,
    ...same,
    // Not every change asks for all of them.
    get uses() {
      return uses();
    },
    usesWithin: uses,
    bindingsWithin: declared.within,
    bindingsOf: (name) => byName.get(name) ?? [],
    edits: [],
    elsewhere: [],
    names: {
      has: (name) => names.has(name) || madeUp.has(name),
      add: (name) => void madeUp.add(name),
      isNew: (name) => madeUp.has(name),
    },
    imports: new Set(),
    written: new Map(),
  };
}

/** What all changes of one text begin with; a file may have thousands. */
interface Basis extends Pick<Draft, "parents" | "facts" | "style"> {
  readonly names: ReadonlySet<string>;
  readonly uses: (range?: Range) => readonly Use[];
  readonly declared: Ranges<BindingId>;
  readonly byName: ReadonlyMap<string, readonly BindingId[]>;
}

const basis = new WeakMap<Parsed, Basis>();

function basisOf(path: string, text: string, { root }: Parsed): Basis {
  const parents = new Map<Syntax, Syntax>();
  const names = new Set<string>();
  const visit = (node: Syntax): void => {
    if (node.type === "identifier") names.add(text.slice(node.start, node.end));
    for (const child of node.children) {
      parents.set(child, node);
      visit(child);
    }
  };
  visit(root);
  const facts = readModule(path, text);
  const ids = facts.bindings.map((_, id) => id);
  const declared = rangesOf(ids, (id) => facts.bindings[id]?.range ?? { start: 0, end: 0 });
  const byName = Map.groupBy(ids, (id) => facts.bindings[id]?.name ?? "");
  return { parents, names, facts, style: readStyle(text), uses: usesOf(facts, text), declared, byName };
}

/** The uses in a range, or all of them; in the order of the text. */
function usesOf(facts: ModuleFacts, text: string): (range?: Range) => readonly Use[] {
  const known = new Map<number, Ranges<Use>>();
  let all: readonly Use[] | undefined;
  const inFunction = (id: number) => {
    const uses = known.get(id) ?? rangesOf(usesIn(facts, id, text), (use) => use.range);
    known.set(id, uses);
    return uses;
  };
  const ids = facts.functions.map((_, id) => id);
  const functions = rangesOf(ids, (id) => facts.functions[id]?.range ?? { start: 0, end: 0 });
  const find = (range: Range) => {
    const found = functions.reaching(range).flatMap((id) => inFunction(id).within(range));
    const unique = new Map(found.map((use) => [use.range.start, use]));
    return [...unique.values()].sort((a, b) => a.range.start - b.range.start);
  };
  return (range) => {
    if (range) return find(range);
    all ??= find({ start: 0, end: text.length });
    return all;
  };
}

/** Of one function, without those inside it. */
function usesIn(facts: ModuleFacts, id: number, text: string): readonly Use[] {
  const found: Use[] = [];
  const visit = (node: object): void => {
    if ("kind" in node && node.kind === "name" && "binding" in node && "range" in node) {
      const { binding, range } = node as Use;
      // Some values stand for names that are not written where they stand.
      if (text.slice(range.start, range.end) === facts.bindings[binding]?.name) {
        found.push({ binding, range });
      }
    }
    for (const key in node) {
      const part = (node as Readonly<Record<string, unknown>>)[key];
      if (typeof part === "object" && part !== null && key !== "range") visit(part);
    }
  };
  visit(facts.functions[id] ?? {});
  return found;
}

export function replace(draft: Draft, range: Range, text: string): void {
  draft.edits.push({ start: range.start, end: range.end, text });
}

export function insert(draft: Draft, at: number, text: string): void {
  draft.edits.push({ start: at, end: at, text });
}

export function textOf(draft: Draft, { start, end }: Range): string {
  return draft.text.slice(start, end);
}

/** The text of a range with some places inside it replaced. */
export function textWith(draft: Draft, range: Range, edits: readonly Edit[]): string {
  const inside = edits.filter((edit) => range.start <= edit.start && edit.end <= range.end);
  const shifted = inside.map((edit) => ({
    start: edit.start - range.start,
    end: edit.end - range.start,
    text: edit.text,
  }));
  return applyAll(textOf(draft, range), shifted);
}

/** The outermost node that spans exactly this range and is what is asked for. */
export function nodeAt(
  draft: Draft,
  { start, end }: Range,
  is: (node: Syntax) => boolean,
): Syntax | undefined {
  let node: Syntax | undefined = draft.root;
  while (node) {
    if (node.start === start && node.end === end && is(node)) return node;
    node = childAround(node, { start, end });
  }
  return undefined;
}

/** The child that a range lies in; a module may have thousands. */
function childAround({ children }: Syntax, { start, end }: Range): Syntax | undefined {
  const fits = (child: Syntax | undefined) => child && child.start <= start && end <= child.end;
  if (children.length < MANY || start === end) return children.find(fits);
  let [low, high] = [0, children.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((children[middle]?.start ?? start) <= start) low = middle + 1;
    else high = middle;
  }
  const child = children[low - 1];
  return fits(child) ? child : undefined;
}

const MANY = 32;

/** The nearest node around this one (or itself) that is what is asked for. */
export function around(
  draft: Draft,
  node: Syntax | undefined,
  is: (node: Syntax) => boolean,
): Syntax | undefined {
  let outer = node;
  while (outer && !is(outer)) outer = draft.parents.get(outer);
  return outer;
}

/** All nodes inside this one, itself included, in the order of the text. */
export function descendants(node: Syntax): readonly Syntax[] {
  const found: Syntax[] = [];
  const visit = (inner: Syntax): void => {
    found.push(inner);
    inner.children.forEach(visit);
  };
  visit(node);
  return found;
}

/** As `descendants`, without what stands inside functions, classes and comprehensions. */
export function ownDescendants(node: Syntax): readonly Syntax[] {
  const found: Syntax[] = [];
  const visit = (inner: Syntax): void => {
    found.push(inner);
    if (inner === node || !isScope(inner)) inner.children.forEach(visit);
  };
  visit(node);
  return found;
}

export function isFunction({ type }: Syntax): boolean {
  return type === "function_definition";
}

function isScope({ type }: Syntax): boolean {
  return type === "function_definition" || type === "class_definition" || type === "lambda";
}

export function isWithin(inner: Range, outer: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
