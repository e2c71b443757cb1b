// Names that Modal took away early: classes of GPUs, `lookup`, `persisted`, `call`, the hooks `__enter__` and `__exit__`.
import type { Outdated } from "../../facts/function.ts";
import type { ModuleFacts, Value } from "../../facts/module.ts";
import type { Questions } from "../../facts/project.ts";
import { type CallValue, type ClassStatement, marksOf } from "../definitions.ts";
import { isMark } from "./definitions.ts";

type IsInUse = (version: string) => boolean;

/** Sources: modal 1.0.0 to 1.6.4 (`gpu.py`, `_functions.py`, `cls.py`, `volume.py`), the "Modal 1.0 migration guide". */
export function retiredCall(
  module: ModuleFacts,
  call: CallValue,
  ask: Questions,
  isInUse: IsInUse,
): readonly Outdated[] {
  const { callee } = call;
  const name = ask.qualify(module, callee) ?? "";
  const [, gpu] = /^modal\.gpu\.(\w+)$/.exec(name) ?? [];
  if (gpu !== undefined && isInUse("0.73.31")) return [retiredGpu(call, name, gpu, isInUse)];
  if (callee.kind !== "member" || callee.property === undefined) return [];
  const { property } = callee;
  const { end } = callee.range;
  const range = { start: end - property.length, end };
  const renamed = { range, text: "from_name" };
  if (/^modal\.(Function|Cls|Volume|Secret|Dict|Queue)\.lookup$/.test(name) && isInUse("0.72.56")) {
    // What it takes besides the names, `from_name` does not know.
    const isPlain = !call.named?.some((each) => each.name === "client");
    return [
      {
        range,
        name,
        instead: name.replace(/lookup$/, "from_name"),
        ...(isInUse("1.2.0") && { ended: "1.2.0" }),
        ...(isPlain && { change: { kind: "replace", parts: [renamed] } as const }),
      },
    ];
  }
  if (/^modal\.(Volume|NetworkFileSystem|Dict|Queue)\.persisted$/.test(name) && isInUse("0.62")) {
    const [label] = call.args;
    const at = label?.range.end ?? 0;
    const parts = [renamed, { range: { start: at, end: at }, text: ", create_if_missing=True" }];
    return [
      {
        range,
        name,
        instead: `${name.replace(/persisted$/, "from_name")}(…, create_if_missing=True)`,
        ...(isInUse("1.0.0") && { ended: "1.0.0" }),
        ...(call.args.length === 1 && !call.named && { change: { kind: "replace", parts } as const }),
      },
    ];
  }
  return [];
}

/** `modal.gpu.A100(count=2, size="80GB")` is the text `"A100-80GB:2"` now. */
function retiredGpu(call: CallValue, name: string, gpu: string, isInUse: IsInUse): Outdated {
  const text = gpuText(call, gpu);
  const instead = `"${text ?? `${gpu}:…`}"`;
  const found = { range: call.range, name, instead, ...(isInUse("1.4.0") && { ended: "1.4.0" }) };
  // An import of the names themselves would stay, and fail.
  if (!isWrittenOut(call.callee)) return { ...found, note: "Take its import out as well." };
  const parts = [{ range: call.range, text: instead }];
  return { ...found, ...(text !== undefined && { change: { kind: "replace", parts } as const }) };
}

function isWrittenOut(callee: Value): boolean {
  return callee.kind === "member" && callee.object.kind === "member";
}

function gpuText(call: CallValue, gpu: string): string | undefined {
  const given = new Map(call.named?.map(({ name, value }) => [name, value]));
  const count = constant(given.get("count") ?? (gpu === "A100" ? undefined : call.args[0]), 1);
  const size = constant(given.get("size") ?? given.get("memory"), undefined);
  const isKnown = [...given.keys()].every((key) => ["count", "size", "memory"].includes(key));
  if (!isKnown || count === null || size === null) return undefined;
  const memory = size === undefined ? "40GB" : `${String(size).replace(/GB$/, "")}GB`;
  const kind = gpu === "A100" ? `A100-${memory}` : gpu === "Any" ? "any" : gpu;
  return count === 1 ? kind : `${kind}:${count}`;
}

/** Null where it is no constant. */
function constant(value: Value | undefined, otherwise: number | undefined) {
  if (value === undefined) return otherwise;
  const known = value.kind === "literal" ? value.value : null;
  return typeof known === "number" || typeof known === "string" ? known : null;
}

const hooks: Readonly<Record<string, string>> = {
  __enter__: "modal.enter",
  __aenter__: "modal.enter",
  __exit__: "modal.exit",
  __aexit__: "modal.exit",
};

/** Hooks of the time before there were decorators: no container calls them any more. */
export function retiredHooks(
  module: ModuleFacts,
  owner: ClassStatement,
  ask: Questions,
  isInUse: IsInUse,
): readonly Outdated[] {
  if (!isInUse("1.0.0")) return [];
  return owner.members.flatMap((member): readonly Outdated[] => {
    const definition = member.kind === "function" ? module.functions[member.function] : undefined;
    const name = definition?.name ?? "";
    const decorator = Object.hasOwn(hooks, name) ? hooks[name] : undefined;
    if (!definition?.nameRange || decorator === undefined) return [];
    const marks = marksOf(module, definition.decorators, ask);
    if (marks.some((mark) => isMark(mark, "enter", "exit"))) return [];
    return [
      {
        range: definition.nameRange,
        name,
        instead: `@${decorator}()`,
        note: "Containers call it no longer, so what it sets up is missing.",
      },
    ];
  });
}
