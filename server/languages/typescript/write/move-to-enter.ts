// Moves work out of the body so that it runs once, before the first input:
//   async (q) => { const m = await load(); … }
// → { enter: async () => ({ m: await load() }) }, async ({ m }, q) => { … }
import type { Change } from "../../../facts/finding.ts";
import { ts } from "../compiler.ts";
import { writeInClass } from "./class-enter.ts";
import { addOption, type Definition, definitionOf } from "./definition.ts";
import { around, type Draft, insert, rangeOf } from "./draft.ts";
import { type Addition, extendHook } from "./extend.ts";
import { hookOf, hookText, parameterNames } from "./hooks.ts";
import { extentOf, indentAt, movedText } from "./layout.ts";
import { writeAtModuleScope } from "./module-scope.ts";
import { type Moved, movedOf, singleOf, takeOut, textsOf } from "./moved.ts";
import { declaredNames, freshName, namesIn } from "./names.ts";
import { addParameter, extendParameter } from "./parameters.ts";

/** True when it could be written. */
export function writeMoveToEnter(draft: Draft, change: Extract<Change, { kind: "move-to-enter" }>): boolean {
  const moved = movedOf(draft, change.statements, change.provides);
  if (!moved) return false;
  const { enter } = change.spelling;
  if (enter.kind === "none" || enter.kind === "class") return false;
  if (enter.kind === "method") return writeInClass(draft, moved, change.spelling, enter);
  if (enter.kind === "module-scope") return writeAtModuleScope(draft, moved, enter.format);
  const definition = definitionOf(draft, change.spelling);
  if (!definition || !isOwnBody(definition, moved)) return false;
  const hook = hookOf(draft, definition, enter.option);
  if (hook === undefined) return false;
  if (definition.isNamed && moved.names.length > 0 && isTyped(draft)) {
    return hook === "none" && writeNamed(draft, definition, moved, enter.option);
  }
  const written =
    hook === "none"
      ? writeHook(draft, definition, moved, enter.option)
      : extend(draft, definition, moved, hook);
  if (written) takeOut(draft, moved);
  return written;
}

function isOwnBody({ handler }: Definition, { statements, extracted }: Moved): boolean {
  const inside = (node: ts.Node) => around(node.parent, ts.isFunctionLike) === handler;
  return statements.every(inside) && extracted.every(({ node }) => inside(node));
}

function isTyped({ path }: Draft): boolean {
  return /\.[mc]?tsx?$/.test(path);
}

function writeHook(draft: Draft, definition: Definition, moved: Moved, option: string): boolean {
  const { names, isAsync } = moved;
  const single = singleOf(draft, moved);
  addOption(draft, definition, (indent) => {
    if (single) return `${option}: ${isAsync ? "async " : ""}() => ({ ${entryText(draft, single, indent)} })`;
    return hookText(draft, option, isAsync, indent, (deep) => [
      ...textsOf(draft, moved, deep),
      ...returnText(draft, names),
    ]);
  });
  if (names.length > 0) addParameter(draft, definition.handler, names);
  return true;
}

function returnText({ style }: Draft, names: readonly string[]): readonly string[] {
  return names.length > 0 ? [`return { ${names.join(", ")} }${style.semicolon}`] : [];
}

function entryText(
  draft: Draft,
  { name, value }: NonNullable<ReturnType<typeof singleOf>>,
  indent: string,
): string {
  const from = indentAt(draft.text, value.getStart(draft.source));
  const text = movedText(draft, value, rangeOf(draft, value), from, indent);
  return text === name ? name : `${name}: ${text}`;
}

function extend(
  draft: Draft,
  definition: Definition,
  moved: Moved,
  hook: Parameters<typeof extendHook>[1],
): boolean {
  const { handler } = definition;
  const { names, isAsync } = moved;
  const used = new Set(
    [...moved.statements, ...moved.extracted.map(({ node }) => node)].flatMap((node) => [...namesIn(node)]),
  );
  const single = singleOf(draft, moved);
  const addition: Addition = {
    lines: (indent) => textsOf(draft, moved, indent),
    names,
    declares: [...names, ...moved.statements.flatMap(declaredNames)],
    uses: parameterNames(handler.parameters[0]).filter((name) => used.has(name)),
    mentions: used,
    isAsync,
    ...(single && { entries: (indent: string) => [entryText(draft, single, indent)] }),
  };
  const returned = extendHook(draft, hook, addition);
  if (!returned) return false;
  if (names.length === 0) return true;
  if (returned === "object") return extendParameter(draft, handler, names);
  addParameter(draft, handler, names);
  return true;
}

/** A handler that is written elsewhere takes no types from its place: the hook gets a name, and the parameter its type. */
function writeNamed(draft: Draft, definition: Definition, moved: Moved, option: string): boolean {
  const { handler } = definition;
  const statement = around(handler, ts.isStatement);
  if (!statement || !ts.isSourceFile(statement.parent)) return false;
  const { style } = draft;
  const name = freshName(draft, option, draft.source);
  const lines = [...textsOf(draft, moved, style.indent), ...returnText(draft, moved.names)].map(
    (line) => style.indent + line,
  );
  const head = `${moved.isAsync ? "async " : ""}function ${name}() {`;
  const text = [head, ...lines, "}", "", ""].join(style.newline);
  insert(draft, extentOf(draft, statement).start, text);
  addOption(draft, definition, () => (name === option ? name : `${option}: ${name}`));
  const type = `ReturnType<typeof ${name}>`;
  addParameter(draft, handler, moved.names, `: ${moved.isAsync ? `Awaited<${type}>` : type}`);
  takeOut(draft, moved);
  return true;
}
