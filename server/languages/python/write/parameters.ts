// Declares what a constructor takes as parameters of the class:
//   def __init__(self, size: int = 3):      →      size: int = modal.parameter(default=3)
//       self.size = size
import type { Change } from "../../../facts/finding.ts";
import type { Syntax } from "../syntax.ts";
import { type Draft, nodeAt, replace, textOf } from "./draft.ts";
import { use } from "./imports.ts";
import { indentAt } from "./layout.ts";
import { isPure } from "./raise.ts";

/** Types that parameters can have. Source: modal 1.6.4, `cls.py` and `_type_manager.py`. */
const types = new Set(["str", "int", "bool", "bytes"]);

/** True when it could be written: the constructor does nothing but to keep what it is given. */
export function writeParameters(draft: Draft, change: Extract<Change, { kind: "parameters" }>): boolean {
  const definition = nodeAt(draft, change.definition, ({ type }) => type === "function_definition");
  const [self, ...given] = childOf(definition, "parameters")?.children ?? [];
  const statements = childOf(definition, "body")?.children ?? [];
  if (!definition || self?.type !== "identifier" || given.length === 0) return false;
  const declared = given.map((parameter) => declarationOf(draft, parameter, change.declares));
  const kept = statements.map((statement) => keptBy(draft, statement, textOf(draft, self)));
  const names = declared.map((each) => each?.name);
  if (declared.includes(undefined) || kept.includes(undefined)) return false;
  if (kept.length !== names.length || !names.every((name) => kept.includes(name))) return false;
  const indent = indentAt(draft.text, definition.start);
  replace(draft, definition, declared.map((each) => each?.text).join(draft.style.newline + indent));
  return true;
}

function childOf(node: Syntax | undefined, field: string): Syntax | undefined {
  return node?.children.find((child) => child.field === field);
}

function declarationOf(
  draft: Draft,
  parameter: Syntax,
  declares: string,
): { readonly name: string; readonly text: string } | undefined {
  if (parameter.type !== "typed_parameter" && parameter.type !== "typed_default_parameter") return undefined;
  const [name] = parameter.children;
  const type = childOf(parameter, "type");
  const value = childOf(parameter, "value");
  if (name?.type !== "identifier" || !type || !types.has(textOf(draft, type))) return undefined;
  if (value && !isPure(draft, value)) return undefined;
  const own = value ? `default=${textOf(draft, value)}` : "";
  return {
    name: textOf(draft, name),
    text: `${textOf(draft, name)}: ${textOf(draft, type)} = ${use(draft, declares, true)}(${own})`,
  };
}

/** `self.size = size`: the name. */
function keptBy(draft: Draft, statement: Syntax, self: string): string | undefined {
  const [assignment] = statement.type === "expression_statement" ? statement.children : [];
  if (assignment?.type !== "assignment" || assignment.children.length !== 2) return undefined;
  const [left, right] = assignment.children.map((child) => textOf(draft, child));
  return right !== undefined && left === `${self}.${right}` ? right : undefined;
}
