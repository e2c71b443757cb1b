// The platform of a session: versions of a program whose functions run in containers of this computer.
import { randomBytes } from "node:crypto";
import type { FunctionDescription, FunctionSettings } from "../child/description.ts";
import type { Variant } from "../options.ts";
import { classOf, definedName, type FunctionName, poolName } from "../pool/names.ts";
import { createPlatform, type Platform, type Version } from "../pool/platform.ts";
import type { Clock } from "../pool/pool.ts";
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

/**
 * Nothing runs on it before a version is deployed.
 * @param trouble Told, beside whoever reads the notes, of what ails a function or a class, by its label.
 */
export function openPlatform(session: Session, trouble?: (label: string, text: string) => void): Platform {
  const run = randomBytes(6).toString("hex");
  let calls = 0;
  return createPlatform({
    clock,
    newInput: session.newInput,
    newCall: () => `fc-${run}-${++calls}`,
    emit: (event) => session.emit(event),
    trouble(called, text) {
      const label = session.label(called);
      session.note(`${label} ${text}`);
      trouble?.(label, text);
    },
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

  const described = ({ file, name }: FunctionName) =>
    functions.find((each) => each.file === file && each.name === definedName(name));

  /** All that one container answers. */
  const sharing = ({ file, name }: FunctionName, settings: FunctionSettings) => {
    const owner = poolName(definedName(name), settings);
    return functions.filter((each) => each.file === file && poolName(each.name, each.settings) === owner);
  };

  async function needs(called: FunctionName, settings: FunctionSettings) {
    const { file, name } = called;
    const { startupTimeout, method } = settings;
    const owner = poolName(name, settings);
    const target = await session.target({ ...variant, file }, name, false);
    const image = await images.imageOf(target, described(called));
    const make: Make = (requests) =>
      session.prepare(target, {
        mode: "serve",
        image,
        requests,
        http: sharing(called, settings).some(({ web }) => web !== undefined),
        ...(method === undefined ? {} : { class: owner }),
        ...(startupTimeout === undefined ? {} : { bootTimeout: startupTimeout * 1000 }),
      });
    const basis = { program: target.program.hash, texts: variant.overlay, image };
    return { key: `${file}::${owner}`, basis, make };
  }

  return {
    functions,
    about(called, settings) {
      const owner = classOf(called, settings);
      return {
        function: session.label(called),
        ...(owner && { class: session.label(owner) }),
        ...(settings.app === undefined ? {} : { app: settings.app }),
      };
    },
    open() {
      for (const { file, name, settings, parameters } of functions) {
        if (settings.keepWarm > 0 || parameters?.length) continue;
        // What goes wrong is told to the first input, which asks for the same.
        needs({ file, name }, settings).then(
          ({ key, basis, make }) => ahead.fill(key, basis, make),
          () => undefined,
        );
      }
    },
    async prepare(called, settings, requests) {
      const { key, basis, make } = await needs(called, settings);
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
