// Classes of our own SDK: `@app.cls()`, their hooks, and their methods as functions.
import type { Setting, Spelling } from "../facts/function.ts";
import type { FunctionDef, ModuleFacts } from "../facts/module.ts";
import type { ClassOfProject, FunctionRef, PlatformFunction, Questions } from "../facts/project.ts";
import { forgotten, isForgotten, isMarked, mistakesOf, mistakesOfSchedule } from "./coldstart-mistakes.ts";
import { settingOf } from "./coldstart-settings.ts";
import { type ClassStatement, definitionsOf, type Mark, marksOf } from "./definitions.ts";

/** The functions that a file's classes define. */
export function methodsIn(module: ModuleFacts, ask: Questions): readonly PlatformFunction[] {
  return definitionsOf(module).classes.flatMap((statement) => functionsOf(module, statement, ask));
}

/** A method of a class, or of one that it is derived from, with what its decorators say. */
interface Member {
  readonly ref: FunctionRef;
  readonly module: ModuleFacts;
  readonly definition: FunctionDef;
  readonly name: string;
  readonly marks: readonly Mark[];
}

type Kind = "build" | "enter" | "exit" | "method" | "webEndpoint";

const isMark = ({ name }: Mark, ...kinds: readonly Kind[]): boolean =>
  kinds.some((kind) => name === `coldstart.${kind}`);

function functionsOf(
  module: ModuleFacts,
  statement: ClassStatement,
  ask: Questions,
): readonly PlatformFunction[] {
  const marks = marksOf(module, statement.decorators, ask);
  const own = marks.find(({ name }) => name === "coldstart.App.cls");
  const binding = statement.binding === undefined ? undefined : module.bindings[statement.binding];
  if (!binding || (!own && !isMarked(module, statement, ask))) return [];
  // Elsewhere it may be the base of a class that an app knows.
  if (!own && !isForgotten(module, statement, ask)) return [];
  const owner: ClassOfProject = { module, class: statement };
  const chain = chainOf(owner, ask);
  const members = membersOf(chain, ask);
  const settings = own ? settingsOf(own) : [];
  const named = settings.find(({ name }) => name === "name")?.value;
  const exported = module.exports.find((each) => each.binding === statement.binding)?.name;
  const name =
    typeof named === "string" ? named : exported === "default" ? binding.name : (exported ?? binding.name);
  const hooks = (kind: Kind) =>
    members.filter((member) => member.marks.some((mark) => isMark(mark, kind))).map(({ ref }) => ref);
  const made = chain.flatMap(constructorsOf);
  const build = hooks("build");
  const phases = {
    // Hooks work on an object: what makes it runs before them.
    build: build.length > 0 ? [...made, ...build] : [],
    enter: [...made, ...hooks("enter")],
  };
  const called = members.filter((member) =>
    member.marks.some((mark) => isMark(mark, "method", "webEndpoint")),
  );
  const mistakes = own
    ? mistakesOf(module, statement, { name, range: binding.range }, called.length, ask)
    : [forgotten(name, binding.range)];
  if (called.length === 0 && mistakes.length > 0) {
    const { range } = statement;
    const spelling = nothingToWrite;
    const all = { ...phases, body: [] };
    return [
      {
        name,
        range,
        nameRange: binding.range,
        settings,
        phases: all,
        stateParameters: 0,
        owner,
        mistakes,
        spelling,
      },
    ];
  }
  return called.map((member): PlatformFunction => {
    const isHere = member.module === module;
    const all = [...settings, ...member.marks.flatMap(settingsOf)];
    return {
      name: `${name}.${member.name}`,
      range: isHere ? member.definition.range : statement.range,
      nameRange: (isHere ? member.definition.nameRange : undefined) ?? binding.range,
      settings: all,
      phases: { ...phases, body: [member.ref] },
      stateParameters: 0,
      owner,
      ...(all.some((setting) => setting.name === "schedule") && { singleUse: true, unattended: true }),
      mistakes: [...mistakes, ...mistakesOfSchedule(member.module, all, member.definition)],
      spelling: own ? spellingOf(own, member, isHere) : nothingToWrite,
    };
  });
}

/** The class and those of the project that it is derived from, bases first. */
function chainOf(owner: ClassOfProject, ask: Questions): readonly ClassOfProject[] {
  const chain = [owner];
  for (let at: ClassOfProject | undefined = owner; at && chain.length < 16; ) {
    const { module, class: own }: ClassOfProject = at;
    at = own.extends && ask.classOf(module, own.extends);
    if (at) chain.unshift(at);
  }
  return chain;
}

/** One that is written anew keeps its place, and what was said of it where nothing else is. */
function membersOf(chain: readonly ClassOfProject[], ask: Questions): readonly Member[] {
  const members = new Map<string, Member>();
  for (const { module, class: own } of chain) {
    for (const member of own.members) {
      const definition = member.kind === "function" ? module.functions[member.function] : undefined;
      if (member.kind !== "function" || definition?.kind !== "method" || definition.static) continue;
      const { name } = definition;
      if (name === undefined || definition.accessor) continue;
      const marks = marksOf(module, definition.decorators, ask);
      const said = marks.some((mark) => mark.name.startsWith("coldstart."));
      members.set(name, {
        ref: { file: module.path, function: member.function },
        module,
        definition,
        name,
        marks: said ? marks : (members.get(name)?.marks ?? marks),
      });
    }
  }
  return [...members.values()];
}

/** A constructor also sets the properties. */
function constructorsOf({ module, class: own }: ClassOfProject): readonly FunctionRef[] {
  return own.members.flatMap((member) =>
    member.kind === "function" && module.functions[member.function]?.kind === "constructor"
      ? [{ file: module.path, function: member.function }]
      : [],
  );
}

function settingsOf({ call }: Mark): readonly Setting[] {
  const [options] = call?.args ?? [];
  return options?.kind === "object" ? options.entries.flatMap(settingOf) : [];
}

/** Of a class that no container is made of. */
const nothingToWrite: Spelling = {
  platform: "coldstart",
  enter: { kind: "none" },
  build: { kind: "none", say: "download it when the image is built" },
};

function spellingOf(own: Mark, member: Member, isHere: boolean): Spelling {
  return {
    platform: "coldstart",
    enter: { kind: "method", decorator: "coldstart.enter", shown: "enter()" },
    build: { kind: "method", decorator: "coldstart.build", shown: "build()" },
    ...(isHere && { definition: { call: (own.call ?? own.value).range, handler: member.ref.function } }),
  };
}
