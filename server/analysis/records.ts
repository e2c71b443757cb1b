// Objects that hold settings: attributes of classes, dataclasses and their like, whose values stand where they are made.
import type { ModuleFacts, Pattern, Value } from "../facts/module.ts";
import type { ClassOfProject } from "../facts/project.ts";
import type { Call } from "./calls.ts";
import { eachStatement, eachValue } from "./declarations.ts";
import type { Walk } from "./draft.ts";
import { classesOf, frameOf } from "./places.ts";
import { carry, type Known, nothing, partOf, textOf } from "./values.ts";

/** Decorators and bases of classes whose constructor takes their annotated attributes. */
const makers = new Set([
  "dataclasses.dataclass",
  "dataclasses.dataclass()",
  "pydantic.dataclasses.dataclass",
  "pydantic.dataclasses.dataclass()",
  "attr.s",
  "attr.s()",
  "attr.define",
  "attr.define()",
  "attrs.define",
  "attrs.define()",
  "attrs.frozen",
  "attrs.frozen()",
]);
const bases = new Set(["pydantic.BaseModel", "typing.NamedTuple", "msgspec.Struct"]);

/** Their attributes come from the environment, where it has them. */
const settings = new Set(["pydantic_settings.BaseSettings", "pydantic.BaseSettings"]);

/** Calls that declare an attribute, and the place of its default. */
const declaring: Readonly<Record<string, { readonly argument?: number; readonly environment?: true }>> = {
  "dataclasses.field": {},
  "pydantic.Field": { argument: 0 },
  "attr.ib": { argument: 0 },
  "attr.field": {},
  "attrs.field": {},
  "modal.parameter": { environment: true },
};

/** What an attribute is where nobody says otherwise: `model: str = Field("org/model")`. */
export function declaredDefault(
  name: string,
  { args, named }: Pick<Call, "args" | "named">,
): Known | undefined {
  const own = Object.hasOwn(declaring, name) ? declaring[name] : undefined;
  if (!own) return undefined;
  const given = named.get("default") ?? (own.argument === undefined ? undefined : args[own.argument]);
  return { ...(given ?? nothing), ...(own.environment && { environment: true }) };
}

/** Bases that bring a constructor of this kind and nothing that is done meanwhile. */
export function isRecordBase(name: string | undefined): boolean {
  return name !== undefined && (bases.has(name) || settings.has(name));
}

/** The attributes of a new object whose class says no more than which it has; undefined for other classes. */
export function recordFields(
  walk: Walk,
  owner: ClassOfProject,
  args: readonly Known[],
  named: ReadonlyMap<string, Known>,
): Map<string, Known> | undefined {
  const classes = classesOf(walk, owner);
  const is = (names: ReadonlySet<string>, values: (each: ClassOfProject) => readonly Value[]) =>
    classes.some((each) =>
      values(each).some((value) => names.has(walk.names.qualify(each.module, value) ?? "")),
    );
  const basesOf = ({ class: own }: ClassOfProject) => [
    ...(own.extends ? [own.extends] : []),
    ...(own.mixins ?? []),
  ];
  const fromEnvironment = is(settings, basesOf);
  if (!fromEnvironment && !is(bases, basesOf) && !is(makers, (each) => each.class.decorators ?? []))
    return undefined;
  const names = [...classes].reverse().flatMap((each) => each.class.fields ?? []);
  const whole = carry(...args, ...named.values());
  // What is given in a lump may be any of them.
  const rest = named.has("**") ? partOf(whole) : undefined;
  return new Map(
    names.flatMap((name, index): readonly (readonly [string, Known])[] => {
      const given = named.get(name) ?? args[index] ?? rest;
      const known = given ?? attributeOf(walk, classes, name);
      if (!known) return [];
      return [[name, fromEnvironment && !given ? fromOutside(known) : known]];
    }),
  );
}

/** What a variable of the environment says where nobody sets it; a switch may as well be on. */
function fromOutside(known: Known): Known {
  if (textOf(known) !== undefined) return { ...known, environment: true };
  const { constant: _, ...rest } = known;
  return { ...rest, environment: true };
}

/** What the nearest of some classes sets an attribute to. */
function attributeOf(walk: Walk, classes: readonly ClassOfProject[], property: string): Known | undefined {
  for (const { module, class: own } of classes) {
    const holder = own.binding === undefined ? undefined : frameOf(walk, module).names.get(own.binding);
    const known = holder?.fields?.get(property);
    if (known) return known;
  }
  return undefined;
}

/** What a class sets an attribute to, as long as no code of its file gives it another value. */
export function classField(walk: Walk, owner: ClassOfProject, property: string): Known | undefined {
  const { module } = owner;
  if (module.language !== "python" || changedIn(module).has(property)) return undefined;
  const known = attributeOf(walk, classesOf(walk, owner), property);
  return known && isSettled(known) ? known : undefined;
}

/** Texts and numbers, and tables of them; a switch or `None` is there to be changed. */
function isSettled(known: Known): boolean {
  if (textOf(known) !== undefined) return true;
  const fields = [...(known.fields?.values() ?? [])];
  return fields.length > 0 && fields.every(isSettled);
}

const changed = new WeakMap<ModuleFacts, ReadonlySet<string>>();

/** Attributes that the code of a file sets, or changes a part of, elsewhere than in the body of a class. */
function changedIn(module: ModuleFacts): ReadonlySet<string> {
  const known = changed.get(module);
  if (known) return known;
  const found = new Set<string>();
  const members = new Set<Value>();
  const note = (pattern: Pattern): void => {
    if (pattern.kind === "array") for (const item of pattern.items) if (item) note(item);
    if (pattern.kind !== "place") return;
    for (let at = pattern.value; at.kind === "member"; at = at.object)
      if (at.property !== undefined) found.add(at.property);
  };
  eachStatement(module, (statement) => {
    if (statement.kind === "class") for (const member of statement.members) members.add(member);
    if (statement.kind === "loop" && statement.pattern) note(statement.pattern);
  });
  eachValue(module, (value) => {
    if (value.kind === "assign" && !members.has(value)) note(value.target);
  });
  changed.set(module, found);
  return found;
}
