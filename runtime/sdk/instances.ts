// Methods of objects as handles: `new Captioner().caption` can be called where it is, or in a container of its own.
import { CLASS, type ClassDefinition } from "./definition.ts";
import { DecoratorError } from "./errors.ts";
import { createHandle } from "./handle.ts";

type Method = (...inputs: readonly unknown[]) => unknown;

/** Gives an object its method as a handle. A call of it is the plain method, which a derived class may have overridden. */
export function attachHandle(object: object, name: string): void {
  const set = (value: unknown) =>
    Object.defineProperty(object, name, { value, writable: true, configurable: true });
  Object.defineProperty(object, name, {
    configurable: true,
    set,
    get() {
      const handle = handleOf(object, name);
      set(handle);
      return handle;
    },
  });
}

function handleOf(object: object, name: string): Method {
  const call: Method = (...inputs) => methodOf(object, name).apply(object, [...inputs]);
  Object.defineProperty(call, "name", { value: name });
  let handle: object | undefined;
  return new Proxy(call, {
    get(target, key) {
      if (Reflect.has(target, key)) return Reflect.get(target, key);
      const owner = classOf(object);
      if (owner) handle ??= createHandle(owner.bind(object, name));
      else if (typeof key === "string" && key !== "then" && key !== "toJSON")
        throw noClass(object, name, key);
      return handle && Reflect.get(handle, key);
    },
  });
}

/** What the class has under the name, not the object. */
export function methodOf(object: object, name: string): Method {
  return Reflect.get(Object.getPrototypeOf(object) as object, name) as Method;
}

/** The app's class that an object is made of itself: a class that is derived from one is another class. */
function classOf(object: object): ClassDefinition | undefined {
  const own = (Object.getPrototypeOf(object) as object).constructor;
  return Object.hasOwn(own, CLASS) ? (own as { [CLASS]?: ClassDefinition })[CLASS] : undefined;
}

function noClass(object: object, name: string, key: string): DecoratorError {
  const own = object.constructor.name;
  return new DecoratorError(`${own}.${name}.${key}: ${own} is no class of an app; write @app.cls() above it`);
}
