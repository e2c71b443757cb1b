// From the facts of many files to FunctionFacts: finds functions, walks their phases, proves what is independent.
import type { FunctionFacts, Outdated, OverlapGroup, Phase, WorkItem } from "../facts/function.ts";
import type { ModuleFacts } from "../facts/module.ts";
import type { CatalogueRow, FunctionRef, Platform, PlatformFunction, ProjectView } from "../facts/project.ts";
import { bind } from "./assign.ts";
import { walkBlock } from "./blocks.ts";
import type { Body } from "./body.ts";
import { buildMove } from "./build-moves.ts";
import { classAround, eachName } from "./declarations.ts";
import type { BlockTrace, Draft, Walk } from "./draft.ts";
import { keyOf, noEffects } from "./effects.ts";
import { finish, isDoneEarlier } from "./finish.ts";
import { groupsOf } from "./groups.ts";
import { createLookup } from "./lookup.ts";
import { bodyMove } from "./moves.ts";
import { createNames } from "./names.ts";
import { frameOf } from "./places.ts";
import { either, type Frame, type Known, nothing, unknown } from "./values.ts";

/** The functions of a file, with their work placed in phases. Never throws on any facts; reads only through `view`. */
export function analyse(
  file: string,
  view: ProjectView,
  platforms: readonly Platform[],
  catalogue: readonly CatalogueRow[],
): readonly FunctionFacts[] {
  const module = view.module(file);
  if (!module) return [];
  const names = createNames(view);
  const own = platforms.filter((platform) => platform.language === module.language);
  const found = own.flatMap((platform) =>
    platform.functions(module, names, view).map((definition) => ({ platform: platform.id, definition })),
  );
  if (found.length === 0) return [];
  const walk: Walk = {
    view,
    names,
    lookup: createLookup(catalogue),
    phase: "global",
    drafts: [],
    blocks: [],
    chain: [],
    effects: [noEffects()],
    guards: [],
    bases: [],
    loops: 0,
    tries: 0,
    pools: 0,
    probes: 0,
    position: { file, scope: 0, statement: { start: 0, end: 0 }, outermost: { start: 0, end: 0 } },
    steps: 0,
    depth: 0,
    modules: new Map(),
    set: new Map(),
    written: new Map(),
    filled: new Set(),
    ran: new Map(),
    selves: new Map(),
  };
  runModule(walk, module, new Set());
  const global = { drafts: walk.drafts.length, blocks: walk.blocks.length };
  return found.map(({ platform, definition }) => {
    const inner: Walk = {
      ...walk,
      written: new Map(walk.written),
      filled: new Set(walk.filled),
      steps: 0,
      storage: definition.storage,
      owner: definition.owner,
      ran: new Map(),
      selves: new Map(),
    };
    const first = { drafts: walk.drafts.length, blocks: walk.blocks.length };
    walkPhases(inner, definition);
    const drafts = [...walk.drafts.slice(0, global.drafts), ...walk.drafts.slice(first.drafts)];
    const blocks = [...walk.blocks.slice(0, global.blocks), ...walk.blocks.slice(first.blocks)];
    return toFacts(inner, module, platform, definition, drafts, blocks);
  });
}

/** Names that platforms have given up, in a file that defines no function. */
export function outdatedIn(
  file: string,
  view: ProjectView,
  platforms: readonly Platform[],
): readonly { readonly platform: string; readonly outdated: Outdated }[] {
  const module = view.module(file);
  if (!module) return [];
  const names = createNames(view);
  return platforms.flatMap((platform) =>
    (platform.outdated?.(module, names, view) ?? []).map((outdated) => ({ platform: platform.id, outdated })),
  );
}

/** Runs a module's own code, after that of the modules that it imports. */
function runModule(walk: Walk, module: ModuleFacts, done: Set<string>): void {
  if (done.has(module.path)) return;
  done.add(module.path);
  for (const each of module.imports) {
    if (each.typeOnly || each.function !== 0) continue;
    for (const specifier of [each.specifier, ...(each.submodule === undefined ? [] : [each.submodule])]) {
      const target = walk.names.moduleTarget(module, specifier);
      if (target?.kind === "namespace") runModule(walk, target.module, done);
    }
  }
  for (const each of module.exports) {
    const target = each.from && walk.names.moduleTarget(module, each.from.specifier);
    if (target?.kind === "namespace") runModule(walk, target.module, done);
  }
  const code = module.functions[0];
  if (code) walkBlock(walk, frameOf(walk, module), code.body, true);
}

function walkPhases(walk: Walk, definition: PlatformFunction): void {
  for (const hook of definition.phases.build) run(walk, "build", hook, []);
  // What a build writes is there when a container starts.
  walk.written.clear();
  // Nor does a container know the object that the build's hooks worked on.
  walk.ran.clear();
  walk.selves.clear();
  const states = definition.phases.enter.map((hook) => {
    const first = walk.drafts.length;
    const state = run(walk, "enter", hook, []);
    if (definition.snapshot?.some(({ file, function: id }) => file === hook.file && id === hook.function))
      for (const draft of walk.drafts.slice(first)) draft.restored = true;
    return state;
  });
  walk.written.clear();
  const state = states.length > 0 ? settled(either(states)) : nothing;
  for (const body of definition.phases.body) run(walk, "body", body, [state], definition.stateParameters);
}

/** What enter returned is the same for all inputs, whatever it rested on. */
function settled(state: Known): Known {
  return {
    ...state,
    input: false,
    ...(state.fields && { fields: new Map([...state.fields].map(([key, field]) => [key, settled(field)])) }),
  };
}

function run(walk: Walk, phase: Phase, ref: FunctionRef, state: readonly Known[], states = 0): Known {
  const module = walk.view.module(ref.file);
  const definition = module?.functions[ref.function];
  if (!module || !definition) return nothing;
  walk.phase = phase;
  const outer =
    definition.parent === undefined || definition.parent === 0
      ? frameOf(walk, module)
      : walk.ran.get(`${module.path} ${definition.parent}`);
  const parent = outer ?? {
    module,
    function: definition.parent ?? 0,
    parent: frameOf(walk, module),
    names: new Map(),
    lasting: true,
  };
  // What stands in a function that makes an application lives as long as the functions inside it.
  const holds = phase === "enter" && module.functions.some((each) => each.parent === ref.function);
  const self = selfOf(walk, module, ref.function);
  // In Python the object is the first parameter.
  const own = walk.owner && definition.receiver === undefined ? { self } : {};
  const frame: Frame = { module, function: ref.function, parent, names: new Map(), lasting: holds, ...own };
  walk.ran.set(`${module.path} ${ref.function}`, frame);
  if (definition.receiver !== undefined && self) frame.names.set(definition.receiver, self);
  for (const [index, parameter] of definition.parameters.entries()) {
    const given =
      index < states ? (state[index] ?? nothing) : phase === "body" ? { ...unknown, input: true } : nothing;
    bind(walk, frame, parameter.pattern, given, true);
    if (given.input) eachName(parameter.pattern, (binding) => markInput(frame, binding));
  }
  walk.guards.length = 0;
  walkBlock(walk, frame, definition.body, true);
  return frame.result ?? nothing;
}

/** The object whose method runs; each class has one in a container. */
function selfOf(walk: Walk, module: ModuleFacts, method: number): Known | undefined {
  const around = classAround(module, method);
  const owner = walk.owner ?? (around && { module, class: around });
  if (!owner) return undefined;
  const key = `${owner.module.path} ${owner.class.range.start}`;
  const known = walk.selves.get(key) ?? {
    ...nothing,
    instance: owner,
    fields: new Map(),
    origin: `@${key}`,
  };
  walk.selves.set(key, known);
  return known;
}

function markInput(frame: Frame, binding: number): void {
  frame.names.set(binding, { ...unknown, input: true, origin: keyOf(frame, binding) });
}

function toFacts(
  walk: Walk,
  module: ModuleFacts,
  platform: string,
  definition: PlatformFunction,
  drafts: readonly Draft[],
  blocks: readonly BlockTrace[],
): FunctionFacts {
  const kept = drafts.filter((draft) => !isDoneEarlier(walk, draft));
  const bodies = definition.phases.body.map((handler) => bodyOf(walk, handler, blocks));
  const [first = bodyOf(walk, { file: module.path, function: 0 }, [])] = bodies;
  const top = blocks.find(
    (block) =>
      block.phase === "global" &&
      block.own &&
      block.module === module &&
      block.range === module.functions[0]?.body.range,
  );
  const work: Record<Phase, WorkItem[]> = { global: [], build: [], enter: [], body: [] };
  const index = new Map<number, number>();
  for (const draft of kept)
    index.set(draft.id, kept.filter((each) => each.phase === draft.phase).indexOf(draft));
  for (const draft of kept) {
    const item = finish(walk, draft, index, kept);
    const movable =
      draft.phase === "body"
        ? bodyMove(
            walk,
            bodies.find((body) => body.scope === draft.scope && body.file === draft.place.file) ?? first,
            draft,
            item.memoized,
            item.guarded,
          )
        : item.kind === "download" && mayLeave(draft)
          ? buildMove(
              draft.phase === "global" ? top : hookOf(module, draft, blocks),
              module.path,
              draft,
              walk.owner && selfOf(walk, module, draft.scope),
            )
          : undefined;
    const restored = draft.restored ?? (draft.phase === "global" && definition.snapshot !== undefined);
    work[draft.phase].push({ ...item, ...(movable && { movable }), ...(restored && { restored }) });
  }
  return {
    platform,
    name: definition.name,
    file: module.path,
    range: definition.range,
    nameRange: definition.nameRange,
    settings: definition.settings,
    work,
    groups: blocks.flatMap((block) => groupsOf(walk, block, kept)).flatMap((group) => indexed(group, index)),
    singleUse: definition.singleUse ?? false,
    unattended: definition.unattended ?? false,
    outdated: definition.outdated ?? [],
    mistakes: definition.mistakes ?? [],
    spelling: definition.spelling,
  };
}

/** What a hook loads stays in it: the build fetches its files, too. */
function mayLeave({ phase, row }: Draft): boolean {
  return phase === "global" || (phase === "enter" && row.cache === undefined);
}

/** The whole of the hook that a download stands in. */
function hookOf(
  module: ModuleFacts,
  { scope }: Draft,
  blocks: readonly BlockTrace[],
): BlockTrace | undefined {
  const whole = module.functions[scope]?.body.range;
  return blocks.find(
    (block) => block.phase === "enter" && block.own && block.module === module && block.range === whole,
  );
}

function bodyOf(walk: Walk, { file, function: scope }: FunctionRef, blocks: readonly BlockTrace[]): Body {
  const own = blocks.filter(
    (block) => block.own && block.phase === "body" && block.scope === scope && block.module.path === file,
  );
  return { file, module: walk.view.module(file), scope, blocks: own };
}

/** A group by places in its phase's list instead of ids. */
function indexed(group: OverlapGroup, index: ReadonlyMap<number, number>): readonly OverlapGroup[] {
  const kept = group.items
    .map((id, at) => ({ item: index.get(id), place: group.placeOf[at] ?? 0 }))
    .filter((each) => each.item !== undefined);
  const items = kept.map((each) => each.item).filter((item) => item !== undefined);
  const placeOf = kept.map((each) => each.place);
  return new Set(placeOf).size > 1 ? [{ ...group, items, placeOf }] : [];
}
