// Turns synchronous reads into asynchronous ones, and local helpers that only read with them.
import { ts } from "../compiler.ts";
import { around, type Draft, insert, ownDescendants, rangeOf, replace, textOf, textWith } from "./draft.ts";
import { isAsync, wrapped } from "./expressions.ts";
import { importsFrom, useImport } from "./imports.ts";
import { mentions } from "./names.ts";
import { type NamedFunction, wholeFile } from "./whole.ts";

const twins = new Map([
  ["readFileSync", "readFile"],
  ["readdirSync", "readdir"],
  ["statSync", "stat"],
  ["lstatSync", "lstat"],
  ["readlinkSync", "readlink"],
]);

/**
 * The promise that a synchronous call becomes: of the read itself, or of a local helper that is made asynchronous.
 * @param calls All calls that change: a helper may change only when nobody else calls it.
 */
export function asynchronous(
  draft: Draft,
  call: ts.Expression,
  calls: readonly ts.Expression[],
): string | undefined {
  if (!ts.isCallExpression(call)) return undefined;
  const twin = twinOf(draft, call);
  if (twin !== undefined) return textWith(draft, call, new Map([[call.expression, twin]]));
  const helper = helperOf(draft, call);
  if (!helper) return undefined;
  return convertHelper(draft, helper, calls) ? textOf(draft, call) : undefined;
}

/** `fs.promises.readFile` for `fs.readFileSync`, `readFile` for an imported `readFileSync`. */
function twinOf(draft: Draft, call: ts.CallExpression): string | undefined {
  const { expression } = call;
  if (ts.isPropertyAccessExpression(expression)) {
    const twin = twins.get(expression.name.text);
    const { expression: object } = expression;
    if (!twin || !ts.isIdentifier(object)) return undefined;
    const known = importsFrom(draft, "fs").find(
      ({ local, name }) => local.text === object.text && name !== "promises",
    );
    return known && `${object.text}.promises.${twin}`;
  }
  if (!ts.isIdentifier(expression)) return undefined;
  const known = importsFrom(draft, "fs").find(({ local }) => local.text === expression.text);
  const twin = known?.name === undefined ? undefined : twins.get(known.name);
  return twin && useImport(draft, twin, "fs/promises", expression);
}

/** The function of this file that a call by name means, where no other function has a variable of that name. */
export function helperOf(draft: Draft, call: ts.CallExpression): NamedFunction | undefined {
  const { expression } = call;
  if (!ts.isIdentifier(expression)) return undefined;
  const declared = wholeFile(draft.source).functions.get(expression.text);
  return declared?.length === 1 ? declared[0] : undefined;
}

function convertHelper(
  draft: Draft,
  { name, node }: NamedFunction,
  calls: readonly ts.Expression[],
): boolean {
  if (draft.madeUp.has(`async ${name.text}`)) return true;
  const own = ownDescendants(node);
  const reads = own.filter(ts.isCallExpression).flatMap((call) => {
    const twin = twinOf(draft, call);
    return twin === undefined ? [] : [{ call, twin }];
  });
  const already = isAsync(node);
  if (reads.length === 0 || own.some(ts.isAwaitExpression)) return false;
  if (!already && (node.asteriskToken || !isCalledOnlyBy(draft, name, calls))) return false;
  draft.madeUp.add(`async ${name.text}`);
  if (!already) makeAsync(draft, node);
  for (const { call, twin } of reads) {
    replace(draft, rangeOf(draft, call.expression), twin);
    const { parent } = call;
    const chained =
      (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
      parent.expression === call;
    insert(draft, call.getStart(draft.source), chained ? "(await " : "await ");
    if (chained) insert(draft, call.end, ")");
  }
  return true;
}

function makeAsync(draft: Draft, node: NamedFunction["node"]): void {
  const keyword = node
    .getChildren(draft.source)
    .find((child) => child.kind === ts.SyntaxKind.FunctionKeyword);
  const [parameter] = node.parameters;
  const bareParameter =
    ts.isArrowFunction(node) && parameter && draft.text[parameter.getStart(draft.source) - 1] !== "(";
  const at = keyword ?? (bareParameter ? parameter : node);
  insert(draft, at.getStart(draft.source), "async ");
  if (node.type) replace(draft, rangeOf(draft, node.type), `Promise<${textOf(draft, node.type)}>`);
}

/** Not exported, and every mention of it is one of the calls. */
function isCalledOnlyBy(draft: Draft, name: ts.Identifier, calls: readonly ts.Expression[]): boolean {
  const statement = around(name, ts.isStatement);
  if (statement && ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport)) return false;
  return mentions(draft.source, name.text)
    .filter((mention) => mention !== name)
    .every((mention) =>
      calls.some((call) => ts.isCallExpression(call) && wrapped(mention) === call.expression),
    );
}

function isExport({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.ExportKeyword;
}
