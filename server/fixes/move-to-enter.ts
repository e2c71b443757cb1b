// Move work out of the body: it runs before the first input, in `enter` or at module scope.

import type { Change, Fix } from "../facts/finding.ts";
import type { FunctionFacts, Spelling, WorkItem } from "../facts/function.ts";
import { indexOf } from "./functions.ts";

export function moveToEnter(
  item: WorkItem,
  name: string,
  functions: readonly FunctionFacts[],
): readonly Fix[] {
  const facts = indexOf(functions).byName.get(name);
  const { movable } = item;
  if (!facts || !movable || movable.kind === "never") return [];
  const { spelling } = facts;
  // A handler that is shared, or stands elsewhere, can't be rewritten for one function.
  const handler = spelling.definition?.handler;
  const sharing = indexOf(functions).byHandler.get(handler) ?? [];
  if (handler === undefined || sharing.length > 1 || spelling.enter.kind === "none") return [];
  const { file } = item.place;
  const change: Change =
    movable.how === "run"
      ? { kind: "run-in-enter", file, run: movable.run, spelling }
      : { kind: "move-to-enter", file, statements: movable.statements, provides: movable.provides, spelling };
  const [to, at] = placeOf(spelling);
  const title =
    movable.how === "run"
      ? `Run \`${item.label}\` ${at}, before the first input`
      : `Move \`${item.label}\` ${to}, before the first input`;
  if (spelling.enter.kind === "class") {
    return [
      {
        title: `${title}: \`${name}\` becomes a class`,
        safety: "unsafe",
        why: "Its calls become those of a method, and its deployed name and URL change: what looks it up elsewhere has to follow.",
        change,
      },
    ];
  }
  return movable.kind === "unsafe"
    ? [{ title, safety: "unsafe", why: movable.why, change }]
    : [
        {
          title,
          safety: "safe",
          why: "A failure ends the start of the container instead of one input.",
          change,
        },
      ];
}

function placeOf({ enter }: Spelling): readonly [to: string, at: string] {
  switch (enter.kind) {
    case "option":
      return [`to \`${enter.option}\``, `in \`${enter.option}\``];
    case "method": {
      const name = enter.shown ?? enter.decorator;
      return [`to \`@${name}\``, `in \`@${name}\``];
    }
    case "class":
      return [`to \`@${enter.decorator}\``, `in \`@${enter.decorator}\``];
    default:
      return ["to module scope", "at module scope"];
  }
}
