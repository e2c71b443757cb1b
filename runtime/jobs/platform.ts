// The platform of a session: versions of a program whose functions run in containers of this computer.
import { randomBytes } from "node:crypto";
import type { FunctionDescription } from "../child/messages.ts";
import type { Variant } from "../options.ts";
import { createPlatform, type Platform, type Version } from "../pool/platform.ts";
import type { Clock } from "../pool/pool.ts";
import { definedName, type FunctionName } from "../pool/pools.ts";
import { now } from "../trace/clock.ts";
import { createAhead, type Make } from "./ahead.ts";
import type { Images } from "./images.ts";
import type { Session } from "./session.ts";

const clock: Clock = {
  now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Nothing runs on it before a version is deployed. */
export function openPlatform(session: Session): Platform {
  const run = randomBytes(6).toString("hex");
  let calls = 0;
  return createPlatform({
    clock,
    newInput: session.newInput,
    newCall: () => `fc-${run}-${++calls}`,
    emit: (event) => session.emit(event),
    trouble: (called, text) => session.note(`${session.label(called)} ${text}`),
  });
}

/** A program as it stands, and what it defines where that is known. */
export function versionOf(
  session: Session,
  images: Images,
  variant: Omit<Variant, "function">,
  functions: readonly FunctionDescription[] = [],
): Version {
  const ahead = createAhead();

  async function needs({ file, name }: FunctionName, startupTimeout: number | undefined) {
    const target = await session.target({ ...variant, file }, name, false);
    const description = functions.find((each) => each.file === file && each.name === definedName(name));
    const image = await images.imageOf(target, description);
    const make: Make = (requests) =>
      session.prepare(target, {
        mode: "serve",
        image,
        requests,
        http: description?.web !== undefined,
        ...(startupTimeout === undefined ? {} : { bootTimeout: startupTimeout * 1000 }),
      });
    const basis = { program: target.program.hash, texts: variant.overlay, image };
    return { key: `${file}::${name}`, basis, make };
  }

  return {
    functions,
    about: (called, { app }) => ({
      function: session.label(called),
      ...(app === undefined ? {} : { app }),
    }),
    open() {
      for (const { file, name, settings, parameters } of functions) {
        if (settings.keepWarm > 0 || parameters?.length) continue;
        // What goes wrong is told to the first input, which asks for the same.
        needs({ file, name }, settings.startupTimeout).then(
          ({ key, basis, make }) => ahead.fill(key, basis, make),
          () => undefined,
        );
      }
    },
    async prepare(called, { startupTimeout }, requests) {
      const { key, basis, make } = await needs(called, startupTimeout);
      const prepared = await ahead.take(key, basis, make, requests);
      return {
        ...prepared,
        start() {
          const container = session.start(prepared);
          container.ready.then(
            () => ahead.fill(key, basis, make),
            () => undefined,
          );
          return container;
        },
      };
    },
    close: ahead.close,
  };
}
