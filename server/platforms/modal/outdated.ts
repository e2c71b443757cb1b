// Names that Modal has replaced, wherever a file uses them: decorators, `Stub`, steps of images, methods of functions.
import type { Outdated, OutdatedChange } from "../../facts/function.ts";
import type { ModuleFacts, Range, Value } from "../../facts/module.ts";
import type { Questions } from "../../facts/project.ts";
import { type CallValue, type ClassStatement, marksOf } from "../definitions.ts";
import { isAppMark } from "./definitions.ts";
import { retiredCall } from "./retired.ts";
import { textOf } from "./text.ts";

type IsInUse = (version: string) => boolean;

interface Renamed {
  readonly to: string;
  readonly since: string;
  readonly ended: string;
}

/** Source: modal 1.6.4 (`__init__.py`, `_partial_function.py`) and the "Modal 1.0 migration guide". */
const names: Readonly<Record<string, Renamed>> = {
  "modal.Stub": { to: "App", since: "0.62", ended: "1.0.0" },
  "modal.web_endpoint": { to: "fastapi_endpoint", since: "0.73.82", ended: "1.4.0" },
};

const copies = new Set(["copy_local_file", "copy_local_dir"]);

export function outdatedNames(module: ModuleFacts, ask: Questions, isInUse: IsInUse): readonly Outdated[] {
  const found: Outdated[] = [];
  const ended = (version: string) => (isInUse(version) ? { ended: version } : {});
  ask.eachValue(module, (value) => {
    const name = value.kind === "name" || value.kind === "member" ? ask.qualify(module, value) : undefined;
    const own = name !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
    if (own && isInUse(own.since) && isWritten(module, value, name ?? "")) {
      const change = renamed(module, value, own.to, ask);
      const instead = `modal.${own.to}`;
      found.push({
        range: value.range,
        name: name ?? "",
        instead,
        ...ended(own.ended),
        ...(change && { change }),
      });
    }
    if (name === "modal.build" && isInUse("0.72.17")) {
      found.push({
        range: value.range,
        name,
        instead: "Image.run_function",
        ...ended("1.1.0"),
        note: "Fetch files in a function that the image runs, or keep them on a `modal.Volume`.",
      });
    }
    if (value.kind === "call") {
      found.push(...outdatedCall(module, value, ask, isInUse), ...retiredCall(module, value, ask, isInUse));
    }
  });
  return found;
}

/** Whether the expression is itself how the name is written, not something that was set to it. */
function isWritten(module: ModuleFacts, value: Value, name: string): boolean {
  if (value.kind === "member") return `modal.${value.property}` === name;
  if (value.kind !== "name" || value.binding === undefined) return false;
  return module.imports.some((each) => each.binding === value.binding && each.specifier === "modal");
}

function renamed(module: ModuleFacts, value: Value, to: string, ask: Questions): OutdatedChange | undefined {
  if (value.kind === "member") {
    const { end } = value.range;
    const range = { start: end - (value.property ?? "").length, end };
    return { kind: "replace", parts: [{ range, text: to }] };
  }
  if (value.kind !== "name" || value.binding === undefined) return undefined;
  const { binding } = value;
  const own = module.imports.find((each) => each.binding === binding);
  const declared = module.bindings[binding];
  if (!own || !declared || own.imported !== declared.name) return undefined;
  // Another name of the file may be the new one already.
  if (module.bindings.some((each) => each.name === to)) return undefined;
  const uses = new Map<number, Range>([[declared.range.start, declared.range]]);
  ask.eachValue(module, (each) => {
    if (each.kind === "name" && each.binding === binding) uses.set(each.range.start, each.range);
  });
  return { kind: "replace", parts: [...uses.values()].map((range) => ({ range, text: to })) };
}

function outdatedCall(
  module: ModuleFacts,
  call: CallValue,
  ask: Questions,
  isInUse: IsInUse,
): readonly Outdated[] {
  const { callee, args } = call;
  if (callee.kind !== "member" || callee.property === undefined) return [];
  const { property } = callee;
  const { end } = callee.range;
  const range = { start: end - property.length, end };
  if (property === "keep_warm" && isInUse("0.74.46") && isFunction(module, callee.object, ask)) {
    const to = isInUse("1.6.0") && !isInUse(NEWEST) ? "autoscaler.update" : "update_autoscaler";
    const [count] = args;
    const own = count ?? call.named?.find((each) => each.name === "warm_pool_size")?.value;
    const keyword = call.named?.find((each) => each.value === own)?.range ?? own?.range;
    const parts = [
      { range, text: to },
      ...(keyword && own
        ? [{ range: { start: keyword.start, end: own.range.start }, text: "min_containers=" }]
        : []),
    ];
    // A method has no pool of its own: the instance has.
    const isMethod = callee.object.kind === "member";
    const change = own && !isMethod ? { change: { kind: "replace", parts } as const } : {};
    return [
      {
        range,
        name: "keep_warm",
        instead: `${to}(min_containers=…)`,
        ...(isInUse("1.4.0") && { ended: "1.4.0" }),
        ...change,
      },
    ];
  }
  if (copies.has(property) && isInUse("0.72.11") && ask.qualify(module, callee)?.startsWith("modal.Image.")) {
    const to = property.replace("copy_", "add_");
    const [, remote] = args;
    const last = args.at(-1);
    const isPlain =
      !call.named && args.length === 2 && remote && textOf(module, remote, ask)?.startsWith("/");
    const parts = [
      { range, text: to },
      { range: { start: last?.range.end ?? 0, end: last?.range.end ?? 0 }, text: ", copy=True" },
    ];
    return [
      {
        range,
        name: property,
        instead: `${to}(…, copy=True)`,
        ...(isInUse("1.1.0") && { ended: "1.1.0" }),
        ...(isPlain && { change: { kind: "replace", parts } as const }),
      },
    ];
  }
  return [];
}

/** Above all versions: nothing says which one is in use. */
export const NEWEST = "99999";

function isFunction(module: ModuleFacts, object: Value, ask: Questions): boolean {
  const found = ask.functionOf(module, object);
  if (found) {
    const decorators = found.file === module.path ? module.functions[found.function]?.decorators : undefined;
    // Of another file only the name is known, and that is one of Modal's.
    return (
      found.file !== module.path ||
      marksOf(module, decorators, ask).some((mark) => isAppMark(mark, "function"))
    );
  }
  if (object.kind === "member") return isFunction(module, object.object, ask);
  const owner = object.kind === "call" ? ask.classOf(module, object.callee) : undefined;
  if (owner) return marksOf(owner.module, owner.class.decorators, ask).some((mark) => isAppMark(mark, "cls"));
  return /^modal\.(Function|Cls)\b/.test(ask.qualify(module, object) ?? "");
}

/** A constructor with arguments: `modal.parameter()` took its place. */
export function outdatedConstructor(
  module: ModuleFacts,
  owner: ClassStatement,
  isInUse: IsInUse,
): readonly Outdated[] {
  if (!isInUse("0.74.0")) return [];
  return owner.members.flatMap((member): readonly Outdated[] => {
    const definition = member.kind === "function" ? module.functions[member.function] : undefined;
    if (definition?.kind !== "constructor" || definition.parameters.length === 0 || !definition.nameRange)
      return [];
    return [
      {
        range: definition.nameRange,
        name: "__init__",
        instead: "modal.parameter()",
        change: { kind: "parameters", definition: definition.range, declares: "modal.parameter" },
        note: "Declare each argument as an attribute of the class, and set the rest up in a `@modal.enter` method.",
      },
    ];
  });
}
