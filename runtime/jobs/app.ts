// One version of a served app: what its file defines, and its images, all built before the first container boots.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { FunctionDescription } from "../child/description.ts";
import { usageError } from "../errors.ts";
import type { ServeJob, Variant } from "../options.ts";
import { describeApp } from "./describe.ts";
import { type Images, openImages } from "./images.ts";
import type { Session } from "./session.ts";
import { type Taken, takenBy } from "./taken.ts";

export interface App {
  readonly functions: readonly FunctionDescription[];
  /** Plain handlers among them, by name: they answer requests as a function URL does. */
  readonly handlers: ReadonlySet<string>;
  /** Project files that it is made of. */
  readonly sources: readonly string[];
  readonly hash: string;
  /** Files of this computer in its images. */
  readonly taken: Taken;
  readonly images: Images;
  /** What its containers are made from. */
  readonly variant: Omit<Variant, "function">;
  /** From now on its containers get the texts that it was loaded with, whatever becomes of its files. */
  pin(): void;
}

/** What plain handlers get, whose platform keeps its settings elsewhere; seconds. */
const PLAIN = { build: false, timeout: 300, keepWarm: 0, containerIdleTimeout: 60 };

export async function loadApp(session: Session, job: ServeJob): Promise<App> {
  // Its own ones: the same steps may stand for other files than before.
  const images = await openImages(session);
  const variant: { -readonly [Key in keyof App["variant"]]: App["variant"][Key] } = { ...job.variant };
  const { program } = await session.target(variant, "", false);
  const texts = Object.fromEntries(program.sources.map((file) => [file, readFileSync(file, "utf8")]));
  const described = await describeApp(session, variant);
  const taken = await takenBy(session, described);
  const known = new Set(described.functions.map(({ name }) => name));
  const plain = job.handlers
    .filter((name) => !known.has(name))
    .map((name) => ({ file: program.entry, name, settings: PLAIN, builds: [], generator: false }));
  const functions = [...described.functions, ...plain];
  if (functions.length === 0) {
    const message = `${relative(session.options.root, program.entry)} defines no function of an app and exports no handler, so there is nothing to serve; name the file that does`;
    throw usageError("NothingToServeError", message);
  }
  for (const description of functions) {
    const { file, name } = description;
    const target = await session.target({ ...variant, file }, name, false);
    await images.imageOf(target, description);
  }
  return {
    functions,
    handlers: new Set(plain.map(({ name }) => name)),
    sources: program.sources,
    hash: program.hash,
    taken,
    images,
    variant,
    pin() {
      variant.overlay ??= texts;
    },
  };
}
