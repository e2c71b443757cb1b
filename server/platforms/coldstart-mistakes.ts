// What our own SDK refuses when a module is loaded, or would never run.
import type { Mistake, Setting } from "../facts/function.ts";
import type { FunctionDef, ModuleFacts, Range, Value } from "../facts/module.ts";
import type { Questions } from "../facts/project.ts";
import { type ClassStatement, type Mark, marksOf } from "./definitions.ts";

const kinds = ["build", "enter", "exit", "method", "webEndpoint"] as const;

/** What a decorator of the SDK is for; undefined for others. */
function kindOf({ name }: Mark): (typeof kinds)[number] | undefined {
  return kinds.find((kind) => name === `coldstart.${kind}`);
}

/** Whether a class itself has methods for the platform. */
export function isMarked(module: ModuleFacts, statement: ClassStatement, ask: Questions): boolean {
  return marksIn(module, statement, ask).some(({ marks }) => marks.length > 0);
}

/** A class that an app would have to know: one that the file itself derives others from is part of these. */
export function isForgotten(module: ModuleFacts, { binding }: ClassStatement, ask: Questions): boolean {
  let hasApp = false;
  let isBase = false;
  ask.eachValue(module, (value) => {
    if (value.kind === "call" && value.construct && ask.qualify(module, value.callee) === "coldstart.App")
      hasApp = true;
  });
  for (const statement of module.functions[0]?.body.statements ?? []) {
    if (statement.kind === "class" && statement.extends?.kind === "name")
      isBase ||= statement.extends.binding === binding;
  }
  return hasApp && !isBase;
}

export function forgotten(name: string, range: Range): Mistake {
  return {
    range,
    message: `\`${name}\` has methods for the platform, but no app knows it, so that none of them can run; write \`@app.cls()\` above it.`,
  };
}

interface Member {
  readonly range: Range;
  readonly definition: FunctionDef | undefined;
  readonly marks: readonly Mark[];
}

function marksIn(module: ModuleFacts, statement: ClassStatement, ask: Questions): readonly Member[] {
  return statement.members.flatMap((member): readonly Member[] => {
    const definition = member.kind === "function" ? module.functions[member.function] : undefined;
    const decorators = definition?.decorators ?? fieldDecorators(member);
    const marks = marksOf(module, decorators, ask).filter((mark) => kindOf(mark) !== undefined);
    const [first] = marks;
    return first ? [{ range: definition?.nameRange ?? first.value.range, definition, marks }] : [];
  });
}

function fieldDecorators(member: Value): readonly Value[] {
  return member.kind === "operation" && member.operator === "@" ? member.operands : [];
}

/** What is wrong with a class's own members, and with the class as a whole. */
export function mistakesOf(
  module: ModuleFacts,
  statement: ClassStatement,
  named: { readonly name: string; readonly range: Range },
  called: number,
  ask: Questions,
): readonly Mistake[] {
  const members = marksIn(module, statement, ask).flatMap((member) => mistakesOfMember(module, member));
  if (called > 0) return members;
  const message = `\`${named.name}\` has no method under \`@method()\`, so that there is nothing to call; put it above one.`;
  return [...members, { range: named.range, message }];
}

function mistakesOfMember(module: ModuleFacts, { range, definition, marks }: Member): readonly Mistake[] {
  const [first] = marks;
  const kind = first && kindOf(first);
  if (!first || !kind) return [];
  const refused = (why: string): readonly Mistake[] => [
    { range, message: `\`@${kind}()\` stands on ${why}, which the platform refuses.` },
  ];
  if (!definition) return refused("a field; write it as a method");
  if (definition.static) return refused("a static method; take `static` away");
  if (definition.accessor) return refused("an accessor; make it a method");
  if (definition.name?.startsWith("#")) return refused("a private method; give it a name without `#`");
  const others = new Set(marks.map(kindOf).map((each) => (each === "webEndpoint" ? "method" : each)));
  if (others.size > 1) return refused("a method that has another task; make two methods of it");
  const wanted = required(
    module,
    definition.parameters.filter(({ optional }) => !optional),
  );
  if (kind !== "method" && kind !== "webEndpoint" && wanted !== undefined) {
    const message = `\`@${kind}()\` methods are called without arguments, and this one wants \`${wanted}\`; keep it on \`this\` instead.`;
    return [{ range, message }];
  }
  return [];
}

/** A schedule calls without inputs. */
export function mistakesOfSchedule(
  module: ModuleFacts,
  settings: readonly Setting[],
  handler: FunctionDef | undefined,
  states = 0,
): readonly Mistake[] {
  const schedule = settings.find(({ name }) => name === "schedule");
  const wanted = schedule && handler && required(module, handler.parameters.slice(states));
  if (!schedule || wanted === undefined) return [];
  return [
    {
      range: schedule.range,
      message: `A schedule calls the function without inputs, and it wants \`${wanted}\`; give that a default, or drop the schedule.`,
    },
  ];
}

/** The first parameter that has to be given. */
function required(module: ModuleFacts, parameters: FunctionDef["parameters"]): string | undefined {
  const found = parameters.find((each) => !each.default && !each.rest);
  if (!found) return undefined;
  const { pattern } = found;
  return pattern.kind === "name" ? (module.bindings[pattern.binding]?.name ?? "an input") : "an input";
}
