// Reads values that are written out: numbers, strings, f-strings, lists, dictionaries, comprehensions, lambdas.
import type { ObjectEntry, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { readComprehension } from "./comprehensions.ts";
import { readLambda } from "./functions.ts";
import { childOf, type Reader, rangeOf, textOf } from "./reader.ts";
import { readConcatenated, readString } from "./strings.ts";
import { type Reads, readAll, readOther, readValue } from "./values.ts";

export const literals: Reads = [
  ["integer", readNumber],
  ["float", readNumber],
  ["true", (_, node) => literal(true, node)],
  ["false", (_, node) => literal(false, node)],
  ["none", (_, node) => literal(null, node)],
  ["string", readString],
  ["concatenated_string", readConcatenated],
  ["list", readArray],
  ["tuple", readArray],
  ["set", readArray],
  ["expression_list", readArray],
  ["pattern_list", readArray],
  ["tuple_pattern", readArray],
  ["list_pattern", readArray],
  ["dictionary", readDictionary],
  ["lambda", readLambda],
  ["list_comprehension", readComprehension],
  ["set_comprehension", readComprehension],
  ["dictionary_comprehension", readComprehension],
  ["generator_expression", readComprehension],
];

export function literal(value: Extract<Value, { kind: "literal" }>["value"], node: Syntax): Value {
  return { kind: "literal", value, range: rangeOf(node) };
}

function readArray(reader: Reader, node: Syntax): Value {
  return { kind: "array", items: readAll(reader, node.children), range: rangeOf(node) };
}

function readDictionary(reader: Reader, node: Syntax): Value {
  return {
    kind: "object",
    entries: node.children.map((child) => readEntry(reader, child)),
    range: rangeOf(node),
  };
}

export function readEntry(reader: Reader, node: Syntax): ObjectEntry {
  const range = rangeOf(node);
  if (node.type === "dictionary_splat") {
    const [inner] = node.children.slice(-1);
    return { value: inner ? readValue(reader, inner) : readOther(reader, node), spread: true, range };
  }
  const [keyNode, valueNode] = [childOf(node, "key"), childOf(node, "value")];
  if (!keyNode || !valueNode) return { value: readOther(reader, node), spread: false, range };
  const key = readValue(reader, keyNode);
  const value = readValue(reader, valueNode);
  if (key.kind === "literal" && (typeof key.value === "string" || typeof key.value === "number")) {
    return { key: String(key.value), value, spread: false, range };
  }
  return {
    value: { kind: "operation", operator: "[]", operands: [key, value], range },
    spread: false,
    range,
  };
}

function readNumber(reader: Reader, node: Syntax): Value {
  const text = textOf(reader, node).replaceAll("_", "").replace(/[lL]$/, "");
  const number = Number(text);
  if (Number.isNaN(number)) return readOther(reader, node);
  if (node.type === "integer" && !Number.isSafeInteger(number)) return literal(BigInt(text), node);
  return literal(number, node);
}
