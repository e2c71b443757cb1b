// Fetches files together ahead of loads that stay one after another:
//   with ThreadPoolExecutor() as pool:
//       pool.submit(snapshot_download, "a")
//       pool.submit(snapshot_download, "b")
import type { Change } from "../../../facts/finding.ts";
import type { Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { callLines } from "./calls.ts";
import { type Draft, descendants, insert, isWithin, nodeAt, textOf } from "./draft.ts";
import { use } from "./imports.ts";
import { extentOf, indentAt, lineEnd } from "./layout.ts";
import { leaves, waits } from "./moved.ts";
import { bindingsIn, freshLocal, freshName } from "./names.ts";
import { functionAround, statementAt } from "./places.ts";

/**
 * True when it could be written. What fails here is not looked at: the load fails in its turn, with the error and in
 * the order of before.
 */
export function writePrefetch(draft: Draft, change: Extract<Change, { kind: "prefetch" }>): boolean {
  const statement = statementAt(draft, change.statement);
  if (!statement || change.fetches.length < 2) return false;
  if (!descendants(statement).some(({ type }) => type === "call")) return false;
  const parts = change.fetches.flatMap((fetch) => fetch.arguments.filter((arg) => typeof arg !== "string"));
  if (!parts.every((range) => isArgument(draft, range, statement))) return false;
  const { text, style } = draft;
  const indent = indentAt(text, statement.start);
  const executor = use(draft, "concurrent.futures.ThreadPoolExecutor");
  const pool = freshLocal(draft, "pool", statement);
  const submits = change.fetches.flatMap(({ callee, arguments: args }) => {
    const own = args.map((arg) => (typeof arg === "string" ? quoted(draft, arg) : textOf(draft, arg)));
    const fetch = useBeside(draft, callee, statement);
    return callLines(draft, indent + style.indent, `${pool}.submit`, [fetch, ...own]);
  });
  const lines = [
    `${indent}# The downloads overlap; the loads below find the files there.`,
    `${indent}with ${executor}() as ${pool}:`,
    ...submits,
  ];
  insert(draft, extentOf(draft, statement).start, lines.join(style.newline) + style.newline);
  return true;
}

/** Code of the catalogue, in the quotes of the file. */
function quoted(draft: Draft, code: string): string {
  return draft.style.quote === '"' || code.includes("'") ? code : code.replaceAll('"', "'");
}

/** What containers alone have is imported where the code around imports such things: in the function, or in a block. */
function useBeside(draft: Draft, qualified: string, statement: Syntax): string {
  const dot = qualified.lastIndexOf(".");
  const [module, name] = [qualified.slice(0, dot), qualified.slice(dot + 1)];
  const source = functionAround(draft, statement);
  const inside = source?.children.find((child) => child.field === "body")?.children ?? [];
  const local = inside.filter((node) => isImport(node) && node.end <= statement.start);
  const last = local.at(-1);
  if (last) return addBelow(draft, local, last, module, name);
  const block = draft.root.children.find(
    (node) => node.type === "with_statement" && /\.imports\(\)\s*:/.test(textOf(draft, node)),
  );
  const listed = block?.children.at(-1)?.children.filter(isImport) ?? [];
  const end = listed.at(-1);
  return end ? addBelow(draft, listed, end, module, name) : use(draft, qualified);
}

function isImport({ type }: Syntax): boolean {
  return type === "import_from_statement" || type === "import_statement";
}

function addBelow(
  draft: Draft,
  imports: readonly Syntax[],
  last: Syntax,
  module: string,
  name: string,
): string {
  const from = `from ${module} import `;
  const isThere = imports.some((node) => {
    const text = textOf(draft, node);
    return text.startsWith(from) && new RegExp(`\\b${name}\\b(?! as)`).test(text.slice(from.length));
  });
  if (isThere) return name;
  const known = draft.written.get(from + name);
  if (known) return known;
  const own = freshName(draft, name);
  draft.written.set(from + name, own);
  const indent = indentAt(draft.text, last.start);
  const line = from + (own === name ? name : `${name} as ${own}`);
  insert(draft, lineEnd(draft.text, last.end), draft.style.newline + indent + line);
  return own;
}

/** Whether a part of the text is an argument that means the same at an earlier statement. */
function isArgument(draft: Draft, range: Range, statement: Syntax): boolean {
  const holders = ["argument_list", "keyword_argument"];
  const node = nodeAt(draft, range, (each) => holders.includes(draft.parents.get(each)?.type ?? ""));
  const source = functionAround(draft, statement);
  if (!node || waits(node) || leaves(node)) return false;
  return [...bindingsIn(draft, node)].every((id) => {
    const own = draft.facts.bindings[id];
    const isLocal = own !== undefined && (!source || isWithin(own.range, source));
    return !isLocal || own.range.start < statement.start;
  });
}
