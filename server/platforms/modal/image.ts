// Reads what a definition says of its containers' disk: the image's chain of steps, its variables, mounted volumes.
import type { ModuleFacts, Range, Value } from "../../facts/module.ts";
import type { FunctionRef, Questions, Storage } from "../../facts/project.ts";
import type { CallValue } from "./definitions.ts";

export interface Image {
  /** Functions that the build runs. */
  readonly build: readonly FunctionRef[];
  readonly commands: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where further steps of the build can be added, in the file that asked. */
  readonly end?: Range;
}

const none: Image = { build: [], commands: [], environment: {} };

/** An image and all the steps that led to it. */
export function imageOf(module: ModuleFacts, value: Value | undefined, ask: Questions): Image {
  if (!value) return none;
  const build: FunctionRef[] = [];
  const commands: string[] = [];
  const environment: Record<string, string> = {};
  let end: Range | undefined;
  let at = ask.valueOf(module, value);
  for (let depth = 0; at?.value.kind === "call" && depth < 100; depth += 1) {
    const { callee, args } = at.value;
    if (callee.kind !== "member") break;
    const home: ModuleFacts = at.module;
    if (callee.property === "run_function") {
      const found = args[0] && ask.functionOf(home, args[0]);
      if (found) build.unshift(found);
    }
    if (callee.property === "run_commands" || callee.property === "dockerfile_commands") {
      commands.push(...args.flatMap((arg) => textsIn(home, arg, ask)));
    }
    if (callee.property === "env") {
      const variables = args[0] ?? named(at.value, "vars");
      for (const [key, text] of entriesOf(home, variables, ask)) environment[key] ??= text;
    }
    // What is added to the running container has to stay the last step.
    if (isMounted(at.value, ask, home)) end = undefined;
    else if (home === module) end ??= at.value.range;
    at = ask.valueOf(home, callee.object);
  }
  return { build, commands, environment, ...(end && { end }) };
}

function isMounted(call: CallValue, ask: Questions, module: ModuleFacts): boolean {
  const { callee } = call;
  if (callee.kind !== "member" || !/^add_local_/.test(callee.property ?? "")) return false;
  const copy = named(call, "copy");
  const value = copy && ask.valueOf(module, copy)?.value;
  return !(value?.kind === "literal" && value.value === true);
}

export function named(call: CallValue | undefined, name: string): Value | undefined {
  return call?.named?.find((each) => each.name === name)?.value;
}

/** Folders that volumes are mounted at. */
function mountsOf(module: ModuleFacts, value: Value | undefined, ask: Questions): readonly string[] {
  const found = value && ask.valueOf(module, value);
  if (found?.value.kind !== "object") return [];
  return found.value.entries.flatMap((entry) => {
    const path = entry.key ?? keyText(found.module, entry.value, ask);
    if (path !== undefined) return [path.replace(/^~(?=\/|$)/, "/root")];
    return entry.spread ? mountsOf(found.module, entry.value, ask) : [];
  });
}

/** The text of a computed key, which stands before the value. */
function keyText(module: ModuleFacts, value: Value, ask: Questions): string | undefined {
  const [key] = value.kind === "operation" && value.operator === "[]" ? value.operands : [];
  return key && textOf(module, key, ask);
}

function entriesOf(
  module: ModuleFacts,
  value: Value | undefined,
  ask: Questions,
): readonly (readonly [string, string])[] {
  const found = value && ask.valueOf(module, value);
  if (found?.value.kind !== "object") return [];
  return found.value.entries.flatMap((entry): readonly (readonly [string, string])[] => {
    if (entry.spread) return entriesOf(found.module, entry.value, ask);
    const isComputed = entry.key === undefined;
    const inner =
      isComputed && entry.value.kind === "operation"
        ? (entry.value.operands.at(-1) ?? entry.value)
        : entry.value;
    const key = entry.key ?? keyText(found.module, entry.value, ask);
    const text = textOf(found.module, inner, ask);
    return key === undefined || text === undefined ? [] : [[key, text]];
  });
}

function textsIn(module: ModuleFacts, value: Value, ask: Questions): readonly string[] {
  const found = ask.valueOf(module, value);
  if (found?.value.kind === "array")
    return found.value.items.flatMap((item) => textsIn(found.module, item, ask));
  const text = textOf(module, value, ask);
  return text === undefined ? [] : [text];
}

/** A constant text: names, f-strings, `Path("/a") / "b"`, `"a" + b`, `str(path)`. */
export function textOf(module: ModuleFacts, value: Value, ask: Questions, depth = 0): string | undefined {
  const found = depth < 12 ? ask.valueOf(module, value) : undefined;
  if (!found) return undefined;
  const inner = (part: Value) => textOf(found.module, part, ask, depth + 1);
  const joined = (parts: readonly (string | undefined)[], by: string) =>
    parts.includes(undefined) ? undefined : parts.join(by);
  const own = found.value;
  switch (own.kind) {
    case "literal":
      return typeof own.value === "string" || typeof own.value === "number" ? String(own.value) : undefined;
    case "template":
      return joined(
        own.parts.map((part) => (typeof part === "string" ? part : inner(part))),
        "",
      );
    case "operation":
      if (own.operator !== "+" && own.operator !== "/") return undefined;
      return joined(own.operands.map(inner), own.operator === "/" ? "/" : "");
    case "call": {
      const name = ask.qualify(found.module, own.callee) ?? "";
      if (/^(str|os\.fspath|pathlib\.(Pure(Posix)?)?(Posix)?Path|os\.path\.join)$/.test(name)) {
        return joined(own.args.map(inner), "/");
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

export function storageOf(module: ModuleFacts, image: Image, definition: CallValue, ask: Questions): Storage {
  const kept = ["volumes", "network_file_systems"].flatMap((name) =>
    mountsOf(module, named(definition, name), ask),
  );
  const own = Object.fromEntries(entriesOf(module, named(definition, "env"), ask));
  return {
    kept,
    environment: { ...image.environment, ...own },
    commands: image.commands,
    importsModule: image.build.some((ref) => ref.file === module.path),
  };
}
