// Finds the places that a change speaks of: statements, calls, functions, classes and what decorates them.
import type { Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { around, type Draft, isFunction, nodeAt, textOf } from "./draft.ts";
import { standsAlone } from "./layout.ts";

/** The statement around a node: what stands directly in a block or at the file's top. */
export function statementOf(draft: Draft, node: Syntax | undefined): Syntax | undefined {
  return around(draft, node, (each) => {
    const parent = draft.parents.get(each);
    return parent !== undefined && (parent.type === "block" || parent.type === "module");
  });
}

/** The statement with exactly this range, on lines of its own. */
export function statementAt(draft: Draft, range: Range): Syntax | undefined {
  const node = nodeAt(draft, range, (each) => statementOf(draft, each) === each);
  return node && standsAlone(draft, node) ? node : undefined;
}

export function callAt(draft: Draft, range: Range): Syntax | undefined {
  return nodeAt(draft, range, ({ type }) => type === "call");
}

export interface Decorated {
  /** With its decorators. */
  readonly whole: Syntax;
  readonly definition: Syntax;
  readonly name: string;
  readonly decorators: readonly Syntax[];
  readonly body: Syntax;
}

export function decoratedOf(draft: Draft, node: Syntax | undefined): Decorated | undefined {
  const definition = node?.type === "decorated_definition" ? node.children.at(-1) : node;
  if (!definition || !node) return undefined;
  const parent = draft.parents.get(definition);
  const whole = parent?.type === "decorated_definition" ? parent : definition;
  const name = definition.children.find((child) => child.field === "name");
  const body = definition.children.find((child) => child.field === "body");
  if (!name || !body) return undefined;
  const decorators = whole.children.filter((child) => child.type === "decorator");
  return { whole, definition, name: textOf(draft, name), decorators, body };
}

/** What a decorator's call decorates. */
export function decoratedBy(draft: Draft, call: Range): Decorated | undefined {
  const decorator = around(draft, callAt(draft, call), ({ type }) => type === "decorator");
  return decoratedOf(draft, draft.parents.get(decorator ?? draft.root));
}

/** The function, or method, that a node stands in. */
export function functionAround(draft: Draft, node: Syntax | undefined): Syntax | undefined {
  return around(draft, node && draft.parents.get(node), isFunction);
}

/** A decorator's name without its arguments, and these. */
export function decoratorParts(
  draft: Draft,
  decorator: Syntax,
): { readonly name: string; readonly args?: Syntax } {
  const [expression] = decorator.children;
  if (!expression) return { name: "" };
  if (expression.type !== "call") return { name: textOf(draft, expression) };
  const [callee, args] = expression.children;
  return { name: callee ? textOf(draft, callee) : "", ...(args && { args }) };
}

/** Whether a decorator is the one with a qualified name, as this file may write it: `modal.enter`, `m.enter`, `enter`. */
export function isDecorator(draft: Draft, decorator: Syntax, qualified: string): boolean {
  const { name } = decoratorParts(draft, decorator);
  const last = qualified.slice(qualified.lastIndexOf(".") + 1);
  return name === qualified || name === last || new RegExp(`^\\w+\\.${last}$`).test(name);
}

/** The value of a keyword argument. */
export function argumentOf(draft: Draft, args: Syntax | undefined, name: string): Syntax | undefined {
  const found = args?.children.find((child) => {
    const key = child.type === "keyword_argument" ? child.children[0] : undefined;
    return key !== undefined && textOf(draft, key) === name;
  });
  return found?.children.at(-1);
}

/** The name of a method's first parameter. */
export function receiverOf(draft: Draft, definition: Syntax): string | undefined {
  const parameters = definition.children.find((child) => child.field === "parameters");
  const [first] = parameters?.children ?? [];
  return first?.type === "identifier" ? textOf(draft, first) : undefined;
}
