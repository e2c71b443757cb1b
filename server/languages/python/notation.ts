// For tests: facts in a short notation, and what must hold of all facts.
import type { Block, ModuleFacts, Pattern, Statement, Value } from "../../facts/module.ts";

/** Each statement of a function on a line of its own. */
export function shape(module: ModuleFacts, id = 0): readonly string[] {
  return (module.functions[id]?.body.statements ?? []).map((statement) => line(module, statement));
}

/** Each use of a name, as `kind@function` of the binding that it means, in the order of the text. */
export function names(module: ModuleFacts, name: string): readonly string[] {
  const found: { readonly at: number; readonly text: string }[] = [];
  const parameters = new Set(
    module.bindings.filter((binding) => binding.kind === "parameter").map((binding) => binding.range.start),
  );
  walk(module.functions, (node) => {
    const meant = node.binding === undefined ? undefined : module.bindings[node.binding];
    if (node.kind !== "name" || (node.name ?? meant?.name) !== name || parameters.has(node.range.start))
      return;
    found.push({ at: node.range.start, text: meant ? `${meant.kind}@${meant.scope}` : "global" });
  });
  return found.sort((a, b) => a.at - b.at).map(({ text }) => text);
}

interface Node {
  readonly kind?: string;
  readonly name?: string;
  readonly binding?: number;
  readonly range: { readonly start: number; readonly end: number };
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, visit);
  else if (node && typeof node === "object") {
    if ("range" in node) visit(node as Node);
    for (const value of Object.values(node)) walk(value, visit);
  }
}

/** Throws unless all ranges lie within the text, all ids lead somewhere and all functions but one have a parent. */
export function expectSound(module: ModuleFacts, source: string): void {
  walk(module, ({ range, binding }) => {
    if (range.start < 0 || range.start > range.end || range.end > source.length) {
      throw new Error(`range ${range.start}..${range.end} of ${source.length}`);
    }
    if (binding !== undefined && !module.bindings[binding]) throw new Error(`binding ${binding}`);
  });
  for (const [id, { kind, parent, receiver }] of module.functions.entries()) {
    if ((kind === "module") !== (id === 0)) throw new Error(`function ${id} is a ${kind}`);
    if (kind !== "module" && (parent === undefined || parent >= id)) throw new Error(`parent of ${id}`);
    if (receiver !== undefined && module.bindings[receiver]?.scope !== id)
      throw new Error(`receiver of ${id}`);
  }
}

function line(module: ModuleFacts, statement: Statement): string {
  const block = (body: Block | undefined) =>
    body ? ` [${body.statements.map((inner) => line(module, inner)).join("; ")}]` : "";
  const list = (values: readonly Value[]) => values.map((value) => text(module, value)).join(", ");
  switch (statement.kind) {
    case "declare":
      return `let ${pattern(module, statement.pattern)}${statement.value ? ` = ${text(module, statement.value)}` : ""}`;
    case "expression":
      return text(module, statement.value);
    case "return":
    case "throw":
      return statement.value ? `${statement.kind} ${text(module, statement.value)}` : statement.kind;
    case "branch":
      return `if ${list(statement.tests)}${statement.branches.map(block).join("")}`;
    case "loop": {
      const of = statement.pattern ? `${pattern(module, statement.pattern)} of ` : "";
      return `loop ${statement.async ? "await " : ""}${of}${list(statement.header)}${block(statement.body)}`;
    }
    case "try":
      return `try${block(statement.body)}${block(statement.handler)}${block(statement.finalizer)}`;
    case "block":
      return `block${block(statement.body)}`;
    case "with":
      return `with ${list(statement.values)}${block(statement.body)}`;
    case "class": {
      const name = statement.binding === undefined ? "" : module.bindings[statement.binding]?.name;
      const bases = [...(statement.extends ? [statement.extends] : []), ...(statement.mixins ?? [])];
      const decorators = (statement.decorators ?? []).map((value) => `@${text(module, value)} `).join("");
      return `${decorators}class ${name}(${list(bases)}) ${list(statement.members)}`;
    }
    case "function":
      return `fn${statement.function}`;
    case "jump":
    case "inert":
      return statement.kind;
  }
}

export function pattern(module: ModuleFacts, target: Pattern): string {
  switch (target.kind) {
    case "name":
      return module.bindings[target.binding]?.name ?? "?";
    case "place":
      return text(module, target.value);
    case "array":
      return `[${target.items.map((item) => (item ? pattern(module, item) : "-")).join(", ")}]`;
    case "object":
      return `{${target.entries.map((entry) => `${entry.key}: ${pattern(module, entry.pattern)}`).join(", ")}}`;
  }
}

export function text(module: ModuleFacts, value: Value): string {
  const all = (values: readonly Value[]) => values.map((inner) => text(module, inner)).join(", ");
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? JSON.stringify(value.value) : String(value.value);
    case "name":
      return value.name || "_";
    case "member": {
      const own = value.key ? `[${text(module, value.key)}]` : `.${value.property}`;
      return text(module, value.object) + own;
    }
    case "call": {
      const named = (value.named ?? []).map((each) => `${each.name}=${text(module, each.value)}`);
      return `${text(module, value.callee)}(${[...value.args.map((arg) => text(module, arg)), ...named].join(", ")})`;
    }
    case "await":
      return `await ${text(module, value.value)}`;
    case "yield":
      return `yield${value.value ? ` ${text(module, value.value)}` : ""}`;
    case "object": {
      const entries = value.entries.map(
        (entry) => `${entry.spread ? "..." : (entry.key ?? "?")}: ${text(module, entry.value)}`,
      );
      return `{${entries.join(", ")}}`;
    }
    case "array":
      return `[${all(value.items)}]`;
    case "function":
      return `fn${value.function}`;
    case "template":
      return `\`${value.parts.map((part) => (typeof part === "string" ? part : `{${text(module, part)}}`)).join("")}\``;
    case "assign":
      return `${pattern(module, value.target)} ${value.operator}${value.value ? ` ${text(module, value.value)}` : ""}`;
    case "choice":
    case "operation":
      return `${value.operator}(${all(value.operands)})`;
    case "other":
      return `\`${value.text}\`${value.parts.length > 0 ? `(${all(value.parts)})` : ""}`;
  }
}
