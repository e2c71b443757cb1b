// Says which function, and which of its phases, a name that Modal has replaced stands in.
import type { Outdated, Phase } from "../../facts/function.ts";
import type { ModuleFacts, Range } from "../../facts/module.ts";
import type { PlatformFunction } from "../../facts/project.ts";

/** A function and the whole definition that it belongs to: its own, or that of its class. */
export interface Home {
  readonly function: PlatformFunction;
  readonly around: Range;
}

/**
 * Functions with those of the file's outdated names that stand in them: in their definition, or in the class that they
 * are methods of. The first function speaks for what stands elsewhere, at module scope or in helpers.
 */
export function withOutdated(
  module: ModuleFacts,
  homes: readonly Home[],
  outdated: readonly Outdated[],
): readonly PlatformFunction[] {
  const owned = new Map<PlatformFunction, Outdated[]>();
  for (const each of outdated) {
    const owner = ownerOf(module, homes, each.range) ?? homes[0]?.function;
    if (!owner) continue;
    const phase = phaseOf(module, owner, each.range);
    const placed = phase === undefined ? each : { ...each, phase };
    owned.set(owner, [...(owned.get(owner) ?? []), placed]);
  }
  return homes.map(({ function: own }) => {
    const here = owned.get(own);
    return here ? { ...own, outdated: [...here, ...(own.outdated ?? [])] } : own;
  });
}

function ownerOf(module: ModuleFacts, homes: readonly Home[], range: Range): PlatformFunction | undefined {
  const near = homes.filter(({ around }) => contains(around, range)).map((home) => home.function);
  return (
    near.find((each) => contains(each.range, range)) ??
    near.find((each) => phaseOf(module, each, range) !== undefined) ??
    near[0]
  );
}

/** The phase whose code a place stands in; undefined for decorators and all else that runs at import. */
function phaseOf(module: ModuleFacts, { phases }: PlatformFunction, range: Range): Phase | undefined {
  const all = ["build", "enter", "body"] as const;
  return all.find((phase) =>
    phases[phase].some((ref) => {
      const body = ref.file === module.path ? module.functions[ref.function]?.body.range : undefined;
      return body !== undefined && contains(body, range);
    }),
  );
}

function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
