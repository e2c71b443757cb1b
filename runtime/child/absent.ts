// Stands in for packages that are not here yet while a program is asked what it defines: its image may bring them.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { isNotFound, isOfProject, packageOf } from "./packages.ts";

const ADDRESS = "coldstart-absent:";
const ABSENT = Symbol.for("coldstart.absent");

/** For code of the project alone: packages that try for others are to see what is there. */
export function provideAbsent(): void {
  Object.defineProperty(globalThis, ABSENT, { value: absent, enumerable: false });
  let made = 0;
  const sources = new Map<string, string>();
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const parent = context.parentURL ?? "";
        if (packageOf(specifier) === undefined || !isOfProject(parent) || !isNotFound(error)) throw error;
        const isRequired = context.conditions.includes("require");
        const url = `${ADDRESS}${++made}`;
        sources.set(url, isRequired ? COMMONJS : moduleOf(namesOf(parent, specifier)));
        return { url, format: isRequired ? "commonjs" : "module", shortCircuit: true };
      }
    },
    load(url, context, next) {
      const source = sources.get(url);
      if (source === undefined) return next(url, context);
      return { format: source === COMMONJS ? "commonjs" : "module", source, shortCircuit: true };
    },
  });
}

const IT = 'globalThis[Symbol.for("coldstart.absent")]';
const COMMONJS = `module.exports = ${IT};`;

function moduleOf(names: readonly string[]): string {
  const named = names.filter((name) => name !== "default").map((name) => `it as ${name}`);
  return `const it = ${IT}; export { ${["it as default", ...named].join(", ")} };`;
}

/** Names that a file takes from a package; more than those do no harm. */
function namesOf(parent: string, specifier: string): readonly string[] {
  const text = readFileSync(fileURLToPath(parent.replace(/[?#].*/, "")), "utf8");
  const from = specifier.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  const lists = text.matchAll(new RegExp(`\\{([^{}]*)\\}\\s*from\\s*["']${from}["']`, "g"));
  const named = [...lists].flatMap(([, list = ""]) => list.replace(/\/\/.*|\/\*.*?\*\//g, "").split(","));
  const names = named.flatMap((name) => /^\s*(?:type\s+)?([\w$]+)/.exec(name)?.[1] ?? []);
  const spaces = text.matchAll(new RegExp(`\\*\\s*as\\s+([\\w$]+)\\s+from\\s*["']${from}["']`, "g"));
  for (const [, space = ""] of spaces) {
    const uses = text.matchAll(
      new RegExp(`(?<![\\w$.])${space.replaceAll("$", "\\$")}\\s*\\??\\.\\s*([\\w$]+)`, "g"),
    );
    names.push(...[...uses].flatMap(([, name]) => name ?? []));
  }
  return [...new Set(names)];
}

/** Takes whatever is done to it, and comes to nothing. */
const absent: unknown = new Proxy(function absent() {}, {
  get(target, key) {
    // No promise, no text, and nothing to go through.
    if (key === "then") return undefined;
    if (key === "prototype") return target.prototype;
    if (key === Symbol.toPrimitive) return () => "";
    if (key === Symbol.iterator) return () => [][Symbol.iterator]();
    // Marks of definitions are symbols, and it is none.
    return typeof key === "symbol" ? undefined : absent;
  },
  apply: () => absent,
  construct: (_, args, made) => Reflect.construct(Object, args.slice(0, 0), made) as object,
});
