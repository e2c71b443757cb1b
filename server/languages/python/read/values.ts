// Reads expressions, in the order in which they are evaluated.
import type { Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { accesses } from "./access.ts";
import { literals } from "./literals.ts";
import { operations } from "./operations.ts";
import { type Reader, rangeOf, textOf } from "./reader.ts";

export type Read = (reader: Reader, node: Syntax) => Value;

/** Node types with what reads them. */
export type Reads = readonly (readonly [string, Read])[];

let readers: ReadonlyMap<string, Read> | undefined;

export function readValue(reader: Reader, node: Syntax): Value {
  readers ??= new Map([...literals, ...accesses, ...operations]);
  return (readers.get(node.type) ?? readOther)(reader, node);
}

export function isExpression(node: Syntax): boolean {
  readers ??= new Map([...literals, ...accesses, ...operations]);
  return readers.has(node.type);
}

export function readAll(reader: Reader, nodes: readonly Syntax[]): readonly Value[] {
  return nodes.map((node) => readValue(reader, node));
}

/** What there is no word for, by its text: `...`, bytes, complex numbers, broken code with the calls inside it. */
export function readOther(reader: Reader, node: Syntax): Value {
  const parts = node.children.filter(isExpression);
  return { kind: "other", text: textOf(reader, node), parts: readAll(reader, parts), range: rangeOf(node) };
}
