// Reads constant texts of Modal's settings: paths, names, commands.
import type { ModuleFacts, Value } from "../../facts/module.ts";
import type { Questions } from "../../facts/project.ts";

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

/** Constant entries of a dictionary. */
export function entriesOf(
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

/** The text of a computed key, which stands before the value. */
export function keyText(module: ModuleFacts, value: Value, ask: Questions): string | undefined {
  const [key] = value.kind === "operation" && value.operator === "[]" ? value.operands : [];
  return key && textOf(module, key, ask);
}
