// Runs memoized work once ahead of the first input, where it stays:  enter: async () => { await getModel(); }
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import type { Range } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { classOf, memberNames } from "./class.ts";
import { addToHook } from "./class-enter.ts";
import { addOption, definitionOf } from "./definition.ts";
import { around, type Draft, insert, nodeAt, rangeOf } from "./draft.ts";
import { awaitsIn, bare } from "./expressions.ts";
import { extendHook } from "./extend.ts";
import { hookOf, hookText } from "./hooks.ts";
import { extentOf, indentAt, movedText } from "./layout.ts";
import { placeAtModuleScope } from "./module-scope.ts";
import { statementAt } from "./moved.ts";
import { freshName, namesIn } from "./names.ts";

/** True when it could be written. */
export function writeRunInEnter(draft: Draft, change: Extract<Change, { kind: "run-in-enter" }>): boolean {
  const run = runOf(draft, change.run);
  if (!run) return false;
  const { enter } = change.spelling;
  if (enter.kind === "none" || enter.kind === "class") return false;
  if (enter.kind === "method") return inClass(draft, run, change.spelling, enter);
  if (enter.kind === "module-scope") return atModuleScope(draft, run, enter.format);
  const definition = definitionOf(draft, change.spelling);
  const hook = definition && hookOf(draft, definition, enter.option);
  if (!definition || !hook) return false;
  const lines = (indent: string) => [textOfRun(draft, run, indent)];
  if (hook === "none") {
    addOption(draft, definition, (indent) => hookText(draft, enter.option, run.isAsync, indent, lines));
    return true;
  }
  return (
    extendHook(draft, hook, {
      lines,
      names: [],
      declares: [],
      uses: [],
      mentions: namesIn(run.node),
      isAsync: run.isAsync,
    }) !== undefined
  );
}

function inClass(
  draft: Draft,
  run: Run,
  spelling: Spelling,
  enter: Extract<Spelling["enter"], { kind: "method" }>,
): boolean {
  const owner = classOf(draft, spelling);
  const taken = owner && memberNames(draft, owner);
  const method = around(run.node, ts.isFunctionLike);
  if (!owner || !taken || method?.parent !== owner) return false;
  const addition = {
    lines: (indent: string) => [textOfRun(draft, run, indent)],
    names: [],
    declares: [],
    uses: [],
    mentions: namesIn(run.node),
    isAsync: run.isAsync,
  };
  return addToHook(draft, owner, enter, addition, taken) !== undefined;
}

interface Run {
  readonly node: ts.Statement | ts.Expression;
  readonly isAsync: boolean;
}

function runOf(draft: Draft, range: Range): Run | undefined {
  const statement = statementAt(draft, range);
  if (statement && !ts.isVariableStatement(statement) && !ts.isReturnStatement(statement)) {
    return { node: statement, isAsync: awaitsIn(statement).length > 0 };
  }
  const found = nodeAt(draft, range, ts.isExpression);
  if (!found) return undefined;
  const inner = bare(found);
  const node = ts.isAwaitExpression(inner.parent) ? inner.parent : inner;
  return { node, isAsync: awaitsIn(node).length > 0 };
}

function textOfRun(draft: Draft, { node }: Run, indent: string): string {
  const from = indentAt(draft.text, node.getStart(draft.source));
  const text = movedText(draft, node, rangeOf(draft, node), from, indent);
  return /[;}]$/.test(text) && ts.isStatement(node) ? text : text + draft.style.semicolon;
}

/**
 * CommonJS can't wait at module scope: the work starts there, and the handler waits for it before it comes to what
 * finds the work done, or does it again where it has failed.
 */
function atModuleScope(draft: Draft, run: Run, format: "esm" | "cjs"): boolean {
  const statement = ts.isStatement(run.node) ? run.node : around(run.node, ts.isStatement);
  if (!statement) return false;
  if (!run.isAsync || format === "esm")
    return placeAtModuleScope(draft, run.node, [textOfRun(draft, run, "")]);
  const { style, text } = draft;
  const handler = around(run.node, ts.isFunctionLike);
  const name = freshName(draft, "warmUp", draft.source);
  const work = ts.isStatement(run.node)
    ? `(async () => {${style.newline}${style.indent}${textOfRun(draft, run, style.indent)}${style.newline}})()`
    : startText(draft, run.node);
  const lines = [
    "// Starts with the container; what fails is tried again, and reported, by the handler.",
    `const ${name} = ${work}.catch(() => {})${style.semicolon}`,
  ];
  if (!handler || !ts.isBlock(statement.parent)) return false;
  if (!placeAtModuleScope(draft, run.node, lines)) return false;
  const at = extentOf(draft, statement).start;
  insert(draft, at, `await ${name}${style.semicolon}${style.newline}${indentAt(text, at)}`);
  return true;
}

function startText(draft: Draft, node: ts.Expression): string {
  const call = ts.isAwaitExpression(node) ? bare(node.expression) : node;
  const { start, end } = rangeOf(draft, call);
  const text = draft.text.slice(start, end);
  return ts.isCallExpression(call) ? text : `(async () => { await (${text})${draft.style.semicolon} })()`;
}
