// Finds what decorators stand on: functions, classes and their methods, in files of any shape.
import type { Block, FunctionId, ModuleFacts, Statement, Value } from "../facts/module.ts";
import type { ClassOfProject, FunctionRef, Questions } from "../facts/project.ts";

export type CallValue = Extract<Value, { kind: "call" }>;
export type ClassStatement = Extract<Statement, { kind: "class" }>;

/** A decorator by its qualified name, with its call where it has one. */
export interface Mark {
  readonly name: string;
  readonly value: Value;
  readonly call?: CallValue;
}

export function marksOf(
  module: ModuleFacts,
  decorators: readonly Value[] | undefined,
  ask: Questions,
): readonly Mark[] {
  return (decorators ?? []).flatMap((value) => {
    const call = value.kind === "call" ? value : undefined;
    const name = ask.qualify(module, call ? call.callee : value);
    return name === undefined ? [] : [{ name, value, ...(call && { call }) }];
  });
}

export interface Definitions {
  readonly functions: readonly FunctionId[];
  readonly classes: readonly ClassStatement[];
}

/** Functions and classes of the module itself, those under conditions too. */
export function definitionsOf(module: ModuleFacts): Definitions {
  const functions: FunctionId[] = [];
  const classes: ClassStatement[] = [];
  const walk = (block: Block | undefined): void => {
    for (const statement of block?.statements ?? []) {
      if (statement.kind === "function") functions.push(statement.function);
      else if (statement.kind === "class") classes.push(statement);
      else for (const inner of blocksIn(statement)) walk(inner);
    }
  };
  walk(module.functions[0]?.body);
  return { functions, classes };
}

function blocksIn(statement: Statement): readonly (Block | undefined)[] {
  switch (statement.kind) {
    case "branch":
      return statement.branches;
    case "with":
    case "block":
    case "loop":
      return [statement.body];
    case "try":
      return [statement.body, statement.handler, statement.finalizer];
    default:
      return [];
  }
}

export interface Method {
  readonly ref: FunctionRef;
  readonly module: ModuleFacts;
  readonly name: string;
  readonly marks: readonly Mark[];
}

/** Methods of a class and of those of the project that it is derived from; one that is written anew counts once. */
export function methodsOf(owner: ClassOfProject, ask: Questions, depth = 0): readonly Method[] {
  const { module, class: statement } = owner;
  const own = statement.members.flatMap((member) => {
    if (member.kind !== "function") return [];
    const definition = module.functions[member.function];
    if (definition?.name === undefined) return [];
    const marks = marksOf(module, definition.decorators, ask);
    return [{ ref: { file: module.path, function: member.function }, module, name: definition.name, marks }];
  });
  const bases = [...(statement.extends ? [statement.extends] : []), ...(statement.mixins ?? [])];
  const inherited = bases.flatMap((base) => {
    const found = depth < 8 ? ask.classOf(module, base) : undefined;
    return found ? methodsOf(found, ask, depth + 1) : [];
  });
  // Hooks of a base run before those of the class.
  return [...inherited.filter((each) => !own.some(({ name }) => name === each.name)), ...own];
}
