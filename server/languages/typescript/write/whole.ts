// What is asked about whole files again and again: looked up once for each, since a file may have thousands of changes.
import { ts } from "../compiler.ts";
import { declaredNames, isVariable } from "./names.ts";

export interface WholeFile {
  /** Names that its top declares. */
  readonly declared: ReadonlySet<string>;
  /** Name → where it stands as a variable. */
  readonly mentions: ReadonlyMap<string, readonly ts.Identifier[]>;
  /** Name → the functions that are declared under it, at any depth. */
  readonly functions: ReadonlyMap<string, readonly NamedFunction[]>;
}

export interface NamedFunction {
  readonly name: ts.Identifier;
  readonly node: ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression;
}

const known = new WeakMap<ts.SourceFile, WholeFile>();

export function wholeFile(source: ts.SourceFile): WholeFile {
  const found = known.get(source) ?? read(source);
  known.set(source, found);
  return found;
}

function read(source: ts.SourceFile): WholeFile {
  const mentions = new Map<string, ts.Identifier[]>();
  const functions = new Map<string, NamedFunction[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      if (isVariable(node)) add(mentions, node.text, node);
    } else {
      const named = namedFunction(node);
      if (named) add(functions, named.name.text, named);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { declared: new Set(source.statements.flatMap(declaredNames)), mentions, functions };
}

function namedFunction(node: ts.Node): NamedFunction | undefined {
  if (ts.isFunctionDeclaration(node)) return node.body && node.name && { name: node.name, node };
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  const value = node.initializer;
  const isFunction = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  return isFunction ? { name: node.name, node: value } : undefined;
}

function add<T>(into: Map<string, T[]>, name: string, value: T): void {
  const list = into.get(name);
  if (list) list.push(value);
  else into.set(name, [value]);
}
