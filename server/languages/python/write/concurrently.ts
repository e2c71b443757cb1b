// Starts loads together, in threads or, where they are awaited, as coroutines:
//   a = load(1)          with ThreadPoolExecutor() as pool:
//   b = load(2)              loading_a = pool.submit(load, 1)
//                    →       loading_b = pool.submit(load, 2)
//                            a = loading_a.result()
//                            b = loading_b.result()
import type { Change } from "../../../facts/finding.ts";
import type { Syntax } from "../syntax.ts";
import { callLines } from "./calls.ts";
import { type Draft, insert, isWithin, replace, textOf } from "./draft.ts";
import { type Element, elementsOf, inCall } from "./elements.ts";
import { use } from "./imports.ts";
import { extentOf, indentAt, lineEnd, movedLines, movedText, removeStatements } from "./layout.ts";
import { freshLocal, nameOfResult, snake } from "./names.ts";
import { raisedStatements } from "./raise.ts";

/** True when it could be written. */
export function writeConcurrently(draft: Draft, change: Extract<Change, { kind: "concurrently" }>): boolean {
  const elements = elementsOf(draft, change.items);
  const first = elements?.[0];
  if (!elements || !first || elements.length < 2) return false;
  if (elements.some((element) => element.awaited !== first.awaited)) return false;
  const raised = raisedStatements(draft, elements);
  if (!raised) return false;
  const indent = indentAt(draft.text, first.statement.start);
  const moved = raised.map((node) => statementText(draft, node, indent));
  const lines = first.awaited ? gathered(draft, elements, indent) : pooled(draft, elements, indent);
  const { newline } = draft.style;
  const text = [...moved, ...lines].join(newline) + newline;
  for (const { element, name } of lines.parts) {
    if (element.target === undefined) replace(draft, inParentheses(draft, element.source), name);
  }
  const dissolved = elements
    .filter((element) => element.target !== undefined)
    .map((element) => element.statement);
  const gone = [...new Set([...raised, ...dissolved])];
  if (gone.includes(first.statement)) {
    const extent = extentOf(draft, first.statement);
    replace(draft, extent, text.slice(0, -newline.length));
  } else insert(draft, extentOf(draft, first.statement).start, text);
  removeStatements(
    draft,
    gone.filter((statement) => statement !== first.statement),
    true,
  );
  return true;
}

function inParentheses(draft: Draft, node: Syntax): Syntax {
  const parent = draft.parents.get(node);
  return parent?.type === "parenthesized_expression" ? inParentheses(draft, parent) : node;
}

interface Part {
  readonly element: Element;
  /** What takes the result: the statement's own target, or a new name. */
  readonly name: string;
}

type Lines = readonly string[] & { readonly parts: readonly Part[] };

function withParts(lines: readonly string[], parts: readonly Part[]): Lines {
  return Object.assign([...lines], { parts });
}

function pooled(draft: Draft, elements: readonly Element[], indent: string): Lines {
  const executor = use(draft, "concurrent.futures.ThreadPoolExecutor");
  const around = elements[0]?.statement ?? draft.root;
  const pool = freshLocal(draft, "pool", around);
  const deep = indent + draft.style.indent;
  const parts = elements.map((element) => partOf(draft, element));
  const futures = parts.map((part) => freshLocal(draft, futureName(draft, part), around));
  const starts = parts.flatMap(({ element }, index) => {
    return withComments(
      draft,
      element,
      deep,
      submission(draft, element, `${futures[index]} = ${pool}`, deep),
    );
  });
  const ends = parts.map(({ name }, index) => {
    const target = name === "" ? "" : `${name} = `;
    return `${deep}${target}${futures[index]}.result()`;
  });
  return withParts([`${indent}with ${executor}() as ${pool}:`, ...starts, ...ends], parts);
}

function futureName(draft: Draft, { element, name }: Part): string {
  const callee = inCall(element.call).callee.children.at(-1) ?? inCall(element.call).callee;
  const last = /(\w+)$/.exec(name)?.[1];
  return `loading_${last ?? snake(textOf(draft, callee))}`;
}

function partOf(draft: Draft, element: Element): Part {
  const name = element.target ?? freshLocal(draft, nameOfResult(draft, element.call), element.statement);
  return { element, name };
}

/** `load(1, key=2)` → `pool.submit(load, 1, key=2)`, without the first line's indentation. */
function submission(draft: Draft, { call }: Element, pool: string, indent: string): string {
  const { callee, args } = inCall(call);
  const from = indentAt(draft.text, call.start);
  const moved = (node: Syntax) =>
    movedText(draft, node, { text: textOf(draft, node), at: node.start, from, to: indent });
  const called = moved(callee);
  const listed = args.type === "argument_list" ? moved(args).slice(1, -1) : moved(args);
  const broken = /^\s*\n([ \t]*)/.exec(listed);
  if (broken) return `${pool}.submit(${draft.style.newline}${broken[1]}${called},${listed})`;
  const isPlain = args.type === "argument_list" && !listed.includes("\n");
  const each = isPlain ? args.children.map(moved) : listed.trim() === "" ? [] : [listed];
  const lines = callLines(draft, indent, `${pool}.submit`, [called, ...each]);
  return lines.join(draft.style.newline).slice(indent.length);
}

/** Comments of a statement that goes stay with what it loads. */
function withComments(draft: Draft, element: Element, indent: string, line: string): readonly string[] {
  if (element.target === undefined) return [indent + line];
  const { text } = draft;
  const { start, end } = element.statement;
  const extent = extentOf(draft, element.statement);
  const above = text
    .slice(extent.start, start)
    .split(/\r?\n/)
    .filter((each) => each.trim() !== "");
  const behind = text.slice(end, lineEnd(text, end)).trimEnd();
  return [...above.map((each) => indent + each.trim()), indent + line + behind];
}

function gathered(draft: Draft, elements: readonly Element[], indent: string): Lines {
  const gather = use(draft, "asyncio.gather", true);
  const parts = elements.map((element) => partOf(draft, element));
  const isUsed = parts.some(({ name }) => name !== "");
  const unused =
    isUsed && parts.some(({ name }) => name === "")
      ? freshLocal(draft, "_", elements[0]?.statement ?? draft.root)
      : "_";
  const targets = isUsed ? `${parts.map(({ name }) => grouped(name) || unused).join(", ")} = ` : "";
  const deep = indent + draft.style.indent;
  const items = elements.map((element) => {
    const { call } = element;
    const from = indentAt(draft.text, call.start);
    return movedText(draft, call, { text: textOf(draft, call), at: call.start, from, to: deep });
  });
  const comments = elements.map((element) => withComments(draft, element, deep, ""));
  const line = `${indent}${targets}await ${gather}(${items.join(", ")})`;
  const isPlain = comments.every((each) => each.length === 1 && each[0]?.trim() === "");
  if (isPlain && line.length <= draft.style.width && !line.includes("\n")) return withParts([line], parts);
  const listed = items.flatMap((item, index) => {
    const own = comments[index] ?? [];
    return [...own.slice(0, -1), `${deep}${item},${own.at(-1)?.slice(deep.length) ?? ""}`];
  });
  return withParts([`${indent}${targets}await ${gather}(`, ...listed, `${indent})`], parts);
}

/** `a, b` as one of several targets. */
function grouped(name: string): string {
  return name.includes(",") && !/^[[(]/.test(name) ? `(${name})` : name;
}

function statementText(draft: Draft, node: Syntax, indent: string): string {
  const extent = extentOf(draft, node);
  const from = indentAt(draft.text, node.start);
  const text = textOf(draft, extent);
  return isWithin(node, extent)
    ? movedLines(draft, node, { text, at: extent.start, from, to: indent })
    : text;
}
