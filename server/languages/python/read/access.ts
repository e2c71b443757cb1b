// Reads what reaches for something: names, attributes, subscripts, calls, `await`, `yield`.
import type { Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { readBuiltin } from "./builtins.ts";
import { noteDynamicImport, starBinding } from "./imports.ts";
import { childOf, childrenOf, classMember, lookup, type Reader, rangeOf, textOf } from "./reader.ts";
import { type Reads, readAll, readOther, readValue } from "./values.ts";

type CallValue = Extract<Value, { kind: "call" }>;

export const accesses: Reads = [
  ["identifier", readName],
  ["dotted_name", readDotted],
  ["attribute", readAttribute],
  ["subscript", readSubscript],
  ["call", readCall],
  ["await", readAwait],
  ["yield", readYield],
  ["generic_type", readOther],
];

export function readName(reader: Reader, node: Syntax): Value {
  return nameOf(reader, textOf(reader, node), node);
}

function nameOf(reader: Reader, name: string, node: Syntax): Value {
  const range = rangeOf(node);
  const found = lookup(reader, name);
  if (found?.kind === "member") return classMember(found.owner, name, range);
  const binding = found?.binding ?? starBinding(reader, name);
  return { kind: "name", name, ...(binding !== undefined && { binding }), range };
}

/** Of `case http.OK:` and broken imports. */
function readDotted(reader: Reader, node: Syntax): Value {
  const [first, ...rest] = node.children;
  if (!first) return readName(reader, node);
  return rest.reduce(
    (object: Value, part): Value => ({
      kind: "member",
      object,
      property: textOf(reader, part),
      optional: false,
      range: { start: node.start, end: part.end },
    }),
    readName(reader, first),
  );
}

function readAttribute(reader: Reader, node: Syntax): Value {
  const range = rangeOf(node);
  const [objectNode, nameNode] = [childOf(node, "object"), childOf(node, "attribute")];
  if (!objectNode || !nameNode) return readOther(reader, node);
  const object = readValue(reader, objectNode);
  const property = textOf(reader, nameNode);
  return (
    readModuleName(reader, object, property, range) ?? {
      kind: "member",
      object,
      property,
      optional: false,
      range,
    }
  );
}

/** `a.b` after `import a.b`: one name. */
function readModuleName(
  reader: Reader,
  object: Value,
  property: string,
  range: Value["range"],
): Value | undefined {
  if (reader.dotted.size === 0 || object.kind !== "name" || object.binding === undefined) return undefined;
  const name = `${object.name}.${property}`;
  const known = reader.dotted.get(name);
  if (!known) return undefined;
  const isThat = object.binding === known.root || object.binding === reader.dotted.get(object.name)?.binding;
  return isThat ? { kind: "name", name, binding: known.binding, range } : undefined;
}

function readSubscript(reader: Reader, node: Syntax): Value {
  const range = rangeOf(node);
  const objectNode = childOf(node, "value");
  const keys = childrenOf(node, "subscript");
  const [first] = keys;
  if (!objectNode || !first) return readOther(reader, node);
  const object = readValue(reader, objectNode);
  const own: Value =
    keys.length === 1
      ? readValue(reader, first)
      : {
          kind: "array",
          items: readAll(reader, keys),
          range: { start: first.start, end: keys.at(-1)?.end ?? first.end },
        };
  const isConstant =
    own.kind === "literal" && (typeof own.value === "string" || typeof own.value === "number");
  const place = isConstant ? { property: String(own.value) } : { key: own };
  return { kind: "member", object, ...place, optional: false, range };
}

function readCall(reader: Reader, node: Syntax): Value {
  const calleeNode = childOf(node, "function");
  const list = childOf(node, "arguments");
  if (!calleeNode) return readOther(reader, node);
  const callee = readValue(reader, calleeNode);
  const call = { ...readArguments(reader, list, callee), range: rangeOf(node) };
  return noteDynamicImport(reader, call) ?? readBuiltin(call) ?? call;
}

function readArguments(reader: Reader, list: Syntax | undefined, callee: Value): Omit<CallValue, "range"> {
  const args: Value[] = [];
  const named: { readonly name: string; readonly value: Value; readonly range: Value["range"] }[] = [];
  // `f(x for x in xs)` has no list of its own.
  const nodes = !list ? [] : list.type === "argument_list" ? list.children : [list];
  for (const node of nodes) {
    const inner = node.children.at(-1);
    if (node.type === "keyword_argument") {
      const [name, value] = [childOf(node, "name"), childOf(node, "value")];
      if (name && value) {
        named.push({ name: textOf(reader, name), value: readValue(reader, value), range: rangeOf(node) });
      }
    } else if (node.type === "dictionary_splat" && inner) {
      named.push({ name: "**", value: readValue(reader, inner), range: rangeOf(node) });
    } else args.push(readValue(reader, node));
  }
  return {
    kind: "call",
    callee,
    args,
    ...(named.length > 0 && { named }),
    construct: false,
    optional: false,
  };
}

function readAwait(reader: Reader, node: Syntax): Value {
  const inner = node.children.at(-1);
  return inner
    ? { kind: "await", value: readValue(reader, inner), range: rangeOf(node) }
    : readOther(reader, node);
}

function readYield(reader: Reader, node: Syntax): Value {
  reader.generator = true;
  const inner = node.children.find((child) => child.type !== "from" && child.type !== "yield");
  return { kind: "yield", ...(inner && { value: readValue(reader, inner) }), range: rangeOf(node) };
}
