// Moves work out of a method so that the class does it once, before the first input:
//   @method() async ask(q) {              @enter() async load() {
//     const m = await load();       →       this.m = await load();
//     …                                   }
//   }                                     @method() async ask(q) { const { m } = this; … }
import type { Spelling } from "../../../facts/function.ts";
import { ts } from "../compiler.ts";
import { addFields, addMethod, classOf, freeMember, memberNames, methodsUnder } from "./class.ts";
import { around, type Draft, rangeOf, replace, textOf } from "./draft.ts";
import { wrapped } from "./expressions.ts";
import { type Addition, extendHook } from "./extend.ts";
import { isGenericCall } from "./generics.ts";
import { extentOf, indentAt, movedText, removeStatements } from "./layout.ts";
import { type Moved, singleOf, textsOf } from "./moved.ts";
import { declaredNames, namesIn } from "./names.ts";
import { helperOf } from "./sync-reads.ts";

type Enter = Extract<Spelling["enter"], { kind: "method" }>;

/** True when it could be written. */
export function writeInClass(draft: Draft, moved: Moved, spelling: Spelling, enter: Enter): boolean {
  const owner = classOf(draft, spelling);
  const taken = owner && memberNames(draft, owner);
  const nodes = [...moved.statements, ...moved.extracted.map(({ node }) => node)];
  const method = around(nodes[0], ts.isFunctionLike);
  if (!owner || !taken || !method || !ts.isMethodDeclaration(method) || method.parent !== owner) return false;
  if (nodes.some((node) => around(node.parent, ts.isFunctionLike) !== method)) return false;
  const fields = fieldsOf(draft, moved, taken);
  const typed = /\.[mc]?tsx?$/.test(draft.path);
  const single = singleOf(draft, moved);
  const told = typed ? fields.filter(({ type }) => type === undefined).map(({ name }) => name) : [];
  if (told.length > 0 && (!owner.name || owner.typeParameters)) return false;
  const addition = {
    lines: (indent: string) => linesOf(draft, moved, told.length === 0 ? single : undefined, fields, indent),
    names: told,
    declares: [...moved.names, ...moved.statements.flatMap(declaredNames)],
    uses: [],
    mentions: new Set(nodes.flatMap((node) => [...namesIn(node)])),
    isAsync: moved.isAsync,
  };
  const hook = addToHook(draft, owner, enter, addition, taken);
  if (hook === undefined) return false;
  if (typed) {
    const declare = ({ name, field, type }: Field) =>
      `private ${field}!: ${type ?? `Awaited<ReturnType<${owner.name?.text}[${quoted(draft, hook)}]>>[${quoted(draft, name)}]`}${draft.style.semicolon}`;
    addFields(draft, owner, fields.map(declare));
  }
  takeFromThis(draft, moved, fields);
  return true;
}

/** Adds lines to the class's last hook, or writes one; gives its name. */
export function addToHook(
  draft: Draft,
  owner: ts.ClassDeclaration,
  { decorator }: { readonly decorator: string },
  addition: Addition,
  taken: ReadonlySet<string>,
  wanted: readonly string[] = ["load", "prepare", "enter"],
): string | undefined {
  const last = methodsUnder(draft, owner, decorator).at(-1);
  const name = last?.name;
  if (last && name && ts.isIdentifier(name) && extendHook(draft, last, addition)) return name.text;
  const own = freeMember(wanted, taken);
  const result =
    addition.names.length > 0 ? [`return { ${addition.names.join(", ")} }${draft.style.semicolon}`] : [];
  const method = {
    decorator,
    name: own,
    isAsync: addition.isAsync,
    lines: (indent: string) => [...addition.lines(indent), ...result],
  };
  return addMethod(draft, owner, method, last) ? own : undefined;
}

interface Field {
  /** In the method. */
  readonly name: string;
  /** On the object. */
  readonly field: string;
  /** Undefined where nothing in the file says it. */
  readonly type: string | undefined;
}

function fieldsOf(draft: Draft, moved: Moved, taken: ReadonlySet<string>): readonly Field[] {
  const used = new Set(taken);
  return moved.names.map((name) => {
    const field = freeMember([name], used);
    used.add(field);
    const extracted = moved.extracted.find((each) => each.name === name)?.node;
    return { name, field, type: extracted ? typeOf(draft, extracted) : declaredType(draft, moved, name) };
  });
}

function declaredType(draft: Draft, { statements }: Moved, name: string): string | undefined {
  const declaration = statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => statement.declarationList.declarations)
    .find((each) => ts.isIdentifier(each.name) && each.name.text === name);
  if (declaration?.type) return textOf(draft, declaration.type);
  return declaration?.initializer && typeOf(draft, declaration.initializer);
}

/** Of a call of the file's own function, which has one type whatever it is given. */
function typeOf(draft: Draft, value: ts.Expression): string | undefined {
  const call = ts.isAwaitExpression(value) ? value.expression : value;
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return undefined;
  if (!helperOf(draft, call) || isGenericCall(draft, call)) return undefined;
  const result = `ReturnType<typeof ${call.expression.text}>`;
  return ts.isAwaitExpression(value) ? `Awaited<${result}>` : result;
}

function linesOf(
  draft: Draft,
  moved: Moved,
  single: ReturnType<typeof singleOf>,
  fields: readonly Field[],
  indent: string,
): readonly string[] {
  const { semicolon } = draft.style;
  const [only] = fields;
  if (single && only) {
    const from = indentAt(draft.text, single.value.getStart(draft.source));
    const value = movedText(draft, single.value, rangeOf(draft, single.value), from, indent);
    return [`this.${only.field} = ${value}${semicolon}`];
  }
  const kept = fields.map(({ name, field }) => `this.${field} = ${name}${semicolon}`);
  return [...textsOf(draft, moved, indent), ...kept];
}

/** What stays takes the results from the object, under the names that it knows. */
function takeFromThis(draft: Draft, { statements, extracted, names }: Moved, fields: readonly Field[]): void {
  const fieldOf = (name: string) => fields.find((each) => each.name === name)?.field ?? name;
  for (const { node, name } of extracted)
    replace(draft, rangeOf(draft, wrapped(node)), `this.${fieldOf(name)}`);
  const provided = names.filter((name) => !extracted.some((each) => each.name === name));
  const [first] = statements;
  if (!first || provided.length === 0) {
    removeStatements(draft, statements);
    return;
  }
  const list = provided.map((name) => (fieldOf(name) === name ? name : `${fieldOf(name)}: ${name}`));
  replace(draft, extentOf(draft, first), `const { ${list.join(", ")} } = this${draft.style.semicolon}`);
  removeStatements(
    draft,
    statements.filter((statement) => statement !== first),
  );
}

function quoted({ style }: Draft, text: string): string {
  return style.quote + text + style.quote;
}
