// Stands in for packages that are not installed: everything can be called, made and read, and says how it came about.
import { log } from "./log.ts";

/** A value whose text is the expression that it came from. */
export function standIn(path: string): unknown {
  const made = (args: readonly unknown[], prefix: string) => {
    const text = `${prefix}${path}(${args.map(textOf).join(", ")})`;
    log("call", text);
    // The content of an object of S3.
    if (path.endsWith(".transformToString")) return "[1, 2, 3]";
    return standIn(text);
  };
  return new Proxy(Made, {
    get(_target, key) {
      if (key === "then") return undefined;
      if (key === "toJSON" || key === Symbol.toPrimitive) return () => path;
      if (key === "prototype" || typeof key === "symbol") return undefined;
      return standIn(`${path}.${key}`);
    },
    apply: (_target, _self, args) => made(args, ""),
    construct: (_target, args) => made(args, "new ") as object,
  });
}

/** A wrapper of handlers that wraps nothing: what it is given has to run. */
export function middy(handler: (...args: unknown[]) => unknown): unknown {
  const wrapped = (...args: unknown[]) => handler(...args);
  return Object.assign(wrapped, { use: () => wrapped });
}

/** Can be called and made. */
function Made(): void {}

function textOf(value: unknown): string {
  const isPlain = typeof value === "function" && (value as { toJSON?: unknown }).toJSON === undefined;
  return isPlain ? "() => …" : (JSON.stringify(value) ?? "undefined");
}
