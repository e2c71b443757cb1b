// Adds what moves into the build to a class:  @build() async fetch() { await download(url, path); }
import type { Spelling } from "../../../facts/function.ts";
import { ts } from "../compiler.ts";
import {
  addMethod,
  classOf,
  decoratorOf,
  freeMember,
  memberNames,
  methodsUnder,
  swapDecorator,
} from "./class.ts";
import { type Draft, ownDescendants } from "./draft.ts";
import { extendHook } from "./extend.ts";
import { type Moved, textsOf } from "./moved.ts";
import { declaredNames, namesIn } from "./names.ts";

/** @param call The call that the statements have become, where several share them. */
export function addBuildMethod(
  draft: Draft,
  owner: ts.ClassDeclaration,
  decorator: string,
  moved: Moved,
  call: string | undefined,
): boolean {
  const taken = memberNames(draft, owner);
  if (!taken) return false;
  const lines = (indent: string) => (call === undefined ? textsOf(draft, moved, indent) : [call]);
  const last = methodsUnder(draft, owner, decorator).at(-1);
  const addition = {
    lines,
    names: [],
    declares: call === undefined ? moved.statements.flatMap(declaredNames) : [],
    uses: [],
    mentions: new Set(moved.statements.flatMap((statement) => [...namesIn(statement)])),
    isAsync: moved.isAsync,
  };
  if (last && extendHook(draft, last, addition)) return true;
  const name = freeMember(["fetch", "download", "build"], taken);
  return addMethod(draft, owner, { decorator, name, isAsync: moved.isAsync, lines }, last);
}

/** The classes of spellings, each once; undefined where one has no class. */
export function classesOf(
  draft: Draft,
  spellings: readonly Spelling[],
): readonly ts.ClassDeclaration[] | undefined {
  const classes = spellings.map((spelling) => classOf(draft, spelling));
  const known = classes.filter((each) => each !== undefined);
  return known.length < classes.length ? undefined : [...new Set(known)];
}

/** A hook that does nothing else belongs to the build as it stands: its decorator changes. */
export function turnIntoBuild(
  draft: Draft,
  owner: ts.ClassDeclaration,
  enter: Spelling["enter"],
  decorator: string,
  { statements }: Moved,
): boolean {
  if (enter.kind !== "method") return false;
  const whole = methodsUnder(draft, owner, enter.decorator).find(
    ({ body }) =>
      body?.statements.length === statements.length &&
      statements.every((each, index) => body.statements[index] === each),
  );
  const mark = whole && decoratorOf(draft, whole, enter.decorator);
  return mark !== undefined && swapDecorator(draft, mark, decorator);
}

/** Whether the statements work on the class's object: they can't stand in a function of the module then. */
export function usesThis({ statements }: Moved): boolean {
  return statements.some((statement) =>
    ownDescendants(statement).some(({ kind }) => kind === ts.SyntaxKind.ThisKeyword),
  );
}
