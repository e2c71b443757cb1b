// Writes hooks: `enter`, `build`.
import { ts } from "../compiler.ts";
import { type Definition, type FunctionNode, functionOf, optionOf } from "./definition.ts";
import { type Draft, insert, rangeOf, replace } from "./draft.ts";
import { indentAt, lineStart } from "./layout.ts";
import { boundNames } from "./names.ts";

/** `enter: async () => { … }`, its lines given for the white space that they begin with. */
export function hookText(
  draft: Draft,
  name: string,
  isAsync: boolean,
  indent: string,
  lines: (indent: string) => readonly string[],
): string {
  const { style } = draft;
  const deep = indent + style.indent;
  const body = lines(deep).map((line) => deep + line);
  return [`${name}: ${isAsync ? "async " : ""}() => {`, ...body, `${indent}}`].join(style.newline);
}

/** The function behind an option; `undefined` where it can't be edited. */
export function hookOf(
  draft: Draft,
  definition: Definition,
  option: string,
): FunctionNode | "none" | undefined {
  const property = optionOf(draft, definition, option);
  if (property === undefined) return "none";
  if (property === "unknown") return undefined;
  if (ts.isMethodDeclaration(property)) return property;
  return functionOf(draft, ts.isPropertyAssignment(property) ? property.initializer : property.name);
}

/** White space that lines inside a block begin with. */
export function insideOf({ text, source, style }: Draft, body: ts.Block): string {
  const outer = indentAt(text, body.getStart(source));
  const [first] = body.statements;
  const isBroken = first && text.slice(body.getStart(source), first.getStart(source)).includes("\n");
  return isBroken ? indentAt(text, first.getStart(source)) : outer + style.indent;
}

export function joined({ style }: Draft, lines: readonly string[], indent: string): string {
  return lines.join(style.newline + indent);
}

/** A block with these lines, its closing brace at `indent`. */
export function block(draft: Draft, lines: readonly string[], indent: string): string {
  const { newline, indent: step } = draft.style;
  return `{${newline}${indent}${step}${joined(draft, lines, indent + step)}${newline}${indent}}`;
}

/** Adds lines before a block's closing brace. */
export function appendToBlock(draft: Draft, body: ts.Block, lines: readonly string[], indent: string): void {
  const { text, style } = draft;
  const open = body.getStart(draft.source) + 1;
  const close = body.end - 1;
  const line = lineStart(text, close);
  if (line > open && text.slice(line, close).trim() === "") {
    insert(draft, line, `${indent}${joined(draft, lines, indent)}${style.newline}`);
    return;
  }
  // All on one line: what is there gets a line of its own.
  const inner = text.slice(open, close).trim();
  const all = inner === "" ? lines : [inner, ...lines];
  replace(draft, rangeOf(draft, body), block(draft, all, indentAt(text, open)));
}

/** Names that a parameter brings, and itself where it is a plain name. */
export function parameterNames(parameter: ts.ParameterDeclaration | undefined): readonly string[] {
  return parameter ? boundNames(parameter.name) : [];
}
