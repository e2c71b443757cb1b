// Notices which environment variables project code asks for in vain, without slowing down those that are there.

const asked = new Set<string>();
/** Those that nobody has been told of yet, with who asked. */
let fresh: { readonly name: string; readonly place: { readonly stack?: string } }[] = [];

/**
 * A miss on `process.env` looks at its prototype next, so a proxy standing there sees misses alone. The reader's
 * place is kept as an unformatted stack; formatting it waits until nobody is being timed.
 */
export function watchEnvironment(): void {
  const prototype = Object.getPrototypeOf(process.env) as object;
  const miss = (key: string | symbol) => {
    if (typeof key !== "string" || asked.has(key) || key in prototype) return;
    const { stackTraceLimit } = Error;
    const place: { stack?: string } = {};
    Error.stackTraceLimit = 2;
    Error.captureStackTrace(place, miss);
    Error.stackTraceLimit = stackTraceLimit;
    asked.add(key);
    fresh.push({ name: key, place });
  };
  Object.setPrototypeOf(
    process.env,
    new Proxy(prototype, {
      get(target, key, receiver) {
        miss(key);
        return Reflect.get(target, key, receiver);
      },
      has(target, key) {
        miss(key);
        return Reflect.has(target, key);
      },
    }),
  );
}

/** Names that code outside of `node_modules` and Node itself has missed since the last call. */
export function missingNames(): string[] {
  if (fresh.length === 0) return [];
  const seen = fresh;
  fresh = [];
  // First line of a stack: the trap of the proxy. Second: whoever read the variable.
  const isProject = (reader: string) => reader.includes("/") && !/node_modules|\bnode:/.test(reader);
  return seen.filter(({ place }) => isProject(place.stack?.split("\n").at(-1) ?? "")).map(({ name }) => name);
}
