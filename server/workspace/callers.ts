// Where other files of the project name a function: they have to follow when it becomes something else.
import { eachValue } from "../analysis/declarations.ts";
import type { Caller, Change } from "../facts/finding.ts";
import type { Import, ModuleFacts } from "../facts/module.ts";
import type { Workspace } from "./workspace.ts";

/** The change with the places that it has to take along, as far as the files that import this one are known. */
export function withCallers(change: Change, name: string, workspace: Workspace): Change {
  if (change.kind !== "move-to-enter" && change.kind !== "run-in-enter") return change;
  if (change.spelling.enter.kind !== "class") return change;
  const callers = callersOf(change.file, name, workspace);
  return callers.length > 0 ? { ...change, callers } : change;
}

function callersOf(file: string, name: string, workspace: Workspace): readonly Caller[] {
  return workspace.importersOf(file).flatMap((importer) => {
    const module = workspace.module(importer);
    if (!module) return [];
    return module.imports
      .filter(({ specifier }) => workspace.resolve(importer, specifier) === file)
      .flatMap((each) => {
        if (each.imported === "*") return membersOf(module, each, name);
        return each.imported === name ? callersBy(module, each, workspace) : [];
      });
  });
}

/** `app.ask`, where the module itself is imported: the last part is what changes. */
function membersOf(module: ModuleFacts, { binding }: Import, name: string): readonly Caller[] {
  const callers: Caller[] = [];
  eachValue(module, (value) => {
    if (value.kind !== "member" || value.property !== name) return;
    if (value.object.kind !== "name" || binding === undefined || value.object.binding !== binding) return;
    const { end } = value.range;
    callers.push({ file: module.path, range: { start: end - name.length, end }, as: "use" });
  });
  return callers;
}

/** The name in the import, and the uses of what it binds. */
function callersBy(module: ModuleFacts, each: Import, workspace: Workspace): readonly Caller[] {
  const { path: file } = module;
  const binding = each.binding === undefined ? undefined : module.bindings[each.binding];
  if (!binding) return [];
  const text = (workspace.text(file) ?? "").slice(each.range.start, each.range.end);
  const from = text.indexOf(" import ") + " import ".length;
  const found = new RegExp(`\\b${each.imported}\\b`).exec(text.slice(from));
  if (!found) return [];
  const start = each.range.start + from + found.index;
  const alias = binding.name === each.imported ? {} : { local: binding.name };
  const callers: Caller[] = [
    { file, range: { start, end: start + each.imported.length }, as: "import", ...alias },
  ];
  eachValue(module, (value) => {
    if (value.kind === "name" && value.binding === each.binding)
      callers.push({ file, range: value.range, as: "use", ...alias });
  });
  return callers;
}
