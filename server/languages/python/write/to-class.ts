// Makes a decorated function a class with the function as its method, so that it can have a hook:
//   @app.function()                @app.cls()
//   def ask(q): …           →      class Ask:
//                                      @modal.enter() … @modal.method() def ask(self, q): …
import type { Edit } from "../../../facts/edits.ts";
import type { Caller } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import type { Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { createDraft, type Draft, isWithin, replace, textOf, textWith } from "./draft.ts";
import { type Addition, hookText } from "./hooks.ts";
import { use } from "./imports.ts";
import { movedLines } from "./layout.ts";
import { camel, freshName, usesOf } from "./names.ts";
import { argumentOf, type Decorated, decoratorParts, isDecorator } from "./places.ts";

export interface ClassChange {
  readonly enter: Extract<Spelling["enter"], { kind: "class" }>;
  readonly addition: Addition;
  /** What changes within the function. */
  readonly body: readonly Edit[];
  /** The call that decorates the function. */
  readonly call: Range;
  readonly callers: readonly Caller[];
}

/** True when it could be written. */
export function writeAsClass(draft: Draft, owner: Decorated, change: ClassChange): boolean {
  const { definition, whole, name } = owner;
  const { becomes } = change.enter;
  const { style } = draft;
  const parent = draft.parents.get(whole);
  const heading = headingOf(draft, owner, change);
  if (parent?.type !== "module" || heading === undefined) return false;
  const binding = draft.facts.bindings.findIndex((each) => each.name === name && each.scope === 0);
  const className = freshName(draft, camel(name));
  const call = `${className}().${name}`;
  const uses = binding < 0 ? [] : usesOf(draft, binding).map((range) => ({ ...range, text: call }));
  const receiver = insertReceiver(draft, definition);
  if (!receiver) return false;
  const inside = uses.filter((edit) => isWithin(edit, definition));
  const method = indented(draft, textWith(draft, definition, [...change.body, ...inside, receiver]));
  const kept = owner.decorators.filter(
    (decorator) =>
      !isWithin(change.call, decorator) &&
      !becomes.onClass.some((each) => isDecorator(draft, decorator, each)),
  );
  const isEndpoint = kept.some((decorator) =>
    becomes.endpoints.some((each) => isDecorator(draft, decorator, each)),
  );
  const marks = kept.map((decorator) => indented(draft, textOf(draft, decorator)));
  if (!isEndpoint) marks.unshift(`${style.indent}@${use(draft, becomes.method, true)}()`);
  const lines = [
    ...heading,
    `class ${className}:`,
    ...hookText(draft, change.enter, change.addition, style.indent),
    "",
    ...marks,
    method,
  ];
  replace(draft, whole, lines.join(style.newline));
  for (const edit of uses) if (!isWithin(edit, whole)) draft.edits.push(edit);
  for (const caller of change.callers) {
    const text = callerText(caller, className, name, becomes.lookUp?.owner ?? "");
    draft.elsewhere.push({ file: caller.file, edit: { ...caller.range, text } });
  }
  return true;
}

/** What another file has to say now. */
function callerText({ as, local }: Caller, className: string, name: string, owner: string): string {
  switch (as) {
    case "import":
    case "name":
      return className;
    case "owner":
      return owner;
    case "end":
      return `().${name}`;
    case "use":
      return `${local ?? className}().${name}`;
  }
}

/** The class's decorators; undefined where an option is none that a class can have. */
function headingOf(
  draft: Draft,
  owner: Decorated,
  { enter: { becomes }, call }: ClassChange,
): readonly string[] | undefined {
  const heading: string[] = [];
  for (const decorator of owner.decorators) {
    if (isWithin(call, decorator)) {
      const { args } = decoratorParts(draft, decorator);
      if (becomes.refuses.some((option) => argumentOf(draft, args, option))) return undefined;
      const callee = decorator.children[0]?.children[0];
      const attribute = callee?.children.at(-1);
      if (callee?.type !== "attribute" || !attribute) return undefined;
      heading.push(
        textWith(draft, decorator, [{ ...rangeOf(attribute), text: becomes.decorator }]).trimEnd(),
      );
    } else if (becomes.onClass.some((each) => isDecorator(draft, decorator, each))) {
      heading.push(textOf(draft, decorator).trimEnd());
    }
  }
  return heading;
}

function rangeOf({ start, end }: Syntax): Range {
  return { start, end };
}

function insertReceiver(draft: Draft, definition: Syntax): Edit | undefined {
  const parameters = definition.children.find((child) => child.field === "parameters");
  if (!parameters) return undefined;
  const at = parameters.start + 1;
  const [first] = parameters.children;
  if (!first) return { start: at, end: at, text: "self" };
  const broken = /^\s*\n[ \t]*/.exec(draft.text.slice(at, first.start))?.[0];
  return broken ? { start: at, end: at, text: `${broken}self,` } : { start: at, end: at, text: "self, " };
}

/** A text one level deeper, its strings as they are. */
function indented(draft: Draft, text: string): string {
  const own = createDraft("", text.trimEnd());
  return movedLines(own, own.root, { text: own.text, at: 0, from: "", to: draft.style.indent });
}
