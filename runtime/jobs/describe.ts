// What a program defines: its module is run once in a container of its own, as a deployment runs it on the developer's computer.
import { relative } from "node:path";
import type { AppDescription, FunctionDescription } from "../child/description.ts";
import { cancelledError, toRunError } from "../errors.ts";
import { contentKey, openStore, type Store } from "../image/store.ts";
import type { Variant } from "../options.ts";
import type { Session, Target } from "./session.ts";

export async function describeApp(
  session: Session,
  variant: Omit<Variant, "function">,
): Promise<AppDescription> {
  const target = await session.target(variant, "", false);
  // Nobody waits for its events: it is no container of a function.
  const container = session.start(await session.prepare(target, { mode: "describe", emit: () => undefined }));
  try {
    const app = await container.described;
    await container.stop();
    keptApps(session).put(keyOf(session, target), app);
    return app;
  } catch (error) {
    await container.kill();
    throw error;
  }
}

/** The same for whoever asks about one function after another: answers are kept by content, in the cache as well. */
export function describer(session: Session): (target: Target) => Promise<FunctionDescription | undefined> {
  const store = keptApps(session);
  const known = new Map<string, Promise<AppDescription | undefined>>();
  return async (target) => {
    const key = keyOf(session, target);
    const app =
      known.get(key) ??
      ask(session, store, key, target)
        // It fails in the function's container as well, where what came before is told, too.
        .catch((error: unknown): AppDescription | undefined => {
          if (session.signal.aborted) throw cancelledError();
          const { name, message } = toRunError(error);
          const what = session.label({ file: target.file, name: "" });
          session.note(
            `what images ${what} has is not known, since it fails when it is asked: ${name}: ${message}`,
          );
          return undefined;
        });
    known.set(key, app);
    return find(await app, target);
  };
}

async function ask(
  session: Session,
  store: Store,
  key: string,
  { variant }: Target,
): Promise<AppDescription> {
  let isNew = false;
  const app = await store.value(key, () => {
    isNew = true;
    return describeApp(session, variant);
  });
  return app.local && !isNew ? describeApp(session, variant) : app;
}

const keptApps = ({ options }: Session): Store => openStore(`${options.cache}/apps`);

function keyOf({ options, boxes }: Session, { program, file, interpreter }: Target): string {
  const env = Object.entries(options.env).sort(([a], [b]) => (a < b ? -1 : 1));
  return contentKey(
    ...["app", program.hash, relative(options.root, file), JSON.stringify(env)],
    ...[interpreter.path, interpreter.version, boxes.isolation],
  );
}

/** Classes may be given values: `Model(size="large").describe`. */
function find(app: AppDescription | undefined, { name, file }: Target): FunctionDescription | undefined {
  const bare = name.replace(/\(.*\)/s, "");
  const named = app?.functions.filter((each) => each.name === bare) ?? [];
  return named.find((each) => each.file === file) ?? named[0];
}
