// The method that a class runs before its first input: found and extended, or written anew.
import type { Spelling } from "../../../facts/function.ts";
import type { Syntax } from "../syntax.ts";
import { type Draft, descendants, insert, isFunction, ownDescendants, textOf } from "./draft.ts";
import { use } from "./imports.ts";
import { extentOf, indentAt, lineEnd } from "./layout.ts";
import { freshName } from "./names.ts";
import {
  argumentOf,
  type Decorated,
  decoratedOf,
  decoratorParts,
  isDecorator,
  receiverOf,
} from "./places.ts";

type Method = Extract<Spelling["enter"], { readonly kind: "method" | "class" }>;

export interface Addition {
  readonly lines: (indent: string) => readonly string[];
  readonly receiver: string;
  readonly isAsync: boolean;
  /** Names that the lines bind, which the hook must not use for something else. */
  readonly locals: readonly string[];
}

/** Adds lines to the class's hook: at the end of the last one that can take them, else in a new one. */
export function addToHook(draft: Draft, owner: Decorated, spelling: Method, addition: Addition): boolean {
  const methods = owner.body.children.flatMap((child) => decoratedOf(draft, definitionOf(child)) ?? []);
  const hooks = methods.filter((method) =>
    method.decorators.some((decorator) => isDecorator(draft, decorator, spelling.decorator)),
  );
  const open = hooks.findLast((hook) => accepts(draft, hook, spelling, addition));
  if (open && open === hooks.at(-1)) return extend(draft, open, addition);
  const first = owner.body.children[0];
  if (!first) return false;
  const indent = indentAt(draft.text, first.start);
  const { newline } = draft.style;
  const text = hookText(draft, spelling, addition, indent).join(newline);
  const after = hooks.at(-1);
  if (after) insert(draft, lineEnd(draft.text, after.whole.end), newline + newline + text);
  else {
    const before = methods[0]?.whole;
    if (!before) return false;
    insert(draft, extentOf(draft, before).start, text + newline + newline);
  }
  return true;
}

function definitionOf(node: Syntax): Syntax | undefined {
  const inner = node.type === "decorated_definition" ? node.children.at(-1) : node;
  return inner && isFunction(inner) ? node : undefined;
}

function accepts(draft: Draft, hook: Decorated, { decorator, apart }: Method, addition: Addition): boolean {
  const { definition, body } = hook;
  const own = hook.decorators.find((each) => isDecorator(draft, each, decorator));
  const option = apart && own && argumentOf(draft, decoratorParts(draft, own).args, apart);
  if (option && textOf(draft, option) === "True") return false;
  if (receiverOf(draft, definition) !== addition.receiver) return false;
  const isAsync = definition.children.some(({ type }) => type === "async");
  if (addition.isAsync && !isAsync) return false;
  const ends = ownDescendants(body).some(({ type }) => type === "return_statement" || type === "yield");
  const first = body.children[0];
  if (ends || !first || draft.text.slice(definition.start, first.start).split("\n").length < 2) return false;
  const taken = new Set(
    descendants(definition)
      .filter(isName)
      .map((node) => textOf(draft, node)),
  );
  return addition.locals.every((name) => !taken.has(name));
}

function isName({ type }: Syntax): boolean {
  return type === "identifier";
}

function extend(draft: Draft, { body }: Decorated, addition: Addition): boolean {
  const last = body.children.at(-1);
  if (!last) return false;
  const { newline } = draft.style;
  const indent = indentAt(draft.text, body.children[0]?.start ?? last.start);
  // An import that the hook has already need not stand there twice.
  const known = new Set(
    body.children.filter(({ type }) => type.startsWith("import")).map((each) => textOf(draft, each)),
  );
  const lines = addition.lines(indent).filter((line) => !known.has(line.trim()));
  if (body.children.length === 1 && last.type === "pass_statement") {
    draft.edits.push({ ...extentOf(draft, last), text: lines.join(newline) });
  } else insert(draft, lineEnd(draft.text, last.end), newline + lines.join(newline));
  return true;
}

/** The lines of a new hook. */
export function hookText(
  draft: Draft,
  { decorator }: Method,
  addition: Addition,
  indent: string,
): readonly string[] {
  const name = freshName(
    draft,
    ["load", "enter", "prepare"].find((each) => !draft.names.has(each)) ?? "load",
  );
  const keyword = addition.isAsync ? "async def" : "def";
  return [
    `${indent}@${use(draft, decorator, true)}()`,
    `${indent}${keyword} ${name}(${addition.receiver}):`,
    ...addition.lines(indent + draft.style.indent),
  ];
}
