// Reads what is bound: the left side of assignments, loops and `as`.
import type { Pattern, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { classMember, lookup, markReassigned, type Reader, rangeOf, textOf } from "./reader.ts";
import { readValue } from "./values.ts";

/** What an assignment writes to. Any place but the one that made a name known writes to it again. */
export function readTarget(reader: Reader, node: Syntax): Pattern {
  const range = rangeOf(node);
  switch (node.type) {
    case "identifier":
    case "dotted_name":
      return readNameTarget(reader, node);
    case "as_pattern_target":
    case "parenthesized_expression":
    case "list_splat_pattern":
    case "list_splat":
    case "type": {
      const inner = node.children.find((child) => child.type !== "*");
      return inner ? readTarget(reader, inner) : placeOf({ kind: "other", text: "", parts: [], range });
    }
    case "pattern_list":
    case "tuple_pattern":
    case "list_pattern":
    case "expression_list":
    case "tuple":
    case "list":
      return { kind: "array", items: node.children.map((child) => readTarget(reader, child)), range };
    default:
      return placeOf(readValue(reader, node));
  }
}

function readNameTarget(reader: Reader, node: Syntax): Pattern {
  const name = textOf(reader, node);
  const range = rangeOf(node);
  const found = lookup(reader, name);
  if (!found) return placeOf({ kind: "name", name, range });
  if (found.kind === "member") return placeOf(classMember(found.owner, name, range));
  if (reader.bindings[found.binding]?.range.start !== node.start) markReassigned(reader, found.binding);
  return { kind: "name", binding: found.binding, range };
}

function placeOf(value: Value): Pattern {
  return { kind: "place", value, range: value.range };
}

/** Whether one of the names of a pattern is declared by it. */
export function declares(reader: Reader, pattern: Pattern): boolean {
  if (pattern.kind === "name") {
    return reader.bindings[pattern.binding]?.range.start === pattern.range.start;
  }
  return pattern.kind === "array" && pattern.items.some((item) => item && declares(reader, item));
}
