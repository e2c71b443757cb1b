// Reads expressions, in the order in which they are evaluated.
import type { Value } from "../../../facts/module.ts";
import type { ts } from "../compiler.ts";
import { accesses } from "./access.ts";
import { literals } from "./literals.ts";
import { operations } from "./operations.ts";
import { withoutWrapping } from "./patterns.ts";
import { type Reader, rangeOf } from "./reader.ts";

export type Read = (reader: Reader, node: ts.Expression, range: Value["range"]) => Value;

/** Syntax kinds with what reads them. */
export type Reads = readonly (readonly [ts.SyntaxKind, Read])[];

/** A row of such a table: the kind of a node says its type. */
export function on<N extends ts.Expression>(
  kind: N["kind"],
  read: (reader: Reader, node: N, range: Value["range"]) => Value,
): Reads[number] {
  return [kind, read as Read];
}

// A table by kind: a switch would look hundreds of names up for each node.
let readers: (Read | undefined)[] | undefined;

export function readValue(reader: Reader, wrapped: ts.Expression): Value {
  readers ??= tableOf([...literals, ...accesses, ...operations]);
  const node = withoutWrapping(wrapped);
  const range = rangeOf(reader, node);
  const read = readers[node.kind];
  return read ? read(reader, node, range) : readOther(reader, node, range);
}

export function readAll(reader: Reader, nodes: readonly ts.Expression[]): readonly Value[] {
  return nodes.map((node) => readValue(reader, node));
}

/** What there is no word for, by its text: `this`, `super`, regular expressions, names that are missing. */
export function readOther(reader: Reader, node: ts.Expression, range: Value["range"]): Value {
  return { kind: "other", text: node.getText(reader.source), parts: [], range };
}

function tableOf(rows: Reads): (Read | undefined)[] {
  const table: (Read | undefined)[] = [];
  for (const [kind, read] of rows) table[kind] = read;
  return table;
}
