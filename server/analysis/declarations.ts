// What the names of a module were declared as, and where they are used: looked up once, for all that follows.
import type {
  BindingId,
  Block,
  FunctionId,
  Import,
  ModuleFacts,
  Pattern,
  Range,
  Statement,
  Value,
} from "../facts/module.ts";

export type ClassStatement = Extract<Statement, { kind: "class" }>;

export interface Declaration {
  /** What the name, or the pattern that holds it, was set to. */
  readonly value?: Value;
  /** Keys that lead from the value to the name: `const { a: { b } } = value`. */
  readonly keys: readonly string[];
  readonly class?: ClassStatement;
}

export interface Declarations {
  readonly of: ReadonlyMap<BindingId, Declaration>;
  readonly imports: ReadonlyMap<BindingId, Import>;
  /** Every read or write of a name, its declaration apart. */
  readonly uses: ReadonlyMap<BindingId, readonly Range[]>;
  /** Names that other files see. */
  readonly exported: ReadonlySet<BindingId>;
}

const known = new WeakMap<ModuleFacts, Declarations>();

export function declarationsOf(module: ModuleFacts): Declarations {
  const cached = known.get(module);
  if (cached) return cached;
  const fresh = read(module);
  known.set(module, fresh);
  return fresh;
}

/** Whether a function is another one, or stands inside it. */
export function isWithin(module: ModuleFacts, inner: FunctionId, outer: FunctionId): boolean {
  for (let at: FunctionId | undefined = inner; at !== undefined; at = module.functions[at]?.parent) {
    if (at === outer) return true;
  }
  return false;
}

function read(module: ModuleFacts): Declarations {
  const of = new Map<BindingId, Declaration>();
  const uses = new Map<BindingId, Range[]>();
  const use = (binding: BindingId, range: Range) => {
    const ranges = uses.get(binding);
    if (ranges) ranges.push(range);
    else uses.set(binding, [range]);
  };
  const declare = (pattern: Pattern, value: Value | undefined, keys: readonly string[]): void => {
    if (pattern.kind === "name") of.set(pattern.binding, { ...(value && { value }), keys });
    else if (pattern.kind === "object") {
      for (const { key, pattern: inner } of pattern.entries) {
        declare(inner, key === undefined ? undefined : value, key === undefined ? keys : [...keys, key]);
      }
    } else if (pattern.kind === "array") {
      for (const [index, inner] of pattern.items.entries()) {
        if (inner) declare(inner, value, [...keys, String(index)]);
      }
    }
  };
  eachStatement(module, (statement) => {
    if (statement.kind === "declare") declare(statement.pattern, statement.value, []);
    if (statement.kind === "class" && statement.binding !== undefined) {
      of.set(statement.binding, { keys: [], class: statement });
    }
  });
  eachValue(module, (value) => {
    if (value.kind === "name" && value.binding !== undefined) use(value.binding, value.range);
    if (value.kind === "assign") eachName(value.target, use);
  });
  const exported = new Set<BindingId>();
  for (const { binding } of module.exports) if (binding !== undefined) exported.add(binding);
  const imports = new Map<BindingId, Import>();
  for (const each of module.imports) if (each.binding !== undefined) imports.set(each.binding, each);
  return { of, imports, uses, exported };
}

const classes = new WeakMap<ModuleFacts, ReadonlyMap<FunctionId, ClassStatement>>();

/** The class that has a function for a method. */
export function classAround(module: ModuleFacts, method: FunctionId): ClassStatement | undefined {
  const known = classes.get(module) ?? classesByMethod(module);
  classes.set(module, known);
  return known.get(method);
}

function classesByMethod(module: ModuleFacts): ReadonlyMap<FunctionId, ClassStatement> {
  const found = new Map<FunctionId, ClassStatement>();
  eachStatement(module, (statement) => {
    if (statement.kind !== "class") return;
    for (const member of statement.members)
      if (member.kind === "function") found.set(member.function, statement);
  });
  return found;
}

/** Names that a pattern binds or writes to. */
export function eachName(pattern: Pattern, visit: (binding: BindingId, range: Range) => void): void {
  if (pattern.kind === "name") visit(pattern.binding, pattern.range);
  else if (pattern.kind === "object") for (const entry of pattern.entries) eachName(entry.pattern, visit);
  else if (pattern.kind === "array") for (const item of pattern.items) if (item) eachName(item, visit);
}

/** Statements of all functions of a module, outer ones before those inside them. */
export function eachStatement(module: ModuleFacts, visit: (statement: Statement) => void): void {
  const walk = (block: Block | undefined): void => {
    for (const statement of block?.statements ?? []) {
      visit(statement);
      for (const inner of blocksOf(statement)) walk(inner);
    }
  };
  for (const definition of module.functions) walk(definition.body);
}

export function blocksOf(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case "branch":
      return statement.branches;
    case "loop":
    case "block":
    case "with":
      return [statement.body];
    case "try":
      return [statement.body, statement.handler, statement.finalizer].filter((block) => block !== undefined);
    default:
      return [];
  }
}

const values = new WeakMap<ModuleFacts, readonly Value[]>();

/** Expressions of all functions of a module, outer ones before those inside them. */
export function eachValue(module: ModuleFacts, visit: (value: Value) => void): void {
  const known = values.get(module) ?? valuesIn(module);
  values.set(module, known);
  for (const value of known) visit(value);
}

function valuesIn(module: ModuleFacts): readonly Value[] {
  const found: Value[] = [];
  const walk = (value: Value): void => {
    found.push(value);
    for (const part of partsOf(value)) walk(part);
  };
  const pattern = (target: Pattern): void => {
    if (target.kind === "place") walk(target.value);
    else if (target.kind === "object") {
      for (const entry of target.entries) {
        if (entry.default) walk(entry.default);
        pattern(entry.pattern);
      }
    } else if (target.kind === "array") for (const item of target.items) if (item) pattern(item);
  };
  eachStatement(module, (statement) => {
    for (const value of valuesOf(statement)) walk(value);
    if (statement.kind === "declare" || (statement.kind === "loop" && statement.pattern)) {
      if (statement.pattern) pattern(statement.pattern);
    }
  });
  for (const definition of module.functions) {
    for (const parameter of definition.parameters) {
      if (parameter.default) walk(parameter.default);
      pattern(parameter.pattern);
    }
    for (const decorator of definition.decorators ?? []) walk(decorator);
  }
  return found;
}

/** Expressions of a statement itself, not of the blocks inside it. */
export function valuesOf(statement: Statement): readonly Value[] {
  switch (statement.kind) {
    case "declare":
    case "return":
      return statement.value ? [statement.value] : [];
    case "expression":
    case "throw":
      return [statement.value];
    case "branch":
      return statement.tests;
    case "loop":
      return statement.header;
    case "with":
      return statement.values;
    case "class":
      return [
        ...(statement.decorators ?? []),
        ...(statement.extends ? [statement.extends] : []),
        ...(statement.mixins ?? []),
        ...statement.members,
      ];
    default:
      return [];
  }
}

/** Direct parts of an expression, in the order of evaluation. Functions have none: their bodies are apart. */
export function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case "member":
      return value.key ? [value.object, value.key] : [value.object];
    case "call":
      return [value.callee, ...value.args, ...(value.named ?? []).map((each) => each.value)];
    case "await":
      return [value.value];
    case "yield":
      return value.value ? [value.value] : [];
    case "object":
      return value.entries.map((entry) => entry.value);
    case "array":
      return value.items;
    case "template":
      return value.parts.filter((part) => typeof part !== "string");
    case "assign":
      return [...placesOf(value.target), ...(value.value ? [value.value] : [])];
    case "choice":
    case "operation":
      return value.operands;
    case "other":
      return value.parts;
    default:
      return [];
  }
}

function placesOf(pattern: Pattern): readonly Value[] {
  switch (pattern.kind) {
    case "place":
      return [pattern.value];
    case "object":
      return pattern.entries.flatMap((entry) => [
        ...(entry.default ? [entry.default] : []),
        ...placesOf(entry.pattern),
      ]);
    case "array":
      return pattern.items.flatMap((item) => (item ? placesOf(item) : []));
    case "name":
      return [];
  }
}
