// Writes work at module scope, above the function that it leaves: what a platform runs before the first input there.
import type { Edit } from "../../../facts/edits.ts";
import type { Syntax } from "../syntax.ts";
import { around, type Draft, insert, replace } from "./draft.ts";
import { extentOf, removeStatements } from "./layout.ts";
import { leaving, linesOf, type Moved, missingNames } from "./moved.ts";
import { freshName, usesOf } from "./names.ts";

/** True when it could be written. Nothing waits at a module's top level in Python. */
export function writeAtModuleScope(draft: Draft, moved: Moved): boolean {
  const nodes = [...moved.statements, ...moved.extracted.map(({ node }) => node)];
  const imports = moved.imports.map(({ node }) => node);
  if (moved.isAsync || missingNames(draft, moved.source, [...nodes, ...imports]).length > 0) return false;
  const renames: Edit[] = [];
  for (const [binding, name] of moved.provided) {
    const isTaken = draft.facts.bindings.some((each) => each.scope === 0 && each.name === name);
    const own = isTaken ? freshName(draft, name) : name;
    if (own !== name) for (const use of usesOf(draft, binding)) renames.push({ ...use, text: own });
  }
  const isMoved = (edit: Edit) => nodes.some((node) => node.start <= edit.start && edit.end <= node.end);
  const lines = linesOf(draft, moved, { indent: "", renames: renames.filter(isMoved), keep: (name) => name });
  if (!placeAtModuleScope(draft, moved.source, lines)) return false;
  for (const edit of renames) if (!isMoved(edit)) draft.edits.push(edit);
  for (const { node, name } of moved.extracted) replace(draft, node, name);
  removeStatements(draft, leaving(moved));
  return true;
}

/** Puts lines above the top-level statement around a node. */
export function placeAtModuleScope(draft: Draft, node: Syntax, lines: readonly string[]): boolean {
  const statement = around(draft, node, (each) => draft.parents.get(each)?.type === "module");
  if (!statement) return false;
  const { newline, blanks } = draft.style;
  const gap = newline.repeat(statement.type.endsWith("definition") ? blanks : 0);
  insert(draft, extentOf(draft, statement).start, lines.join(newline) + newline + gap);
  return true;
}
