// Gives a handler what `enter` returns, as its first parameter.
import { ts } from "../compiler.ts";
import type { FunctionNode } from "./definition.ts";
import { type Draft, insert, replace, textOf } from "./draft.ts";
import { indentAt, lineStart } from "./layout.ts";

/** A new first parameter; one without parentheses gets them. */
export function addParameter(draft: Draft, handler: FunctionNode, names: readonly string[], type = ""): void {
  const pattern = `{ ${names.join(", ")} }${type}`;
  const [first] = handler.parameters;
  if (!first) {
    insert(draft, handler.parameters.pos, pattern);
    return;
  }
  const start = first.getStart(draft.source);
  const hasParentheses = handler
    .getChildren(draft.source)
    .some(({ kind }) => kind === ts.SyntaxKind.OpenParenToken);
  if (hasParentheses) {
    const line = draft.text.slice(lineStart(draft.text, start), start);
    const ownLine = line.trim() === "" ? `${draft.style.newline}${line}` : " ";
    insert(draft, start, `${pattern},${ownLine}`);
    return;
  }
  insert(draft, start, `(${pattern}, `);
  insert(draft, first.end, ")");
}

/**
 * Adds names to what the first parameter takes out of the state.
 * @returns lines that have to stand in the body instead, where the parameter is one name; undefined where its type is
 * written down and says nothing of the new names
 */
export function extendParameter(draft: Draft, handler: FunctionNode, names: readonly string[]): boolean {
  const [first] = handler.parameters;
  if (!first) {
    addParameter(draft, handler, names);
    return true;
  }
  // A type that is spelled out or has a name says what was there; what `enter` returns says it all.
  if (first.type && !ts.isTypeLiteralNode(first.type) && !ts.isTypeReferenceNode(first.type)) return false;
  if (first.type) replace(draft, { start: first.name.end, end: first.type.end }, "");
  if (ts.isObjectBindingPattern(first.name)) {
    const { elements } = first.name;
    const rest = elements.find((element) => element.dotDotDotToken);
    const last = elements.at(-1);
    if (rest) insert(draft, rest.getStart(draft.source), `${names.join(", ")}, `);
    else if (last) insert(draft, last.end, `, ${names.join(", ")}`);
    else insert(draft, first.name.getStart(draft.source) + 1, ` ${names.join(", ")} `);
    return true;
  }
  if (!ts.isIdentifier(first.name) || !handler.body || !ts.isBlock(handler.body)) return false;
  const { style, text } = draft;
  const at = handler.body.getStart(draft.source) + 1;
  const statement = handler.body.statements[0];
  const indent = statement ? indentAt(text, statement.getStart(draft.source)) : style.indent;
  insert(
    draft,
    at,
    `${style.newline}${indent}const { ${names.join(", ")} } = ${textOf(draft, first.name)}${style.semicolon}`,
  );
  return true;
}
