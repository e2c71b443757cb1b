// Moves work that only writes to disk out of module scope or enter, into the build of the image:
//   build: async () => { await download(url, path); }

import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import { ts } from "../compiler.ts";
import { classOf } from "./class.ts";
import { addBuildMethod, classesOf, turnIntoBuild, usesThis } from "./class-build.ts";
import { addOption, type Definition, definitionOf, optionOf } from "./definition.ts";
import { around, type Draft, insert, ownDescendants, rangeOf, replace, textOf } from "./draft.ts";
import { awaitsIn, bare, isAsync } from "./expressions.ts";
import { appendToBlock, block, hookText, insideOf } from "./hooks.ts";
import { extentOf, indentAt, movedText, removeStatements } from "./layout.ts";
import { type Moved, movedOf, textsOf } from "./moved.ts";
import { declaredNames, freshName, mentions } from "./names.ts";

/** True when it could be written. */
export function writeMoveToBuild(draft: Draft, change: Extract<Change, { kind: "move-to-build" }>): boolean {
  const ofClasses = change.spellings.filter(({ build }) => build.kind === "method");
  const classes = classesOf(draft, ofClasses);
  const definitions = change.spellings
    .filter((spelling) => !ofClasses.includes(spelling))
    .map((spelling) => ({ spelling, definition: definitionOf(draft, spelling) }));
  const moved = movedOf(draft, change.statements, []);
  if (!classes || !moved || moved.statements.length === 0 || isUsedElsewhere(draft, moved)) return false;
  const owners = definitions.length + classes.length;
  if (owners === 0 || (owners > 1 && usesThis(moved))) return false;
  if (owners === 1 && turnsWhole(draft, definitions[0], classes[0], ofClasses[0], moved)) return true;
  const shared =
    owners > 1
      ? (onlyNamed(draft, moved) ?? sharedFunction(draft, moved, classes.length > 0 ? "fetchFiles" : "build"))
      : undefined;
  const isWritten =
    definitions.every(({ spelling, definition }) => {
      if (!definition || spelling.build.kind !== "option") return false;
      return addBuild(draft, definition, spelling.build.option, moved, shared?.name);
    }) &&
    classes.every((owner) => {
      const build = ofClasses.find((spelling) => classOf(draft, spelling) === owner)?.build;
      const call = shared && callText(draft, shared.name, moved);
      return build?.kind === "method" && addBuildMethod(draft, owner, build.decorator, moved, call);
    });
  if (!isWritten) return false;
  const gone = shared?.write() ?? [];
  const left = moved.statements.filter((statement) => !gone.includes(statement));
  takeOut(draft, { ...moved, statements: left }, definitions);
  return true;
}

/** What the statements declare goes with them: nobody else may need it. */
function isUsedElsewhere(draft: Draft, { statements }: Moved): boolean {
  const names = statements.flatMap(declaredNames);
  return names.some((name) =>
    mentions(draft.source, name).some(
      (mention) =>
        !statements.some((statement) => statement.pos <= mention.pos && mention.end <= statement.end),
    ),
  );
}

/** A single call without comments: it is the whole build. */
function callOf(draft: Draft, { statements }: Moved): ts.CallExpression | undefined {
  const [statement, second] = statements;
  if (!statement || second || !ts.isExpressionStatement(statement)) return undefined;
  const { leading, trailing } = extentOf(draft, statement);
  const inner = bare(statement.expression);
  const call = ts.isAwaitExpression(inner) ? bare(inner.expression) : inner;
  const isPlain = leading.length + trailing.length === 0 && awaitsIn(call).length === 0;
  return ts.isCallExpression(call) && isPlain ? call : undefined;
}

/** `download` for `await download()`, `() => download(url)` for `await download(url)`. */
function onlyCall(draft: Draft, moved: Moved, indent: string): string | undefined {
  const call = callOf(draft, moved);
  if (!call) return undefined;
  if (ts.isIdentifier(call.expression) && call.arguments.length === 0) return textOf(draft, call.expression);
  const from = indentAt(draft.text, call.getStart(draft.source));
  return `() => ${movedText(draft, call, rangeOf(draft, call), from, indent)}`;
}

/** The function that a single call without arguments names: no other is needed to share it. */
function onlyNamed(draft: Draft, moved: Moved): Shared | undefined {
  const call = callOf(draft, moved);
  if (!call || !ts.isIdentifier(call.expression) || call.arguments.length > 0) return undefined;
  return { name: call.expression.text, write: () => [] };
}

interface Shared {
  readonly name: string;
  /** Writes it, and says which of the statements that took the place of. */
  readonly write: () => readonly ts.Statement[];
}

/** One function for several that are built the same way; it stands where the statements stood. */
function sharedFunction(draft: Draft, moved: Moved, wanted: string): Shared {
  const { style } = draft;
  const name = freshName(draft, wanted, draft.source);
  const write = () => {
    const lines = textsOf(draft, moved, style.indent).map((line) => style.indent + line);
    const text = [`${moved.isAsync ? "async " : ""}function ${name}() {`, ...lines, "}"].join(style.newline);
    const [first] = moved.statements;
    const place = first && around(first, isTopLevel);
    if (!place) return [];
    const extent = extentOf(draft, place);
    if (place !== first) insert(draft, extent.start, text + style.newline + style.newline);
    else replace(draft, extent, text);
    return place === first ? [first] : [];
  };
  return { name, write };
}

function isTopLevel(node: ts.Node): node is ts.Statement {
  return node.parent !== undefined && ts.isSourceFile(node.parent);
}

function addBuild(
  draft: Draft,
  definition: Definition,
  option: string,
  moved: Moved,
  shared: string | undefined,
): boolean {
  const { style } = draft;
  const known = optionOf(draft, definition, option);
  if (known === "unknown") return false;
  const call = shared && callText(draft, shared, moved);
  const lines = (indent: string) => (call ? [call] : textsOf(draft, moved, indent));
  if (!known) {
    addOption(draft, definition, (indent) => {
      if (shared) return shared === option ? option : `${option}: ${shared}`;
      const call = onlyCall(draft, moved, indent);
      return call ? `${option}: ${call}` : hookText(draft, option, moved.isAsync, indent, lines);
    });
    return true;
  }
  if (ts.isMethodDeclaration(known)) return append(draft, known, lines, moved.isAsync);
  const value = ts.isPropertyAssignment(known) ? known.initializer : known.name;
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
    return append(draft, value, lines, moved.isAsync);
  // Another function builds already: both run.
  const indent = indentAt(draft.text, known.getStart(draft.source));
  const first = `await ${textOf(draft, value)}()${style.semicolon}`;
  const body = block(draft, [first, ...lines(indent + style.indent)], indent);
  replace(draft, rangeOf(draft, known), `${option}: async () => ${body}`);
  return true;
}

function callText({ style }: Draft, name: string, { isAsync }: Moved): string {
  return `${isAsync ? "await " : ""}${name}()${style.semicolon}`;
}

function append(
  draft: Draft,
  hook: ts.ArrowFunction | ts.FunctionExpression | ts.MethodDeclaration,
  lines: (indent: string) => readonly string[],
  needsAsync: boolean,
): boolean {
  const { body } = hook;
  if (!body || hook.asteriskToken) return false;
  const { style, text, source } = draft;
  const keyword = hook.getChildren(source).find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword) ?? hook;
  const isConcise = !ts.isBlock(body);
  if (isConcise) {
    const indent = indentAt(text, body.getStart(source));
    const awaited = ts.isAwaitExpression(body) ? textOf(draft, body) : `await ${textOf(draft, body)}`;
    replace(
      draft,
      rangeOf(draft, body),
      block(draft, [awaited + style.semicolon, ...lines(indent + style.indent)], indent),
    );
  } else {
    if (ownDescendants(body).some(ts.isReturnStatement)) return false;
    const indent = insideOf(draft, body);
    appendToBlock(draft, body, lines(indent), indent);
  }
  if ((needsAsync || isConcise) && !isAsync(hook)) insert(draft, keyword.getStart(source), "async ");
  return true;
}

interface Owner {
  readonly spelling: Spelling;
  readonly definition: Definition | undefined;
}

/** An enter hook that does nothing but what moves becomes the build hook, where there is none yet. */
function turnsWhole(
  draft: Draft,
  owner: Owner | undefined,
  class_: ts.ClassDeclaration | undefined,
  ofClass: Spelling | undefined,
  moved: Moved,
): boolean {
  if (class_ && ofClass?.build.kind === "method") {
    return turnIntoBuild(draft, class_, ofClass.enter, ofClass.build.decorator, moved);
  }
  const { definition, spelling } = owner ?? {};
  if (!definition || spelling?.enter.kind !== "option" || spelling.build.kind !== "option") return false;
  const property = optionOf(draft, definition, spelling.enter.option);
  if (!property || property === "unknown" || ts.isShorthandPropertyAssignment(property)) return false;
  const { statements = [] } = bodyOf(property) ?? {};
  const isWhole =
    statements.length === moved.statements.length &&
    statements.every((statement) => moved.statements.includes(statement));
  if (!isWhole || optionOf(draft, definition, spelling.build.option) !== undefined) return false;
  replace(draft, rangeOf(draft, property.name), spelling.build.option);
  return true;
}

/** Takes the statements out; an enter hook that did nothing else goes with them. */
function takeOut(draft: Draft, moved: Moved, definitions: readonly Owner[]): void {
  const emptied = definitions.flatMap(({ spelling, definition }) => {
    const property =
      definition && spelling.enter.kind === "option"
        ? optionOf(draft, definition, spelling.enter.option)
        : undefined;
    if (!property || property === "unknown") return [];
    const body = bodyOf(property);
    const gone = body?.statements.every((statement) => moved.statements.includes(statement));
    return gone && body && body.statements.length > 0 ? [{ property, body }] : [];
  });
  for (const { property } of emptied) removeProperty(draft, property);
  const inside = (statement: ts.Statement) => emptied.some(({ body }) => body.statements.includes(statement));
  removeStatements(
    draft,
    moved.statements.filter((statement) => !inside(statement)),
  );
}

function bodyOf(property: ts.ObjectLiteralElementLike): ts.Block | undefined {
  if (ts.isMethodDeclaration(property)) return property.body;
  if (!ts.isPropertyAssignment(property)) return undefined;
  const value = property.initializer;
  return (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) && ts.isBlock(value.body)
    ? value.body
    : undefined;
}

function removeProperty(draft: Draft, property: ts.ObjectLiteralElementLike): void {
  const { text } = draft;
  const range = rangeOf(draft, property);
  const after = /^\s*,[ \t]*(?:\r?\n[ \t]*)?/.exec(text.slice(range.end));
  if (after) replace(draft, { start: range.start, end: range.end + after[0].length }, "");
  else {
    const before = /,\s*$/.exec(text.slice(0, range.start));
    replace(draft, { start: range.start - (before?.[0].length ?? 0), end: range.end }, "");
  }
}
