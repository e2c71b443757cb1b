// Moves work to module scope, where platforms without an enter hook run it before the first input.

import { ts } from "../compiler.ts";
import { around, type Draft, insert, rangeOf, replace, textOf } from "./draft.ts";
import { awaitsIn } from "./expressions.ts";
import { extentOf, lineEnd } from "./layout.ts";
import { type Moved, singleOf, takeOut, textsOf } from "./moved.ts";
import { declaredNames, freshName, mentions, namesIn, upperFirst } from "./names.ts";
import { wholeFile } from "./whole.ts";

/** True when it could be written. */
export function writeAtModuleScope(draft: Draft, moved: Moved, format: "esm" | "cjs"): boolean {
  const node = moved.statements[0] ?? moved.extracted[0]?.node;
  const handler = around(node?.parent, ts.isFunctionLike);
  if (!node || !handler) return false;
  if (moved.isAsync && format === "cjs") return writePromise(draft, moved, node, handler);
  const declared = moved.statements.flatMap(declaredNames);
  if (declared.some((name) => isTaken(draft, name, handler))) return writeRenamed(draft, moved, node);
  if (!placeAtModuleScope(draft, node, textsOf(draft, moved, ""))) return false;
  takeOut(draft, moved);
  return true;
}

/** The name means something else out there already: what is loaded gets another, and the body's constant takes it over. */
function writeRenamed(draft: Draft, moved: Moved, node: ts.Node): boolean {
  const single = singleOf(draft, moved);
  if (!single) return false;
  const name = freshName(draft, `${single.name}Loaded`, draft.source);
  const line = `const ${name} = ${textOf(draft, single.value)}${draft.style.semicolon}`;
  if (!placeAtModuleScope(draft, node, [line])) return false;
  replace(draft, rangeOf(draft, single.value), name);
  return true;
}

/** Whether a name at module scope would get another meaning for code outside the function that has it now. */
function isTaken(draft: Draft, name: string, handler: ts.Node): boolean {
  if (wholeFile(draft.source).declared.has(name)) return true;
  const range = rangeOf(draft, handler);
  return mentions(draft.source, name).some((mention) => {
    const inside = mention.pos >= range.start && mention.end <= range.end;
    return !inside && !isDeclaredAround(mention, name);
  });
}

function isDeclaredAround(mention: ts.Identifier, name: string): boolean {
  const owner = around(mention, ts.isFunctionLike);
  if (!owner) return false;
  return mentions(owner, name).some(
    ({ parent }) =>
      (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) &&
      parent.name,
  );
}

/**
 * Puts lines at module scope: above the handler, but below what they use.
 * @param node Stands in the handler.
 */
export function placeAtModuleScope(draft: Draft, node: ts.Node, lines: readonly string[]): boolean {
  const { source, style, text } = draft;
  const own = source.statements.find((statement) => statement.pos <= node.pos && node.end <= statement.end);
  if (!own) return false;
  const needed = lastNeeded(source, own, node);
  const before = source.statements[source.statements.indexOf(own) - 1];
  const all = lines.join(style.newline);
  if (needed) insert(draft, lineEnd(text, needed.end), style.newline + all);
  else if (before && ts.isVariableStatement(before) && awaitsIn(before).length > 0) {
    insert(draft, lineEnd(text, before.end), style.newline + all);
  } else insert(draft, extentOf(draft, own).start, all + style.newline + style.newline);
  return true;
}

/** The last statement behind the handler's that declares what the moved code uses, itself or through functions. */
function lastNeeded(source: ts.SourceFile, own: ts.Statement, node: ts.Node): ts.Statement | undefined {
  const needed = new Set(namesIn(node));
  const behind = source.statements.slice(source.statements.indexOf(own) + 1);
  const reached = new Set<ts.Statement>();
  for (let size = -1; size !== reached.size; ) {
    size = reached.size;
    for (const statement of source.statements) {
      if (statement === own || reached.has(statement)) continue;
      if (!declaredNames(statement).some((name) => needed.has(name))) continue;
      reached.add(statement);
      for (const name of namesIn(statement)) needed.add(name);
    }
  }
  return behind.findLast((statement) => reached.has(statement) && !ts.isFunctionDeclaration(statement));
}

/** CommonJS can't wait at module scope: the work starts there, the handler waits for it, and a failure is not kept. */
function writePromise(draft: Draft, moved: Moved, node: ts.Node, handler: ts.Node): boolean {
  const { style, path } = draft;
  const [base = "resources"] = moved.names;
  const load = freshName(draft, `load${upperFirst(base)}`, draft.source);
  const once = freshName(draft, `${base}Once`, draft.source);
  const promise = freshName(draft, `${base}Promise`, draft.source);
  const typed = /\.[mc]?tsx?$/.test(path);
  const semi = style.semicolon;
  const step = style.indent;
  const single = singleOf(draft, moved);
  const result = moved.names.length > 0 ? [`return { ${moved.names.join(", ")} }${semi}`] : [];
  const body = single
    ? [`return ${valueText(draft, single.value)}${semi}`]
    : [...textsOf(draft, moved, step), ...result];
  const lines = [
    `async function ${load}() {`,
    ...body.map((line) => step + line),
    "}",
    "",
    `let ${promise}${typed ? `: ReturnType<typeof ${load}> | undefined` : ""}${semi}`,
    `function ${once}() {`,
    `${step}${promise} ??= ${load}().catch((error) => {`,
    `${step}${step}${promise} = undefined${semi}`,
    `${step}${step}throw error${semi}`,
    `${step}})${semi}`,
    `${step}return ${promise}${semi}`,
    "}",
    "// Starts with the container; what fails is tried again, and reported, by the handler.",
    `${once}().catch(() => {})${semi}`,
  ];
  if (!placeAtModuleScope(draft, node, lines)) return false;
  const call = `await ${once}()`;
  if (single && moved.extracted.length > 0) {
    takeOut(draft, { ...moved, extracted: [{ node: single.value, name: `(${call})` }] });
    return true;
  }
  const taken = single
    ? `const ${single.name} = `
    : moved.names.length > 0
      ? `const { ${moved.names.join(", ")} } = `
      : "";
  return putCall(draft, moved, handler, `${taken}${call}${semi}`);
}

function valueText(draft: Draft, value: ts.Expression): string {
  return ts.isAwaitExpression(value) ? textOf(draft, value.expression) : textOf(draft, value);
}

/** Puts the statement that waits where the first moved one stood. */
function putCall(draft: Draft, moved: Moved, handler: ts.Node, statement: string): boolean {
  const [first] = moved.statements;
  if (!first || !ts.isBlock(first.parent) || around(first, ts.isFunctionLike) !== handler) return false;
  const extent = extentOf(draft, first);
  replace(draft, extent, statement);
  takeOut(draft, { ...moved, statements: moved.statements.slice(1) });
  return true;
}
