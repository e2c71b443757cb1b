// Makes a name of another module usable: as the file spells it already, else by an import where it keeps its imports.
import type { Syntax } from "../syntax.ts";
import { type Draft, insert, textOf } from "./draft.ts";
import { extentOf, lineEnd, lineStart } from "./layout.ts";
import { freshName } from "./names.ts";

interface Imported {
  readonly module: string;
  /** Undefined for `import module`. */
  readonly name?: string;
  readonly local: string;
  readonly statement: Syntax;
}

/**
 * How the file's top may write a qualified name such as `concurrent.futures.ThreadPoolExecutor`; an import is added
 * where nothing brings it.
 * @param whole The module is imported, not the name (`modal.enter`).
 */
export function use(draft: Draft, qualified: string, whole = false): string {
  const known = importsOf(draft);
  const owned = known.map((each) => ({ own: ownName(each), local: each.local }));
  const near = owned.filter(({ own }) => own === qualified || qualified.startsWith(`${own}.`));
  const [nearest] = near.sort((a, b) => b.own.length - a.own.length);
  if (nearest) return nearest.local + qualified.slice(nearest.own.length);
  const { module, name, member } = splitName(qualified);
  const listed = known.find((each) => each.module === module && each.name !== undefined);
  const key = `from ${module} import ${name}`;
  if (draft.written.has(key)) return name + member;
  const isFree = !draft.names.has(name);
  if (listed && isFree && extendList(draft, listed.statement, name)) {
    draft.written.set(key, name);
    return name + member;
  }
  if (whole || !isFree) return importWhole(draft, module) + qualified.slice(module.length);
  draft.names.add(name);
  draft.written.set(key, name);
  draft.imports.add(key);
  return name + member;
}

function ownName({ module, name }: Imported): string {
  return name === undefined ? module : `${module}.${name}`;
}

/** `modal.Volume.from_name` is `from_name` of what `modal` has under the name of `Volume`. */
function splitName(qualified: string): {
  readonly module: string;
  readonly name: string;
  readonly member: string;
} {
  const parts = qualified.split(".");
  const owner = parts.findIndex((part) => /^[A-Z]/.test(part));
  const at = owner < 0 ? parts.length - 1 : owner;
  const member = parts.slice(at + 1).map((part) => `.${part}`);
  return { module: parts.slice(0, at).join("."), name: parts[at] ?? "", member: member.join("") };
}

/** What a module goes by after `import module`. */
function importWhole(draft: Draft, module: string): string {
  const [root = module] = module.split(".");
  const isTaken = draft.names.has(root) && !importsOf(draft).some((each) => each.local === root);
  const alias = isTaken ? freshName(draft, `${root}_module`) : undefined;
  draft.imports.add(alias ? `import ${module} as ${alias}` : `import ${module}`);
  return alias ?? module;
}

/** What the file imports at its top level, blocks such as `with image.imports():` left out. */
function importsOf(draft: Draft): readonly Imported[] {
  const found = known.get(draft.root) ?? findImports(draft);
  known.set(draft.root, found);
  return found;
}

const known = new WeakMap<Syntax, readonly Imported[]>();

function findImports(draft: Draft): readonly Imported[] {
  return draft.root.children.flatMap((statement): readonly Imported[] => {
    if (statement.type !== "import_statement" && statement.type !== "import_from_statement") return [];
    const from = statement.children.find((child) => child.field === "module_name");
    return statement.children
      .filter((child) => child.field === "name")
      .map((child) => {
        const [name, alias] = child.type === "aliased_import" ? child.children.filter(isName) : [child];
        const text = name ? textOf(draft, name) : "";
        const local = alias ? textOf(draft, alias) : text;
        return from
          ? { module: textOf(draft, from), name: text, local, statement }
          : { module: text, local, statement };
      });
  });
}

function isName({ field }: Syntax): boolean {
  return field === "name" || field === "alias";
}

/** `from modal import App` → `from modal import App, enter`. */
function extendList(draft: Draft, statement: Syntax, name: string): boolean {
  const last = statement.children.at(-1);
  if (!last || last.type === "wildcard_import") return false;
  const before = draft.text.slice(lineStart(draft.text, last.start), last.start);
  const ownLine = before.trim() === "" ? `,${draft.style.newline}${before}` : ", ";
  insert(draft, last.end, ownLine + name);
  draft.names.add(name);
  return true;
}

/** Writes the imports that were asked for; to be called once, after all else. */
export function writeImports(draft: Draft): void {
  for (const line of draft.imports) writeImport(draft, line);
}

function writeImport(draft: Draft, line: string): void {
  const { newline } = draft.style;
  const statements = topImports(draft);
  const [first] = statements;
  if (!first) {
    const at = startOfCode(draft);
    const lead = at > 0 && !/\n\r?\n$/.test(draft.text.slice(0, at)) ? newline : "";
    const gap = /^(?:\r?\n|$)/.test(draft.text.slice(at)) ? "" : newline;
    insert(draft, at, `${lead}${line}${newline}${gap}`);
    return;
  }
  const groups = groupsOf(draft, statements);
  const group = groups.find((each) => each.some((one) => rankOf(textOf(draft, one)) === rankOf(line)));
  if (!group) {
    // The standard library stands above what is installed, and that above the project's own.
    const after = groups
      .filter((each) => each.some((one) => rankOf(textOf(draft, one)) < rankOf(line)))
      .at(-1);
    const last = after?.at(-1);
    if (last) insert(draft, afterLine(draft, last.end), `${newline}${line}${newline}`);
    else insert(draft, extentOf(draft, first).start, `${line}${newline}${newline}`);
    return;
  }
  const sorted = group.every((each, at) => at === 0 || order(draft, group[at - 1], each) <= 0);
  const next = sorted ? group.find((each) => keyOf(textOf(draft, each)) > keyOf(line)) : undefined;
  const last = group.at(-1) ?? first;
  const at = next ? extentOf(draft, next).start : afterLine(draft, last.end);
  const broken = at > 0 && draft.text[at - 1] !== "\n" ? newline : "";
  insert(draft, at, `${broken}${line}${newline}`);
}

function order(draft: Draft, a: Syntax | undefined, b: Syntax): number {
  return a && keyOf(textOf(draft, a)) > keyOf(textOf(draft, b)) ? 1 : 0;
}

/** `import x` stands above `from x import y`. */
function keyOf(line: string): string {
  const module = /^(?:from|import)\s+([\w.]+)/.exec(line)?.[1] ?? "";
  return `${line.startsWith("from") ? 1 : 0} ${module.toLowerCase()}`;
}

function afterLine(draft: Draft, at: number): number {
  const end = lineEnd(draft.text, at);
  const next = draft.text.indexOf("\n", end);
  return next < 0 ? draft.text.length : next + 1;
}

/** Imports at the file's top, up to the first other statement. */
function topImports(draft: Draft): readonly Syntax[] {
  const found: Syntax[] = [];
  for (const [index, node] of draft.root.children.entries()) {
    if (node.type === "import_statement" || node.type === "import_from_statement") found.push(node);
    else if (node.type === "future_import_statement" || isDocstring(node, index)) continue;
    else if (found.length > 0) break;
  }
  return found;
}

function isDocstring(node: Syntax, index: number): boolean {
  return index === 0 && node.type === "expression_statement" && node.children[0]?.type === "string";
}

/** Behind docstring and `__future__` imports; in a file with neither, behind the comments that head it. */
function startOfCode(draft: Draft): number {
  const { root, text } = draft;
  const head = root.children.filter(
    (node, index) => node.type === "future_import_statement" || isDocstring(node, index),
  );
  const last = head.at(-1);
  if (last) return afterLine(draft, last.end);
  const comments = /^(?:#[^\n]*\n)+/.exec(text)?.[0] ?? "";
  return /^(?:[ \t]*\r?\n|$)/.test(text.slice(comments.length))
    ? comments.length
    : (/^(?:#!?[^\n]*(?:coding|#!)[^\n]*\n|#![^\n]*\n)*/.exec(text)?.[0].length ?? 0);
}

function groupsOf(draft: Draft, statements: readonly Syntax[]): readonly (readonly Syntax[])[] {
  const groups: Syntax[][] = [];
  for (const statement of statements) {
    const last = groups.at(-1)?.at(-1);
    const apart = last && /\n[ \t]*\r?\n/.test(draft.text.slice(last.end, statement.start));
    if (!last || apart) groups.push([statement]);
    else groups.at(-1)?.push(statement);
  }
  return groups;
}

/** 0 for the standard library, 1 for packages, 2 for relative imports. */
function rankOf(line: string): number {
  const module = /^(?:from|import)\s+(\.*[\w]*)/.exec(line)?.[1] ?? "";
  if (module.startsWith(".")) return 2;
  return standard.has(module) ? 0 : 1;
}

const standard = new Set(
  (
    "abc argparse array ast asyncio base64 bisect builtins bz2 calendar cmath codecs collections concurrent " +
    "configparser contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib dis email enum errno " +
    "fnmatch fractions ftplib functools gc getpass glob graphlib gzip hashlib heapq hmac html http importlib inspect " +
    "io ipaddress itertools json keyword linecache locale logging lzma math mimetypes mmap multiprocessing numbers " +
    "operator os pathlib pickle pkgutil platform pprint queue random re runpy sched secrets select shelve shlex " +
    "shutil signal site smtplib socket sqlite3 ssl stat statistics string struct subprocess sys sysconfig tarfile " +
    "tempfile textwrap threading time timeit token tokenize tomllib trace traceback types typing unicodedata " +
    "unittest urllib uuid venv warnings wave weakref webbrowser xml zipfile zlib zoneinfo"
  ).split(" "),
);
