// Reads classes: their methods, and the code that runs when they are defined or made.
import type { FunctionId, Statement, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { assignTo, decoratorsOf, readBlock, readFunction, readImplied, thisMember } from "./functions.ts";
import { keyOf } from "./patterns.ts";
import { innerScope, lookup, type Reader, rangeOf, withScope } from "./reader.ts";
import { declareName, hasModifier, hoistVariables } from "./scope.ts";
import { readValue } from "./values.ts";

export interface ClassFacts {
  readonly extends?: Value;
  readonly decorators: readonly Value[];
  readonly members: readonly Value[];
}

export function readClass(reader: Reader, node: ts.ClassLikeDeclaration): ClassFacts {
  const decorators = decoratorsOf(reader, node);
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  const base = heritage && readValue(reader, heritage.expression);
  const scope = innerScope(reader);
  if (ts.isClassExpression(node) && node.name) declareName(reader, scope, node.name, "class");
  const members = withScope(reader, scope, () => readMembers(reader, node));
  return { ...(base && { extends: base }), decorators, members };
}

function readMembers(reader: Reader, node: ts.ClassLikeDeclaration): readonly Value[] {
  const own = node.members.filter(
    (member) => isProperty(member) && !isStatic(member),
  ) as ts.PropertyDeclaration[];
  const initialised = own.filter(
    (property) => property.initializer && !hasModifier(property, ts.SyntaxKind.DeclareKeyword),
  );
  const initialise = (): readonly Statement[] =>
    initialised.flatMap((property) => readProperty(reader, property));
  const members: Value[] = [];
  let constructed = false;
  for (const member of node.members) {
    const range = rangeOf(reader, member);
    if (ts.isConstructorDeclaration(member)) {
      if (!member.body) continue;
      constructed = true;
      members.push({ kind: "function", function: readFunction(reader, member, initialise), range });
    } else if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
      if (member.body) members.push({ kind: "function", function: readFunction(reader, member), range });
    } else if (ts.isClassStaticBlockDeclaration(member)) {
      members.push(callOf(readStaticBlock(reader, member), range));
    } else if (isProperty(member)) {
      const decorators = decoratorsOf(reader, member);
      if (decorators.length > 0)
        members.push({ kind: "operation", operator: "@", operands: decorators, range });
      if (isStatic(member)) members.push(...readStatic(reader, node, member));
    }
  }
  if (!constructed && initialised.length > 0) {
    const id = readImplied(reader, node, "constructor", initialise);
    members.push({ kind: "function", function: id, range: rangeOf(reader, node) });
  }
  return members;
}

function isProperty(member: ts.ClassElement): member is ts.PropertyDeclaration {
  return ts.isPropertyDeclaration(member);
}

function isStatic(member: ts.ClassElement): boolean {
  return hasModifier(member, ts.SyntaxKind.StaticKeyword);
}

function readProperty(reader: Reader, property: ts.PropertyDeclaration): readonly Statement[] {
  if (!property.initializer) return [];
  const range = rangeOf(reader, property);
  const place = thisMember(
    keyOf(property.name),
    rangeOf(reader, property.name),
    computedKey(reader, property.name),
  );
  return [{ kind: "expression", value: assignTo(place, readValue(reader, property.initializer)), range }];
}

function readStatic(
  reader: Reader,
  owner: ts.ClassLikeDeclaration,
  property: ts.PropertyDeclaration,
): readonly Value[] {
  if (!property.initializer) return [];
  const range = rangeOf(reader, property.name);
  const key = computedKey(reader, property.name);
  const member = thisMember(keyOf(property.name), range, key);
  const binding = owner.name && lookup(reader, owner.name.text);
  const place: Value =
    owner.name && member.kind === "member"
      ? {
          ...member,
          object: { kind: "name", name: owner.name.text, ...(binding !== undefined && { binding }), range },
        }
      : member;
  return [assignTo(place, readValue(reader, property.initializer))];
}

function computedKey(reader: Reader, name: ts.PropertyName): Value | undefined {
  if (!ts.isComputedPropertyName(name) || keyOf(name) !== undefined) return undefined;
  return readValue(reader, name.expression);
}

function readStaticBlock(reader: Reader, node: ts.ClassStaticBlockDeclaration): FunctionId {
  return readImplied(reader, node, "function", () => {
    hoistVariables(reader, reader.scope, node.body.statements);
    return readBlock(reader, node.body, node.body.statements).statements;
  });
}

function callOf(id: FunctionId, range: Value["range"]): Value {
  const callee: Value = { kind: "function", function: id, range };
  return { kind: "call", callee, args: [], construct: false, optional: false, range };
}
