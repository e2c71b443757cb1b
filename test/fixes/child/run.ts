// Runs one function of a program in this process, watched: its builds, or a start and two inputs. Says what came of it.
import { pathToFileURL } from "node:url";
import { FUNCTION, type FunctionDefinition } from "../../../runtime/sdk/definition.ts";
import { entries } from "./log.ts";
import { standForPackages, watchSystem } from "./surroundings.ts";

export interface Order {
  readonly file: string;
  readonly name: string;
  readonly inputs: readonly (readonly unknown[])[];
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly sdk: string;
  readonly phase: "build" | "call";
}

interface Handle {
  readonly [FUNCTION]?: FunctionDefinition;
  readonly local: (...input: readonly unknown[]) => unknown;
}

const order: Order = JSON.parse(process.argv[2] ?? "{}");
const print = process.stdout.write.bind(process.stdout);
standForPackages(order.packages, order.sdk);
watchSystem();
let outcome: object;
try {
  const value = await found(order.name);
  outcome = { ok: order.phase === "build" ? await build(value) : await call(value) };
} catch (error) {
  outcome = { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
print(JSON.stringify({ outcome, entries }));

async function found(name: string): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(order.file).href);
  const [owner = name, method] = name.split(".");
  if (method !== undefined) {
    const made = new (module[owner] as new () => Readonly<Record<string, unknown>>)();
    return made[method];
  }
  return module[name] ?? (module.default as Readonly<Record<string, unknown>> | undefined)?.[name];
}

async function build(value: unknown): Promise<boolean> {
  const hook = (value as Handle)[FUNCTION]?.options.build;
  await hook?.();
  return hook !== undefined;
}

async function call(value: unknown): Promise<readonly unknown[]> {
  const handle = value as Handle;
  const results: unknown[] = [];
  for (const input of order.inputs) {
    const result = (handle as Partial<Handle>)[FUNCTION]
      ? handle.local(...input)
      : (value as (...args: unknown[]) => unknown)(...input);
    results.push(await result);
  }
  return results;
}
