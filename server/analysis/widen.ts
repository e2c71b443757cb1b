// Takes the parsing of a text along with its load, since parsing is often what costs the most.
import type { ModuleFacts, Range, Value } from "../facts/module.ts";
import { eachValue } from "./declarations.ts";

/** `JSON.parse(await load())` around a call, where it works on nothing else; undefined where there is none. */
export function parseAround(module: ModuleFacts, call: Range): Range | undefined {
  let found: Range | undefined;
  eachValue(module, (value) => {
    if (value.kind !== "call" || !isParse(value.callee) || value.args.length !== 1) return;
    const [argument] = value.args;
    const inner = argument?.kind === "await" ? argument.value : argument;
    if (inner && inner.range.start === call.start && inner.range.end === call.end) found = value.range;
  });
  return found;
}

function isParse(callee: Value): boolean {
  if (callee.kind !== "member" || callee.property !== "parse" || callee.object.kind !== "name") return false;
  return callee.object.name === "JSON" && callee.object.binding === undefined;
}
