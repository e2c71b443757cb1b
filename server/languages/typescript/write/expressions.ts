// Questions about expressions: what surely runs, what runs before, what does nothing.
import { ts } from "../compiler.ts";
import { ownDescendants } from "./draft.ts";

/** A statement, or the expression that an arrow function is instead of one. */
export type Site = ts.Statement | ts.ConciseBody;

export function siteOf(node: ts.Node): Site | undefined {
  let inner = node;
  while (inner.parent) {
    if (ts.isStatement(inner)) return inner;
    if (ts.isArrowFunction(inner.parent) && inner.parent.body === inner) return inner as ts.ConciseBody;
    if (ts.isFunctionLike(inner.parent) || ts.isClassLike(inner.parent)) return undefined;
    inner = inner.parent;
  }
  return undefined;
}

/** Without parentheses around it. */
export function bare(node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  return inner;
}

/** With the parentheses around it. */
export function wrapped(node: ts.Node): ts.Node {
  let outer = node;
  while (ts.isParenthesizedExpression(outer.parent)) outer = outer.parent;
  return outer;
}

/** Whether an expression runs exactly once whenever its statement does. */
export function runsOnce(node: ts.Node, site: Site): boolean {
  for (let inner = node; inner !== site; inner = inner.parent) {
    const { parent } = inner;
    if (!parent) return false;
    if (ts.isConditionalExpression(parent) && parent.condition !== inner) return false;
    if (ts.isBinaryExpression(parent) && isChoice(parent) && parent.left !== inner) return false;
    if (ts.isFunctionLike(parent) || ts.isClassLike(parent) || ts.isBindingElement(parent)) return false;
    if (ts.isOptionalChain(parent) && (parent as ts.CallExpression).expression !== inner) return false;
    if (ts.isWhileStatement(parent) || ts.isDoStatement(parent) || ts.isCaseClause(parent)) return false;
    if (ts.isForStatement(parent) && parent.initializer !== inner) return false;
    if (ts.isYieldExpression(parent)) return false;
  }
  return true;
}

function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    kind === ts.SyntaxKind.BarBarEqualsToken ||
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken
  );
}

/** What a site evaluates before it comes to a position and that may do something, given what is known to be harmless. */
export function hasEffectsBefore(site: Site, position: number, harmless: ReadonlySet<ts.Node>): boolean {
  const visit = (node: ts.Node): boolean => {
    if (harmless.has(node) || node.pos >= position) return false;
    if (ts.isFunctionLike(node)) return false;
    if (node.end <= position && mayAct(node)) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(site);
}

/** Whether evaluating an expression does nothing but give a value, as far as its syntax shows. */
export function isPure(node: ts.Node): boolean {
  return ts.isFunctionLike(node) || !ownDescendants(node).some(mayAct);
}

function mayAct(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return !isHarmlessCall(node.expression);
  if (ts.isNewExpression(node))
    return !(ts.isIdentifier(node.expression) && harmlessClasses.has(node.expression.text));
  if (ts.isBinaryExpression(node)) return isAssignment(node);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return isStep(node.operator);
  return (
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isTaggedTemplateExpression(node)
  );
}

export function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isStep(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

// Functions of Node and of the language that answer from their arguments and the surroundings alone.
const harmlessClasses = new Set(["URL", "Map", "Set"]);
const harmlessCalls = new Set([
  "join",
  "resolve",
  "dirname",
  "basename",
  "extname",
  "normalize",
  "relative",
  "fileURLToPath",
  "pathToFileURL",
  "homedir",
  "tmpdir",
  "cwd",
  "String",
  "Number",
  "Boolean",
  "toString",
  "trim",
  "toLowerCase",
  "toUpperCase",
  "replace",
]);

function isHarmlessCall(callee: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee)) return harmlessCalls.has(callee.name.text);
  return ts.isIdentifier(callee) && harmlessCalls.has(callee.text);
}

/** Its own awaits, not those of functions inside it. */
export function awaitsIn(node: ts.Node): readonly ts.AwaitExpression[] {
  return ownDescendants(node).filter(ts.isAwaitExpression);
}

export function isAsync(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false)
  );
}
