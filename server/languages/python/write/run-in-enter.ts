// Runs memoized work once ahead of the first input, where it stays:  @modal.enter() def load(self): get_model()
import type { Change } from "../../../facts/finding.ts";
import type { Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { around, type Draft, descendants, insert, isFunction, isWithin, nodeAt, textOf } from "./draft.ts";
import { type Addition, addToHook } from "./hooks.ts";
import { indentAt, movedText } from "./layout.ts";
import { placeAtModuleScope } from "./module-scope.ts";
import { importLines, importsFor, leaves, missingNames, waits } from "./moved.ts";
import { bindingsIn, mentions } from "./names.ts";
import { decoratedBy, decoratedOf, functionAround, receiverOf, statementAt } from "./places.ts";
import { writeAsClass } from "./to-class.ts";

/** True when it could be written. */
export function writeRunInEnter(draft: Draft, change: Extract<Change, { kind: "run-in-enter" }>): boolean {
  const node = runAt(draft, change.run);
  const source = functionAround(draft, node);
  if (!node || !source || leaves(node)) return false;
  const { enter, definition } = change.spelling;
  const imports = importsFor(draft, source, [node]);
  const missing = missingNames(draft, source, [node, ...imports.map((each) => each.node)]);
  const lines = (indent: string) => [
    ...importLines(draft, imports, indent),
    ...globalLines(draft, source, node, indent),
    runLine(draft, node, indent),
  ];
  const addition = { lines, isAsync: waits(node), locals: [] };
  switch (enter.kind) {
    case "module-scope":
      return (
        missing.length === 0 &&
        imports.length === 0 &&
        !addition.isAsync &&
        writeAtModule(draft, source, node)
      );
    case "method": {
      const owner =
        (definition && decoratedBy(draft, definition.call)) ??
        decoratedOf(
          draft,
          around(draft, source, ({ type }) => type === "class_definition"),
        );
      const receiver = receiverOf(draft, source);
      if (!owner || !receiver || missing.some((name) => name !== receiver)) return false;
      return addToHook(draft, owner, enter, { ...addition, receiver });
    }
    case "class": {
      const owner = definition && decoratedBy(draft, definition.call);
      if (owner?.definition !== source || missing.length > 0 || mentions(draft, owner.whole, "self"))
        return false;
      const own: Addition = { ...addition, receiver: "self" };
      return writeAsClass(draft, owner, {
        enter,
        addition: own,
        body: [],
        call: definition?.call ?? node,
        callers: change.callers ?? [],
      });
    }
    default:
      return false;
  }
}

/** The memoizing statement, or a call within one. */
function runAt(draft: Draft, range: Range): Syntax | undefined {
  const statement = statementAt(draft, range);
  if (statement && (statement.type === "if_statement" || isBareCall(statement))) return statement;
  const found = nodeAt(
    draft,
    range,
    ({ type }) => type === "call" || type === "await" || type === "attribute",
  );
  const parent = found && draft.parents.get(found);
  return parent?.type === "await" ? parent : found;
}

function isBareCall({ type, children }: Syntax): boolean {
  return type === "expression_statement" && children.length === 1 && children[0]?.type !== "assignment";
}

function runLine(draft: Draft, node: Syntax, indent: string): string {
  const from = indentAt(draft.text, node.start);
  return indent + movedText(draft, node, { text: textOf(draft, node), at: node.start, from, to: indent });
}

/** `global model`, where the statement sets it and its function says so. */
function globalLines(draft: Draft, source: Syntax, node: Syntax, indent: string): readonly string[] {
  const said = new Set(
    descendants(source)
      .filter(({ type }) => type === "global_statement")
      .flatMap(({ children }) => children.map((name) => textOf(draft, name))),
  );
  const { bindings } = draft.facts;
  const names = [...bindingsIn(draft, node)]
    .flatMap((id) => bindings[id]?.name ?? [])
    .filter((name) => said.has(name));
  return names.length > 0 ? [`${indent}global ${names.join(", ")}`] : [];
}

/** Above the handler, or at the file's end where it needs what is defined further down. */
function writeAtModule(draft: Draft, source: Syntax, node: Syntax): boolean {
  const { bindings, functions } = draft.facts;
  const handler = around(draft, source, (each) => draft.parents.get(each)?.type === "module") ?? source;
  const used = new Set(bindingsIn(draft, node));
  // What a called helper uses must be there, too.
  for (const id of used) {
    const own = bindings[id]?.function;
    const range = own === undefined ? undefined : functions[own]?.range;
    if (range) for (const inner of bindingsIn(draft, range)) used.add(inner);
  }
  const late = [...used].some((id) => {
    const own = bindings[id];
    return own?.scope === 0 && own.range.start > handler.start && !isWithin(own.range, handler);
  });
  const line = runLine(draft, node, "");
  if (!late && isFunction(source)) return placeAtModuleScope(draft, source, [line]);
  const { newline } = draft.style;
  const { text } = draft;
  insert(draft, text.length, `${text.endsWith("\n") ? "" : newline}${newline}${line}${newline}`);
  return true;
}
