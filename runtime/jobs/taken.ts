// Files of this computer that the images of an app have taken in, so that a served app notices when they change.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AppDescription, FunctionDescription, ImageStep } from "../child/description.ts";
import { digestsOf } from "../image/inputs.ts";
import { contentKey } from "../image/store.ts";
import { LEFT_OUT } from "./files.ts";
import { findLocal } from "./locals.ts";
import { isPath } from "./pip.ts";
import type { Session } from "./session.ts";

export interface Taken {
  /** Changes with the content of what was taken in, and with nothing else. */
  readonly content: string;
  /** Whether the content may have changed since this was made; cheap. */
  isTouched(): boolean;
  /** Paths whose folders are to be watched. */
  watched(): readonly string[];
}

/** Stands for whatever a folder holds. */
const ANY = "*";

interface Place {
  readonly path: string;
  /** Below the path. */
  readonly ignore: ReadonlySet<string>;
}

export async function takenBy(session: Session, { functions, local = [] }: AppDescription): Promise<Taken> {
  const places = new Map<string, Place>();
  const add = (path: string, ignore: readonly string[] = []) => {
    const place = { path, ignore: new Set(ignore.map((each) => join(path, each))) };
    places.set([path, ...ignore].join("\n"), place);
  };
  for (const path of local) add(path);
  for (const each of functions) {
    for (const step of each.image?.steps ?? []) {
      for (const [path, ignore] of pathsOf(step)) {
        const found = findIn(session, each, path);
        if (found !== undefined) add(found, ignore);
      }
    }
  }
  const all = [...places.values()];
  const signature = () => JSON.stringify(all.map(signatureOf));
  // Before the content is read: what changes meanwhile is seen afterwards.
  const seen = signature();
  const parts = await Promise.all(all.map(({ path, ignore }) => digestsOf(path, path, LEFT_OUT, ignore)));
  return {
    content: contentKey(JSON.stringify(parts)),
    isTouched: () => signature() !== seen,
    watched: () => all.flatMap(({ path }) => [path, ...foldersBelow(path).map((each) => join(each, ANY))]),
  };
}

function pathsOf(step: ImageStep): readonly (readonly [path: string, ignore?: readonly string[]])[] {
  if (step.kind === "addLocal") return [[step.local, step.ignore ?? []]];
  if (step.kind !== "pipInstall") return [];
  const projects = (step.projects ?? []).flatMap(({ file, lock }) => [file, ...(lock ? [lock] : [])]);
  return [...(step.files ?? []), ...projects, ...step.packages.filter(isPath)].map((path) => [path]);
}

/** What is not there is told of when the image is built. */
function findIn(session: Session, target: FunctionDescription, path: string): string | undefined {
  try {
    return findLocal(path, { session, target }, "");
  } catch {
    return undefined;
  }
}

function signatureOf({ path, ignore }: Place): readonly string[] {
  const signature: string[] = [];
  const visit = (at: string): void => {
    if (ignore.has(at)) return;
    const stat = statSync(at, { throwIfNoEntry: false });
    signature.push(`${at} ${stat?.isDirectory() ? "" : `${stat?.size} ${stat?.mtimeMs} ${stat?.mode}`}`);
    if (stat?.isDirectory()) for (const name of namesIn(at)) visit(join(at, name));
  };
  visit(path);
  return signature;
}

/** A folder and all within. */
function foldersBelow(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return [path, ...namesIn(path).flatMap((name) => foldersBelow(join(path, name)))];
}

function namesIn(folder: string): readonly string[] {
  const left: readonly string[] = LEFT_OUT;
  return readdirSync(folder)
    .filter((name) => !left.includes(name))
    .sort();
}
