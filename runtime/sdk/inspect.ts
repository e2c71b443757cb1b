// What can be seen of a class without making an object: which methods are marked, and what its constructor takes.
import { MARK, type Mark } from "./definition.ts";
import { DecoratorError } from "./errors.ts";
import { fresh, markOf, ownMethod } from "./marks.ts";

// biome-ignore lint/suspicious/noExplicitAny: constructors of all classes
export type Class = new (...args: any) => object;

/** Classes behind those that keep what they are given. */
const originals = new WeakMap<object, Class>();

/** The class and those that it is derived from, bases first. */
function chainOf(target: Class): readonly Class[] {
  const chain: Class[] = [];
  for (let at: unknown = target; typeof at === "function" && at !== Function.prototype; ) {
    const own = originals.get(at) ?? (at as Class);
    chain.unshift(own);
    at = Object.getPrototypeOf(own);
  }
  return chain;
}

/** Marked methods by name, in order of definition, those of bases first. */
export function marksOf(target: Class, where: string): ReadonlyMap<string, Mark> {
  const chain = chainOf(target);
  adopt(target);
  const marks = new Map<string, Mark>();
  for (const each of chain) {
    for (const [name, { value }] of Object.entries(
      Object.getOwnPropertyDescriptors(each.prototype as object),
    )) {
      const mark = markOf(value);
      const known = marks.get(name);
      if (mark && known && mark.kind !== known.kind) {
        throw new DecoratorError(
          `${where}: ${name} is for ${mark.kind} here and for ${known.kind} in a class that this one is derived from; give one of them another name`,
        );
      }
      if (mark) marks.set(name, mark);
    }
  }
  return marks;
}

/** Other decorators may have wrapped a method of the class that was marked: then the wrapper is what runs. */
function adopt(target: Class): void {
  const all = fresh.splice(0);
  // Those of the class itself are the last ones: what stands in a class is decorated before the class is.
  const foreign = all.findLastIndex(({ name }) => !Object.hasOwn(target.prototype as object, name));
  for (const { name, mark } of all.slice(foreign + 1)) {
    const own = ownMethod(target.prototype as object, name);
    if (own && !markOf(own)) Object.defineProperty(own, MARK, { value: mark, configurable: true });
  }
}

/** `wants`: a value without a default. */
export function takesArguments(target: Class): "nothing" | "may" | "wants" {
  for (const each of chainOf(target).toReversed()) {
    const text = Function.prototype.toString.call(each);
    // A derived class without a constructor of its own hands on what it is given.
    const hasOwn = /\bconstructor\s*\(/.test(text) || !/^class\b[^{]*\bextends\b/.test(text);
    if (!hasOwn) continue;
    if (each.length > 0) return "wants";
    return /\bconstructor\s*\(\s*[^)\s]/.test(text) ? "may" : "nothing";
  }
  return "nothing";
}

/** The same class, which remembers what its objects were made with. */
export function keepingArguments(target: Class, given: WeakMap<object, readonly unknown[]>): Class {
  const keeping = new Proxy(target, {
    construct(inner, args: readonly unknown[], newTarget) {
      const object = Reflect.construct(inner, [...args], newTarget) as object;
      // What a derived class hands on comes first; what it was given itself stays.
      given.set(object, args);
      return object;
    },
  });
  originals.set(keeping, target);
  return keeping;
}
