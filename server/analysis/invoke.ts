// Follows calls into the project's own functions, within a file and across files.
import type { Parameter, Range } from "../facts/module.ts";
import { bind, withDefault } from "./assign.ts";
import { walkBlock } from "./blocks.ts";
import type { Walk } from "./draft.ts";
import { apart, current, mark, NESTING } from "./expressions.ts";
import { constructorOf, frameOf, hasForeignBase } from "./places.ts";
import { recordFields } from "./records.ts";
import { carry, type Frame, type Known, nothing, partOf } from "./values.ts";

/** Longest chain of helpers that is followed. */
const DEPTH = 16;

export interface Site {
  readonly file: string;
  readonly range: Range;
  readonly label: string;
}

/** Runs a function of the project. `site` is its call; undefined for one that is written where it is called. */
export function invoke(
  walk: Walk,
  callee: Known,
  args: readonly Known[],
  site: Site | undefined,
  named: ReadonlyMap<string, Known> = new Map(),
): Known {
  const { callable } = callee;
  if (!callable) return nothing;
  const { module, function: id } = callable;
  const definition = module.functions[id];
  if (!definition) return nothing;
  const running = walk.chain.some((link) => link.module === module && link.function === id);
  if (running || walk.chain.length >= DEPTH || walk.depth > NESTING)
    return mark(walk, definition.name ?? "a function that calls itself");
  const parent = callable.frame ?? frameOf(walk, module);
  const frame: Frame = {
    module,
    function: id,
    parent,
    names: new Map(),
    self: definition.kind === "arrow" ? parent.self : callee.receiver,
    lasting: walk.phase === "global",
  };
  const position = walk.position;
  if (site) walk.chain.push({ ...site, module, function: id });
  const loops = walk.loops;
  const tries = walk.tries;
  walk.depth += 2;
  const { effects } = apart(
    walk,
    () => {
      walk.bases.push(walk.guards.length);
      if (definition.receiver !== undefined) frame.names.set(definition.receiver, callee.receiver ?? nothing);
      bindParameters(walk, frame, args, named);
      walkBlock(walk, frame, definition.body);
      walk.bases.pop();
    },
    frame,
  );
  walk.loops = loops;
  walk.tries = tries;
  walk.depth -= 2;
  if (site) walk.chain.pop();
  walk.position = position;
  if (effects.input) current(walk).input = true;
  return frame.result ?? nothing;
}

function bindParameters(
  walk: Walk,
  frame: Frame,
  args: readonly Known[],
  named: ReadonlyMap<string, Known>,
): void {
  const parameters = frame.module.functions[frame.function]?.parameters ?? [];
  for (const [index, parameter] of parameters.entries()) {
    const rest = args.slice(index);
    const given =
      byKeyword(frame, parameter, named) ??
      (parameter.rest
        ? { ...carry(...rest), fields: new Map(rest.map((each, at) => [String(at), each])) }
        : (args[index] ?? nothing));
    bind(walk, frame, parameter.pattern, withDefault(walk, frame, given, parameter.default), true);
  }
}

/** What a parameter is given by its name, or as all the names that no other one has. */
function byKeyword(frame: Frame, parameter: Parameter, named: ReadonlyMap<string, Known>): Known | undefined {
  if (parameter.named === "rest") return { ...carry(...named.values()), fields: new Map(named) };
  const { pattern } = parameter;
  if (named.size === 0 || parameter.rest || pattern.kind !== "name") return undefined;
  return named.get(frame.module.bindings[pattern.binding]?.name ?? "");
}

/** `new X()` of a class of the project. */
export function construct(
  walk: Walk,
  owner: NonNullable<Known["class"]>,
  args: readonly Known[],
  site: Site,
  named: ReadonlyMap<string, Known> = new Map(),
): Known {
  const whole = carry(...args, ...named.values());
  const instance: Known = {
    ...whole,
    instance: owner,
    fields: recordFields(walk, owner, args, named) ?? new Map(),
  };
  const callable = constructorOf(walk, owner);
  // Properties that it sets are looked up on the instance; what it is made of may be reached through it.
  if (callable) invoke(walk, { ...nothing, callable, receiver: instance }, args, site, named);
  else if (hasForeignBase(walk, owner))
    return { ...mark(walk, "a class of a package"), ...instance, nature: "unknown" };
  const fields = [...(instance.fields?.values() ?? [])];
  return {
    ...instance,
    ...carry(partOf(instance), ...fields),
    fields: instance.fields ?? new Map(),
    instance: owner,
  };
}
