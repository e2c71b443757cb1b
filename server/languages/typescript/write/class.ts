// A class whose methods are functions: its hooks under decorators, new methods and fields in the way that it is laid out.
import type { Spelling } from "../../../facts/function.ts";
import { ts } from "../compiler.ts";
import { around, type Draft, descendants, insert, nodeAt, rangeOf, replace, textOf } from "./draft.ts";
import { bare } from "./expressions.ts";
import { importsFrom } from "./imports.ts";
import { extentOf, indentAt, lineEnd, lineStart } from "./layout.ts";
import { freshName, mentions } from "./names.ts";

/** The class that a definition's decorator stands on. */
export function classOf(draft: Draft, { definition }: Spelling): ts.ClassDeclaration | undefined {
  const mark = definition && nodeAt(draft, definition.call, ts.isExpression);
  const decorator = mark && around(mark, ts.isDecorator);
  return decorator && ts.isClassDeclaration(decorator.parent) ? decorator.parent : undefined;
}

/** Methods under a decorator, by its qualified name such as `coldstart.enter`. */
export function methodsUnder(
  draft: Draft,
  owner: ts.ClassDeclaration,
  decorator: string,
): readonly ts.MethodDeclaration[] {
  return owner.members.filter(
    (member): member is ts.MethodDeclaration =>
      ts.isMethodDeclaration(member) && decoratorOf(draft, member, decorator) !== undefined,
  );
}

/** What names a decorator of a method: `enter` of `@enter()`. */
export function decoratorOf(
  draft: Draft,
  method: ts.MethodDeclaration,
  decorator: string,
): ts.Expression | undefined {
  const [module = "", name = ""] = decorator.split(".");
  const spelled = new Set(
    importsFrom(draft, module).flatMap((entry) => {
      if (entry.name === name) return [entry.local.text];
      return entry.name === undefined ? [`${entry.local.text}.${name}`] : [];
    }),
  );
  return (ts.getDecorators(method) ?? [])
    .map(({ expression }) => bare(expression))
    .map((called) => (ts.isCallExpression(called) ? called.expression : called))
    .find((called) => spelled.has(textOf(draft, called)));
}

/** Decorators that a change has imported. */
const imported = new WeakMap<Draft, Map<string, string>>();

/** How the file writes a decorator, imported where it is not yet; undefined where it imports nothing of the module. */
function spellDecorator(draft: Draft, decorator: string): string | undefined {
  const added = imported.get(draft) ?? new Map<string, string>();
  imported.set(draft, added);
  const spelled = added.get(decorator) ?? importDecorator(draft, decorator);
  if (spelled !== undefined) added.set(decorator, spelled);
  return spelled;
}

function importDecorator(draft: Draft, decorator: string): string | undefined {
  const [module = "", name = ""] = decorator.split(".");
  const known = importsFrom(draft, module);
  const named = known.find((entry) => entry.name === name);
  if (named) return named.local.text;
  const whole = known.find((entry) => entry.name === undefined);
  if (whole) return `${whole.local.text}.${name}`;
  const list = known.find((entry) => entry.list)?.list;
  const last = list?.elements.at(-1);
  if (!list || !last) return undefined;
  const local = freshName(draft, name, draft.source);
  const as = ts.isNamedImports(list) ? " as " : ": ";
  const gap = /^\s*\n\s*/.exec(draft.text.slice(last.pos, last.end))?.[0] ?? " ";
  insert(draft, last.end, `,${gap}${local === name ? name : `${name}${as}${local}`}`);
  return local;
}

/** Writes another decorator in the place of one, whose import goes with its last mention. */
export function swapDecorator(draft: Draft, mark: ts.Expression, decorator: string): boolean {
  const [module = "", name = ""] = decorator.split(".");
  const known = importsFrom(draft, module);
  const own = ts.isIdentifier(mark) ? known.find(({ local }) => local.text === mark.text) : undefined;
  const element = own?.list && own.local.parent;
  const isLast = own && mentions(draft.source, own.local.text).length === 2;
  if (!element || !isLast || !own.list) {
    const spelled = spellDecorator(draft, decorator);
    if (spelled !== undefined) replace(draft, rangeOf(draft, mark), spelled);
    return spelled !== undefined;
  }
  const there = known.find((entry) => entry.name === name);
  if (there) {
    const elements: readonly ts.Node[] = own.list.elements;
    const index = elements.indexOf(element);
    const [before, after] = [elements[index - 1], elements[index + 1]];
    const { start, end } = rangeOf(draft, element);
    replace(
      draft,
      { start: before ? before.end : start, end: before || !after ? end : after.getStart(draft.source) },
      "",
    );
    replace(draft, rangeOf(draft, mark), there.local.text);
    return true;
  }
  const local = freshName(draft, name, draft.source);
  const as = ts.isImportSpecifier(element) ? " as " : ": ";
  replace(draft, rangeOf(draft, element), local === name ? name : `${name}${as}${local}`);
  replace(draft, rangeOf(draft, mark), local);
  return true;
}

/**
 * Names that mean something on the class's objects; undefined where it is derived from a class that the file does not
 * show: a new name might be one of its.
 */
export function memberNames(draft: Draft, owner: ts.ClassDeclaration): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  let at: ts.ClassDeclaration | undefined = owner;
  for (let depth = 0; at; depth++) {
    if (depth > 16) return undefined;
    for (const node of descendants(at)) {
      const isOwn = ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;
      if (isOwn) names.add(node.name.text);
      if (ts.isParameterPropertyDeclaration(node, node.parent) && ts.isIdentifier(node.name))
        names.add(node.name.text);
    }
    for (const { name } of at.members) if (name && !ts.isComputedPropertyName(name)) names.add(name.text);
    const base: ts.Expression | undefined = at.heritageClauses?.find(
      ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
    )?.types[0]?.expression;
    if (!base) return names;
    const known: ts.ClassDeclaration | undefined = draft.source.statements
      .filter(ts.isClassDeclaration)
      .find(({ name }) => ts.isIdentifier(base) && name?.text === base.text);
    if (!known) return undefined;
    at = known;
  }
  return names;
}

/** The first of these names, with a number where need be, that means nothing on the class's objects yet. */
export function freeMember(wanted: readonly string[], taken: ReadonlySet<string>): string {
  const free = wanted.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  const [first = "load"] = wanted;
  let count = 2;
  while (taken.has(`${first}${count}`)) count++;
  return `${first}${count}`;
}

/** White space that members begin with. */
export function memberIndent({ text, source, style }: Draft, owner: ts.ClassDeclaration): string {
  const [first] = owner.members;
  const outer = indentAt(text, owner.getStart(source));
  return first ? indentAt(text, first.getStart(source)) : outer + style.indent;
}

interface NewMethod {
  readonly decorator: string;
  readonly name: string;
  readonly isAsync: boolean;
  /** Given the white space that they begin with. */
  readonly lines: (indent: string) => readonly string[];
}

/** Writes a method under a decorator: behind a member, else above the first method. */
export function addMethod(
  draft: Draft,
  owner: ts.ClassDeclaration,
  { decorator, name, isAsync, lines }: NewMethod,
  after?: ts.ClassElement,
): boolean {
  const { text, style, source } = draft;
  const before = owner.members.find(ts.isMethodDeclaration);
  const spelled = before && spellDecorator(draft, decorator);
  if (!before || spelled === undefined) return false;
  const indent = memberIndent(draft, owner);
  const deep = indent + style.indent;
  const method = [
    `@${spelled}()`,
    `${isAsync ? "async " : ""}${name}() {`,
    ...lines(deep).map((line) => style.indent + line),
    "}",
  ].join(style.newline + indent);
  const blank = style.newline + style.newline + indent;
  if (after) insert(draft, lineEnd(text, after.end), blank + method);
  else {
    const { start } = extentOf(draft, before);
    const alone = text.slice(lineStart(text, start), start).trim() === "";
    insert(draft, alone ? start : before.getStart(source), method + blank);
  }
  return true;
}

/** Declares fields behind the last one that the class has, else above all of its members, and what is written there. */
export function addFields(draft: Draft, owner: ts.ClassDeclaration, fields: readonly string[]): void {
  if (fields.length === 0) return;
  const { text, style } = draft;
  const indent = memberIndent(draft, owner);
  const all = fields.join(style.newline + indent);
  const last = owner.members.findLast(ts.isPropertyDeclaration);
  const [first] = owner.members;
  const at = last ? lineEnd(text, last.end) : first && extentOf(draft, first).start;
  if (at === undefined) return;
  const written = last ? style.newline + indent + all : all + style.newline + style.newline + indent;
  draft.edits.unshift({ start: at, end: at, text: written });
}
