// Where other files of the project name a function: they have to follow when it becomes something else.
import { eachValue } from "../analysis/declarations.ts";
import { createNames } from "../analysis/names.ts";
import type { Caller, Change } from "../facts/finding.ts";
import type { LookUp } from "../facts/function.ts";
import type { Import, ModuleFacts, Value } from "../facts/module.ts";
import type { Workspace } from "./workspace.ts";

/** The change with the places that it has to take along, as far as the files that name its function are known. */
export function withCallers(change: Change, workspace: Workspace): Change {
  if (change.kind !== "move-to-enter" && change.kind !== "run-in-enter") return change;
  const { enter, definition } = change.spelling;
  const name = definition && workspace.module(change.file)?.functions[definition.handler]?.name;
  if (enter.kind !== "class" || name === undefined) return change;
  const { lookUp } = enter.becomes;
  const callers = [
    ...callersOf(change.file, name, workspace),
    ...(lookUp ? lookUpsOf(change.file, name, lookUp, workspace) : []),
  ];
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

/** `modal.Function.from_name("app", "ask")`, in the files that were asked about. */
function lookUpsOf(file: string, name: string, lookUp: LookUp, workspace: Workspace): readonly Caller[] {
  const { qualify } = createNames(workspace);
  const own = workspace.module(file);
  const apps = new Set<string>();
  if (own) {
    eachValue(own, (value) => {
      if (value.kind !== "call" || !lookUp.apps.includes(qualify(own, value.callee) ?? "")) return;
      const given = textOf(value.args[0] ?? value.named?.find((each) => each.name === "name")?.value);
      if (given !== undefined) apps.add(given);
    });
  }
  if (apps.size === 0) return [];
  const others = workspace.filesWith("python", name).filter((other) => other !== file);
  return others.flatMap((other) => {
    if (!lookUp.calls.some((call) => workspace.text(other)?.includes(call.slice(call.lastIndexOf(".")))))
      return [];
    const module = workspace.module(other);
    const callers: Caller[] = [];
    if (!module) return callers;
    eachValue(module, (value) => {
      if (value.kind !== "call" || value.callee.kind !== "member") return;
      const { object } = value.callee;
      const [app, called] = value.args;
      if (object.kind !== "member" || object.property === undefined || !called) return;
      if (textOf(called) !== name || !apps.has(textOf(app) ?? "")) return;
      if (!lookUp.calls.includes(qualify(module, value.callee) ?? "")) return;
      const { end } = object.range;
      const within = { start: called.range.start + 1, end: called.range.end - 1 };
      // A text with a prefix, or in three quotes, is left to its author.
      if (within.end - within.start !== name.length) return;
      callers.push(
        { file: other, range: { start: end - object.property.length, end }, as: "owner" },
        { file: other, range: within, as: "name" },
        { file: other, range: { start: value.range.end, end: value.range.end }, as: "end" },
      );
    });
    return callers;
  });
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}
