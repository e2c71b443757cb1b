// Reads strings: their escapes, their concatenation, and f-strings as templates.
import type { Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { childOf, type Reader, rangeOf, textOf } from "./reader.ts";
import { readOther, readValue } from "./values.ts";

type Part = string | Value;

export function readString(reader: Reader, node: Syntax): Value {
  const parts = partsOf(reader, node);
  return parts ? join(parts, rangeOf(node)) : readOther(reader, node);
}

/** `"a" "b"`. */
export function readConcatenated(reader: Reader, node: Syntax): Value {
  const parts = node.children.map((child) => partsOf(reader, child));
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? join(known.flat(), rangeOf(node)) : readOther(reader, node);
}

function join(parts: readonly Part[], range: Value["range"]): Value {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  const [only = ""] = joined;
  if (joined.length <= 1 && typeof only === "string") return { kind: "literal", value: only, range };
  return { kind: "template", parts: joined, range };
}

/** Texts and interpolated values; undefined for bytes, which are no text. */
function partsOf(reader: Reader, node: Syntax): readonly Part[] | undefined {
  const [first] = node.children;
  const prefix = first?.type === "string_start" ? textOf(reader, first).toLowerCase() : "";
  if (prefix.includes("b")) return undefined;
  const [raw, formatted] = [prefix.includes("r"), prefix.includes("f")];
  return node.children.flatMap((child): readonly Part[] => {
    if (child.type === "string_content") {
      const text = textOf(reader, child);
      const plain = formatted ? text.replace(/\{\{|\}\}/g, (brace) => brace.charAt(0)) : text;
      return [raw ? plain : decode(plain)];
    }
    return child.type === "interpolation" ? [readInterpolation(reader, child)] : [];
  });
}

/** `{value!r:>{width}}`: only a bare value stands in the text as it is. */
function readInterpolation(reader: Reader, node: Syntax): Value {
  const expression = childOf(node, "expression");
  const value = expression ? readValue(reader, expression) : readOther(reader, node);
  const range = rangeOf(node);
  const bare = expression !== undefined && reader.text.slice(expression.end, node.end).trim() === "}";
  if (bare) return value;
  const widths: Value[] = [];
  const search = (inner: Syntax): void => {
    if (inner.type === "format_expression") {
      const nested = childOf(inner, "expression");
      if (nested) widths.push(readValue(reader, nested));
    } else inner.children.forEach(search);
  };
  search(node);
  return { kind: "operation", operator: "format", operands: [value, ...widths], range };
}

const simple: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\n": "", "\r\n": "" },
  ...{ "\\": "\\", "'": "'", '"': '"' },
};

const escaped = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(\r?\n|[\s\S]))/g;

/** Named characters (`\N{…}`) stay as they are written. */
function decode(text: string): string {
  return text.replace(escaped, (whole, x?: string, u?: string, wide?: string, octal?: string, one = "") => {
    const hex = x ?? u ?? wide;
    const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return simple[one] ?? whole;
  });
}
