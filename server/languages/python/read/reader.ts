// The state of one reading, and the small questions that every part of the reader asks of it.
import type {
  Binding,
  BindingId,
  Export,
  FunctionDef,
  FunctionId,
  Import,
  Range,
  Value,
} from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";

export interface Reader {
  readonly text: string;
  /** Places are reserved when a function begins and filled when it has been read, so that ids follow the text. */
  readonly functions: FunctionDef[];
  readonly bindings: Draft<Binding>[];
  readonly imports: Import[];
  readonly exports: Export[];
  scope: Scope;
  /** Whether `:=` occurs at all, so that expressions have to be searched for names. */
  readonly walrus: boolean;
  /** Within `if TYPE_CHECKING:`. */
  typeOnly: boolean;
  /** The function being read has a `yield` of its own. */
  generator: boolean;
  /** Names of `import a.b`, by their dotted spelling and the binding of `a`. */
  readonly dotted: Map<string, { readonly root: BindingId; readonly binding: BindingId }>;
  /** The one module that `from x import *` takes names from; undefined where there is none, or several. */
  star: Import | undefined;
}

export interface Scope {
  readonly kind: "module" | "function" | "class";
  readonly names: Map<string, BindingId>;
  /** Names that `global` gives to the module. */
  readonly globals: Set<string>;
  readonly parent: Scope | undefined;
  readonly function: FunctionId;
  /** Names of a class's own body, which its methods do not see: they are members of the class. */
  readonly members: Set<string>;
  /** The class, as its body's names hang on it. */
  readonly owner?: { readonly name: string; readonly binding?: BindingId };
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** What a name means: a binding, or a member of the class whose body is being read. */
export type Found =
  | { readonly kind: "binding"; readonly binding: BindingId }
  | { readonly kind: "member"; readonly owner: NonNullable<Scope["owner"]> };

export function rangeOf({ start, end }: Syntax): Range {
  return { start, end };
}

export function textOf(reader: Reader, node: Syntax): string {
  return reader.text.slice(node.start, node.end);
}

export function childOf(node: Syntax, field: string): Syntax | undefined {
  return node.children.find((child) => child.field === field);
}

export function childrenOf(node: Syntax, field: string): readonly Syntax[] {
  return node.children.filter((child) => child.field === field);
}

export function lookup(reader: Reader, name: string): Found | undefined {
  let inside = true;
  for (let scope: Scope | undefined = reader.scope; scope; scope = scope.parent) {
    if (scope.globals.has(name)) return found(moduleOf(scope).names.get(name));
    if (scope.kind === "class") {
      if (inside && scope.owner && scope.members.has(name)) return { kind: "member", owner: scope.owner };
      continue;
    }
    inside = false;
    const binding = scope.names.get(name);
    if (binding !== undefined) return { kind: "binding", binding };
  }
  return undefined;
}

function found(binding: BindingId | undefined): Found | undefined {
  return binding === undefined ? undefined : { kind: "binding", binding };
}

export function moduleOf(scope: Scope): Scope {
  let outer = scope;
  while (outer.parent) outer = outer.parent;
  return outer;
}

export function markReassigned(reader: Reader, id: BindingId): void {
  const binding = reader.bindings[id];
  if (binding) binding.reassigned = true;
}

export function innerScope(reader: Reader, kind: Scope["kind"], owner: FunctionId): Scope {
  return {
    kind,
    names: new Map(),
    globals: new Set(),
    parent: reader.scope,
    function: owner,
    members: new Set(),
  };
}

/** Reads something with another scope in force. */
export function withScope<T>(reader: Reader, scope: Scope, read: () => T): T {
  const outer = reader.scope;
  reader.scope = scope;
  const result = read();
  reader.scope = outer;
  return result;
}

/** A member of the class whose body is being read. */
export function classMember(owner: NonNullable<Scope["owner"]>, property: string, range: Range): Value {
  const binding = owner.binding === undefined ? {} : { binding: owner.binding };
  const object: Value = { kind: "name", name: owner.name, ...binding, range };
  return { kind: "member", object, property, optional: false, range };
}
