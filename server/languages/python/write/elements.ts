// What each load is when several start together: its call, and what takes its result.
import type { WorkPlace } from "../../../facts/function.ts";
import type { Syntax } from "../syntax.ts";
import { type Draft, descendants, isWithin, textOf } from "./draft.ts";
import { standsAlone } from "./layout.ts";
import { callAt, statementOf } from "./places.ts";

export interface Element {
  readonly call: Syntax;
  /** The `await`, or the call itself. */
  readonly source: Syntax;
  readonly awaited: boolean;
  readonly statement: Syntax;
  /**
   * What the statement sets to the result, "" where it drops it. Undefined where the result stands within something
   * larger: there a name takes its place.
   */
  readonly target: string | undefined;
}

export function elementsOf(draft: Draft, items: readonly WorkPlace[]): readonly Element[] | undefined {
  const calls = items.map((item) => callAt(draft, item.call));
  const known = calls.filter((call) => call !== undefined);
  if (known.length < items.length) return undefined;
  const elements = known.map((call) => elementOf(draft, call, known));
  const whole = elements.filter((element) => element !== undefined);
  const [first] = whole;
  if (whole.length < elements.length || !first) return undefined;
  const block = draft.parents.get(first.statement);
  if (whole.some((element) => draft.parents.get(element.statement) !== block)) return undefined;
  return whole.sort((a, b) => a.source.start - b.source.start);
}

function elementOf(draft: Draft, call: Syntax, calls: readonly Syntax[]): Element | undefined {
  const parent = draft.parents.get(call);
  const awaited = parent?.type === "await";
  const source = awaited && parent ? parent : call;
  const statement = statementOf(draft, source);
  if (!statement || !simple.has(statement.type) || !standsAlone(draft, statement)) return undefined;
  if (!runsOnce(draft, source, statement) || hasEffectsBefore(statement, source, calls)) return undefined;
  return { call, source, awaited, statement, target: targetOf(draft, source, statement) };
}

const simple = new Set(["expression_statement", "return_statement"]);

/** Whether nothing between a statement and the load in it runs later, again, or not at all. */
function runsOnce(draft: Draft, source: Syntax, statement: Syntax): boolean {
  for (
    let at: Syntax | undefined = draft.parents.get(source);
    at && at !== statement;
    at = draft.parents.get(at)
  ) {
    if (unsure.has(at.type)) return false;
  }
  return true;
}

const unsure = new Set([
  ...["lambda", "boolean_operator", "conditional_expression", "comparison_operator", "for_in_clause"],
  ...["list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression", "yield"],
]);

/** Other calls of the statement that come first: they would come later. */
function hasEffectsBefore(statement: Syntax, source: Syntax, calls: readonly Syntax[]): boolean {
  return descendants(statement).some(
    (node) =>
      effects.has(node.type) &&
      node.start < source.start &&
      node.end <= source.start &&
      !calls.some((call) => isWithin(node, call) || isWithin(call, node)),
  );
}

const effects = new Set(["call", "await", "yield", "named_expression"]);

function targetOf(draft: Draft, source: Syntax, statement: Syntax): string | undefined {
  if (statement.type !== "expression_statement") return undefined;
  const [only] = statement.children;
  if (only === source) return "";
  if (only?.type !== "assignment" || only.children.length !== 2) return undefined;
  const [left, right] = only.children;
  if (!left || !right || withoutParentheses(right) !== source) return undefined;
  const isPlain = descendants(left).every((node) => !effects.has(node.type) && node.type !== "subscript");
  return isPlain ? textOf(draft, left) : undefined;
}

function withoutParentheses(node: Syntax): Syntax {
  const [inner] = node.children;
  return node.type === "parenthesized_expression" && inner ? withoutParentheses(inner) : node;
}

/** A call's function and its arguments. */
export function inCall(call: Syntax): { readonly callee: Syntax; readonly args: Syntax } {
  const [callee = call, args = call] = call.children;
  return { callee, args };
}
