// Move a download to the build phase: its files are then in the image of every container.
import type { Fix } from "../facts/finding.ts";
import type { FunctionFacts, Spelling, WorkItem } from "../facts/function.ts";
import { indexOf, workKey } from "./functions.ts";

/** @param functions All functions of the file: each one's containers may need the files. */
export function moveToBuild(item: WorkItem, functions: readonly FunctionFacts[]): readonly Fix[] {
  const { movable } = item;
  if (!movable || movable.kind === "never" || movable.how !== "statements") return [];
  const spellings = ownersOf(item, functions).map((each) => each.spelling);
  if (spellings.some((each) => each.build.kind === "none" || !each.definition)) return [];
  const { file } = item.place;
  const change = { kind: "move-to-build", file, statements: movable.statements, spellings } as const;
  const [build] = spellings.map((each) => each.build);
  const title = `Download it when the image is built, in \`${build ? placeOf(build) : "build"}\``;
  if (movable.kind === "unsafe") return [{ title, safety: "unsafe", why: movable.why, change }];
  if (spellings.some(lacksFiles)) return [{ title, safety: "unsafe", why: LACKS_FILES, change }];
  return item.dependsOn.environment
    ? [
        {
          title,
          safety: "safe",
          why: "The build needs the same environment variables as the containers.",
          change,
        },
      ]
    : [{ title, safety: "safe", change }];
}

export const LACKS_FILES =
  "The build needs the project's other files, too, copied into the image before this step.";

/** Whether a build step may not find what its file imports. */
export const lacksFiles = ({ build }: Spelling): boolean =>
  build.kind === "step" && build.needsFiles === true;

function placeOf(build: Spelling["build"]): string {
  if (build.kind === "method") return `@${build.shown}`;
  return build.kind === "step" ? build.method : "build";
}

/** Functions whose containers do the work: all of the file for module scope, those that share a hook. */
export function ownersOf(item: WorkItem, functions: readonly FunctionFacts[]): readonly FunctionFacts[] {
  if (item.phase === "global") return functions;
  return indexOf(functions).byWork.get(workKey(item.phase, item.place)) ?? [];
}
