// What has to move up with a load that moves up: the constants that its arguments use.
import type { Syntax } from "../syntax.ts";
import { type Draft, descendants, textOf } from "./draft.ts";
import type { Element } from "./elements.ts";
import { bindingsIn } from "./names.ts";

/**
 * Statements between the first load and the last that later loads use, in their order; undefined where one of them is
 * more than a constant, or rests on a load.
 */
export function raisedStatements(draft: Draft, elements: readonly Element[]): readonly Syntax[] | undefined {
  const sites = new Set(elements.map((element) => element.statement));
  const [first] = elements;
  const block = first && draft.parents.get(first.statement);
  if (!block) return undefined;
  const statements = block.children;
  const from = statements.indexOf(first.statement);
  const to = Math.max(...elements.map((element) => statements.indexOf(element.statement)));
  const loaded = new Set([...sites].flatMap((site) => [...boundBy(draft, site)]));
  const needed = new Set(elements.flatMap(({ call }) => [...bindingsIn(draft, call)]));
  if ([...needed].some((binding) => loaded.has(binding))) return undefined;
  const raised: Syntax[] = [];
  for (const statement of statements.slice(from, to).toReversed()) {
    if (sites.has(statement)) continue;
    const bound = boundBy(draft, statement);
    if (![...bound].some((binding) => needed.has(binding))) continue;
    if (!isConstant(draft, statement)) return undefined;
    for (const binding of bindingsIn(draft, statement)) {
      if (loaded.has(binding)) return undefined;
      needed.add(binding);
    }
    raised.unshift(statement);
  }
  return raised;
}

/** Bindings that a statement declares. */
function boundBy(draft: Draft, statement: Syntax): ReadonlySet<number> {
  return new Set(draft.bindingsWithin(statement));
}

function isConstant(draft: Draft, statement: Syntax): boolean {
  if (imports.has(statement.type)) return true;
  const [only] = statement.children;
  if (statement.type !== "expression_statement" || only?.type !== "assignment") return false;
  return isPure(draft, only.children.at(-1));
}

const imports = new Set(["import_statement", "import_from_statement"]);

/** An expression that does nothing but give a value. */
export function isPure(draft: Draft, node: Syntax | undefined): boolean {
  return (
    node !== undefined &&
    descendants(node).every(
      (each) => !active.has(each.type) || (each.type === "call" && namesPath(draft, each)),
    )
  );
}

/** A call that does nothing but to put a path together. */
function namesPath(draft: Draft, call: Syntax): boolean {
  const [callee] = call.children;
  return (
    callee !== undefined &&
    /^((pathlib\.)?(Pure)?(Posix)?Path|os\.path\.join|str)$/.test(textOf(draft, callee))
  );
}

const active = new Set(["call", "await", "yield", "named_expression", "subscript", "generator_expression"]);
