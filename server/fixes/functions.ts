// The functions of a file by what fixes ask for, looked up once: a file may have thousands of them, and of findings.
import type { FunctionFacts, Phase, Place } from "../facts/function.ts";

interface Index {
  readonly byName: ReadonlyMap<string, FunctionFacts>;
  readonly byHandler: ReadonlyMap<number | undefined, readonly FunctionFacts[]>;
  /** Phase and place of work → functions that do it there. */
  readonly byWork: ReadonlyMap<string, readonly FunctionFacts[]>;
}

const known = new WeakMap<readonly FunctionFacts[], Index>();

export function indexOf(functions: readonly FunctionFacts[]): Index {
  const found = known.get(functions) ?? {
    // Of several under one name the first counts.
    byName: new Map(functions.toReversed().map((each) => [each.name, each])),
    byHandler: Map.groupBy(functions, (each) => each.spelling.definition?.handler),
    byWork: byWork(functions),
  };
  known.set(functions, found);
  return found;
}

export function workKey(phase: Phase, { file, range }: Place): string {
  return `${phase} ${file} ${range.start} ${range.end}`;
}

function byWork(functions: readonly FunctionFacts[]): Index["byWork"] {
  const found = new Map<string, FunctionFacts[]>();
  for (const each of functions) {
    for (const { phase, place } of [...each.work.build, ...each.work.enter, ...each.work.body]) {
      const key = workKey(phase, place);
      const owners = found.get(key);
      if (!owners) found.set(key, [each]);
      else if (owners.at(-1) !== each) owners.push(each);
    }
  }
  return found;
}
