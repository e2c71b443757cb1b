// Starts loads together:
//   const a = await f();            const [a, b] = await Promise.all([f(), g()]);
//   const b = await g();       →
import type { Change } from "../../../facts/finding.ts";
import type { Range } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readComments } from "../read/comments.ts";
import { around, type Draft, insert, rangeOf, replace, textOf } from "./draft.ts";
import { type Element, elementsOf } from "./elements.ts";
import { type Site, wrapped } from "./expressions.ts";
import { isGenericCall } from "./generics.ts";
import { extentOf, indentAt, movedText, removeStatements, standsAlone } from "./layout.ts";
import { boundNames, freshName, nameOfPart, nameOfResult } from "./names.ts";
import { raisedStatements } from "./raise.ts";

/** True when it could be written. */
export function writeConcurrently(draft: Draft, change: Extract<Change, { kind: "concurrently" }>): boolean {
  const elements = elementsOf(draft, change.items);
  const first = elements?.[0];
  if (!elements || !first || elements.length < 2) return false;
  if (!isPlaceForStatements(first.site) || elements.some(({ site }) => site.parent !== first.site.parent))
    return false;
  const raised = raisedStatements(elements);
  if (!raised) return false;
  const keyword = commonKeyword(draft, elements);
  const plan = planOf(draft, elements, keyword);
  const dissolved = plan.filter((part) => part.dissolves).map((part) => part.element.site);
  const statement = combined(draft, plan, keyword, first.site);
  for (const { element, name } of plan) if (name !== undefined) putName(draft, element, name);
  const lines = [...raised.map((node) => statementText(draft, node, first.site)), statement];
  place(draft, first.site, lines, dissolved.includes(first.site));
  removeStatements(
    draft,
    [...new Set([...raised, ...dissolved])].filter((site) => site !== first.site),
  );
  return true;
}

/** A block, a file's top or the one expression of an arrow function: somewhere a statement can be put. */
function isPlaceForStatements(site: Site): boolean {
  const { parent } = site;
  return (
    ts.isBlock(parent) ||
    ts.isSourceFile(parent) ||
    ts.isModuleBlock(parent) ||
    ts.isCaseOrDefaultClause(parent) ||
    ts.isArrowFunction(parent)
  );
}

interface Part {
  readonly element: Element;
  /** Its whole statement goes into the combined one. */
  readonly dissolves: boolean;
  /** The name that stands in the statement for what is loaded. */
  readonly name?: string;
  /** What the combined statement binds; undefined where nothing takes the result. */
  readonly binds?: string;
  readonly type?: string;
}

function planOf(draft: Draft, elements: readonly Element[], keyword: string): Part[] {
  const dissolving = dissolvingUnder(draft, elements, keyword);
  // Where each call carries its type itself, the tuple need not.
  const allTyped =
    elements.every((element) => dissolving.has(element) && annotationOf(element) !== undefined) &&
    !elements.every((element) => isGenericCall(draft, element.call));
  return elements.map((element): Part => {
    const { target } = element;
    if (!dissolving.has(element)) {
      const name = nameFor(draft, element);
      return { element, dissolves: false, name, binds: name };
    }
    if (target.kind === "assign") return { element, dissolves: true, binds: textOf(draft, target.left) };
    if (target.kind !== "declare") return { element, dissolves: true };
    const annotation = annotationOf(element);
    const type = annotation && textOf(draft, annotation);
    const binds = textOf(draft, target.declaration.name);
    const typed = { dissolves: true, binds, ...(allTyped && type !== undefined && { type }) };
    if (type === undefined || !isGenericCall(draft, element.call)) return { element, ...typed };
    // What is inferred from the annotation has to see it still.
    const expression = `(async (): Promise<${type}> => ${element.expression})()`;
    return { element: { ...element, expression }, ...typed };
  });
}

/** Elements whose whole statements the combined one can stand for when it begins with this keyword. */
function dissolvingUnder(draft: Draft, elements: readonly Element[], keyword: string): ReadonlySet<Element> {
  const fits = (element: Element) => element.target.kind === "nothing" || keywordOf(element) === keyword;
  const whole = elements.filter(({ site }) => {
    const own = elements.filter((element) => element.site === site);
    const isComplete =
      !ts.isVariableStatement(site) || site.declarationList.declarations.length === own.length;
    return isComplete && own.every(fits);
  });
  const allTyped =
    whole.length === elements.length && whole.every((element) => annotationOf(element) !== undefined);
  return new Set(
    whole.filter(
      (element) => allTyped || annotationOf(element) === undefined || isGenericCall(draft, element.call),
    ),
  );
}

/**
 * `const`, `export const`, `let` or an assignment (`=`), when all results are taken so; else `const`, and the other
 * statements take theirs from new names.
 */
function commonKeyword(draft: Draft, elements: readonly Element[]): string {
  const keywords = new Set(elements.filter(({ target }) => target.kind !== "nothing").map(keywordOf));
  const [only = "const"] = keywords;
  if (keywords.size > 1 || only === "part") return "const";
  return dissolvingUnder(draft, elements, only).size === elements.length ? only : "const";
}

function keywordOf({ target }: Element): string {
  if (target.kind === "assign") return "=";
  if (target.kind !== "declare") return "part";
  const { statement } = target;
  const blockScope = statement.declarationList.flags & ts.NodeFlags.BlockScoped;
  const exported = statement.modifiers?.length ? "export " : "";
  if (blockScope === ts.NodeFlags.Const) return `${exported}const`;
  if (blockScope === ts.NodeFlags.Let) return `${exported}let`;
  return blockScope === 0 ? `${exported}var` : "part";
}

function annotationOf({ target }: Element): ts.TypeNode | undefined {
  return target.kind === "declare" ? target.declaration.type : undefined;
}

function nameFor(draft: Draft, element: Element): string {
  const { site, source, call, target } = element;
  const scope = around(site, ts.isFunctionLike) ?? draft.source;
  const { parent } = wrapped(source);
  if (ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name))
    return freshName(draft, parent.name.text, scope);
  if (target.kind === "assign") return freshName(draft, nameOfPart(lastName(target.left), call), scope);
  const declaration = around(source, ts.isVariableDeclaration);
  if (declaration && ts.isVariableStatement(site)) {
    const [own, second] = boundNames(declaration.name);
    if (own !== undefined && second === undefined) return freshName(draft, nameOfPart(own, call), scope);
  }
  return freshName(draft, nameOfResult(call), scope);
}

function lastName(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node)) return node.name.text.replace(/^#/, "");
  return ts.isIdentifier(node) ? node.text : "loaded";
}

/** Puts a name where the load stood. */
function putName(draft: Draft, { source }: Element, name: string): void {
  const { parent } = wrapped(source);
  if (ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name) && parent.name.text === name) {
    replace(draft, rangeOf(draft, parent), name);
    return;
  }
  const range = rangeOf(draft, wrapped(source));
  const joins = /[\w$]/.test(draft.text[range.start - 1] ?? "");
  replace(draft, range, joins ? ` ${name}` : name);
}

function combined(draft: Draft, plan: readonly Part[], keyword: string, first: Site): string {
  const { style } = draft;
  const indent = indentAt(draft.text, first.getStart(draft.source));
  const binds = plan.map((part) => part.binds ?? "");
  while (binds.length > 0 && binds.at(-1) === "") binds.pop();
  const types = plan.map((part) => part.type);
  const annotation = types.every((type) => type !== undefined) ? `: [${types.join(", ")}]` : "";
  const taken =
    binds.length === 0 ? "" : `${keyword === "=" ? "" : `${keyword} `}[${binds.join(", ")}]${annotation} = `;
  const guard = keyword === "=" && binds.length > 0 && needsGuard(draft, first) ? ";" : "";
  const head = `${guard}${taken}await Promise.all([`;
  const items = plan.map((part) => itemOf(draft, part, plan, first, indent + style.indent));
  const line = `${head}${items.map((item) => item.text).join(", ")}])${style.semicolon}`;
  const fits = indent.length + line.length <= style.width;
  if (
    fits &&
    items.every(({ above, behind, text }) => above.length + behind.length === 0 && !text.includes("\n"))
  ) {
    return line;
  }
  const deep = indent + style.indent;
  const lines = items.flatMap(({ above, behind, text }, index) => {
    const comma = index < items.length - 1 ? "," : style.trailingComma;
    return [...above.map((comment) => deep + comment), [deep + text + comma, ...behind].join(" ")];
  });
  return [head, ...lines, `${indent}])${style.semicolon}`].join(style.newline);
}

interface Item {
  readonly text: string;
  readonly above: readonly string[];
  readonly behind: readonly string[];
}

/** A load, with the comments of its statement where that goes. */
function itemOf(draft: Draft, part: Part, plan: readonly Part[], first: Site, indent: string): Item {
  const { text } = draft;
  const { site, repeats, expression } = part.element;
  const from = indentAt(text, site.getStart(draft.source));
  const moved = repeats && expression === textOf(draft, repeats);
  const item = moved ? movedText(draft, repeats, rangeOf(draft, repeats), from, indent) : expression;
  const ofSite = plan.filter(({ element }) => element.site === site).map(({ element }) => element);
  if (!part.dissolves || ofSite[0]?.call !== part.element.call) return { text: item, above: [], behind: [] };
  const slice = ({ start, end }: Range) => text.slice(start, end);
  const { leading, trailing } = extentOf(draft, site);
  const above = [...(site === first ? [] : leading), ...lostComments(draft, site, ofSite)].map(slice);
  return { text: item, above, behind: trailing.map(slice) };
}

/** Comments inside a statement that stand in no part of it that is kept. */
function lostComments(draft: Draft, site: Site, elements: readonly Element[]): readonly Range[] {
  const kept = elements.flatMap((element) => {
    const { target } = element;
    const names =
      target.kind === "declare" ? [target.declaration.name] : target.kind === "assign" ? [target.left] : [];
    const annotation = annotationOf(element);
    return [...names, ...(annotation ? [annotation] : []), element.repeats ?? element.source].map((node) =>
      rangeOf(draft, node),
    );
  });
  const within = (inner: Range, outer: Range) => outer.start <= inner.start && inner.end <= outer.end;
  return readComments(draft.source)
    .map(({ range }) => range)
    .filter((range) => within(range, rangeOf(draft, site)) && !kept.some((outer) => within(range, outer)));
}

/** Without semicolons a line that begins with `[` continues the one before. */
function needsGuard(draft: Draft, site: Site): boolean {
  return (
    draft.style.semicolon === "" && /[\w)\]}"'`]\s*$/.test(draft.text.slice(0, extentOf(draft, site).start))
  );
}

function statementText(draft: Draft, node: ts.Statement, first: Site): string {
  const extent = extentOf(draft, node);
  const from = indentAt(draft.text, extent.start);
  return movedText(draft, node, extent, from, indentAt(draft.text, first.getStart(draft.source)));
}

/** Puts lines where the first load stands: in place of its statement, or above it. */
function place(draft: Draft, site: Site, lines: readonly string[], dissolves: boolean): void {
  const { text, style } = draft;
  const range = rangeOf(draft, site);
  const extent = extentOf(draft, site);
  const indent = indentAt(text, range.start);
  const isExpression = ts.isArrowFunction(site.parent);
  if (isExpression) {
    const deep = indent + style.indent;
    const inner = lines.map((line) => deep + line.replaceAll(/\n(?=.)/g, `\n${style.indent}`));
    const object =
      ts.isParenthesizedExpression(site) && ts.isObjectLiteralExpression(site.expression)
        ? site.expression
        : site;
    replace(
      draft,
      { start: range.start, end: object.getStart(draft.source) },
      `{${style.newline}${inner.join(style.newline)}${style.newline}${deep}return `,
    );
    replace(draft, { start: object.end, end: range.end }, `${style.semicolon}${style.newline}${indent}}`);
    return;
  }
  const separator = standsAlone(text, extent) || dissolves ? style.newline + indent : " ";
  if (dissolves) replace(draft, { start: range.start, end: extent.end }, lines.join(separator));
  else insert(draft, extent.start, lines.join(separator) + separator);
}
