// The state of one reading, and the small questions that every part of the reader asks of it.
import type {
  Binding,
  BindingId,
  Export,
  FunctionDef,
  FunctionId,
  Import,
  Range,
} from "../../../facts/module.ts";
import type { ts } from "../compiler.ts";

export interface Reader {
  readonly source: ts.SourceFile;
  /** Places are reserved when a function begins and filled when it has been read, so that ids follow the text. */
  readonly functions: FunctionDef[];
  readonly bindings: Draft<Binding>[];
  readonly imports: Import[];
  readonly exports: Export[];
  scope: Scope;
  /** Signs of the module system that were met. */
  esm: boolean;
  cjs: boolean;
  /** What `createRequire()` made, under the name `require`. */
  requireBinding: BindingId | undefined;
}

export interface Scope {
  readonly names: Map<string, BindingId>;
  readonly parent: Scope | undefined;
  readonly function: FunctionId;
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function rangeOf(reader: Reader, node: ts.Node): Range {
  return { start: node.getStart(reader.source), end: node.end };
}

export function lookup(reader: Reader, name: string): BindingId | undefined {
  for (let scope: Scope | undefined = reader.scope; scope; scope = scope.parent) {
    const binding = scope.names.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

export function markReassigned(reader: Reader, id: BindingId | undefined): void {
  const binding = id === undefined ? undefined : reader.bindings[id];
  if (binding) binding.reassigned = true;
}

export function innerScope(reader: Reader, owner: FunctionId = reader.scope.function): Scope {
  return { names: new Map(), parent: reader.scope, function: owner };
}

/** Reads something with another scope in force. */
export function withScope<T>(reader: Reader, scope: Scope, read: () => T): T {
  const outer = reader.scope;
  reader.scope = scope;
  const result = read();
  reader.scope = outer;
  return result;
}
