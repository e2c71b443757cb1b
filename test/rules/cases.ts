// Reads the cases of a rule's page (fixtures/rules/<id>.md): files, the findings marked in them, and data to make.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { Disk } from "../../server/workspace/disk.ts";

export interface Case {
  /** Rule whose page it stands on. */
  readonly page: string;
  readonly title: string;
  /** What the case says in words. */
  readonly text: string;
  readonly files: readonly CaseFile[];
  /** Large files, made of zeros or of JSON as their names say. */
  readonly data: readonly { readonly path: string; readonly bytes: number }[];
  /** Texts after all safe fixes, by path. */
  readonly after: readonly CaseFile[];
}

export interface CaseFile {
  readonly path: string;
  readonly text: string;
}

/** A finding that a comment expects beside its line. */
export interface Mark {
  readonly rule: string;
  readonly severity: string;
  readonly line: number;
  /** The text that is reported. */
  readonly code: string;
}

export const pages = join(import.meta.dirname, "../../fixtures/rules");

export function pageIds(): readonly string[] {
  return readdirSync(pages)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .map((name) => name.slice(0, -".md".length))
    .sort();
}

export function readPage(id: string): string {
  return readFileSync(join(pages, `${id}.md`), "utf8");
}

/** Cases stand under `## Cases`, each with a heading of its own. */
export function readCases(id: string): readonly Case[] {
  const page = readPage(id);
  const start = page.indexOf("\n## Cases\n");
  if (start < 0) return [];
  return page
    .slice(start)
    .split(/^### /m)
    .slice(1)
    .map((section) => readCase(id, section));
}

function readCase(page: string, section: string): Case {
  const [title = "", ...rest] = section.split("\n");
  const body = rest.join("\n");
  const files: CaseFile[] = [];
  const after: CaseFile[] = [];
  const data: { path: string; bytes: number }[] = [];
  for (const { info, text } of fences(body)) {
    const path = /title="([^"]+)"/.exec(info)?.[1];
    if (info === "files") data.push(...text.trim().split("\n").map(dataLine));
    else if (path === undefined) throw new Error(`${page}, "${title}": a block without a title: ${info}`);
    else if (/\bafter\b/.test(info)) after.push({ path, text });
    else files.push({ path, text });
  }
  return {
    page,
    title: title.trim(),
    text: body.replace(/^```[\s\S]*?^```$/gm, "").trim(),
    files,
    after,
    data,
  };
}

function fences(text: string): readonly { readonly info: string; readonly text: string }[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = "", inner = ""]) => ({
    info: info.trim(),
    text: inner,
  }));
}

function dataLine(line: string): { path: string; bytes: number } {
  const [path = "", size = ""] = line.trim().split(/\s+/);
  const [, number = "", unit = ""] = /^([\d.]+)(MB|kB|B)$/.exec(size) ?? [];
  if (number === "") throw new Error(`"${line}" is no path and size such as "data/users.json 2MB"`);
  return { path, bytes: Number(number) * (unit === "MB" ? 1e6 : unit === "kB" ? 1e3 : 1) };
}

/** `// ! rule: code` (in Python `# ! rule: code`) marks a finding of its line; `rule, rule: code` two of them; `rule (hint): code` another severity. */
export function marksOf(text: string): readonly Mark[] {
  return text.split("\n").flatMap((content, index) =>
    content
      .split(/(?:\/\/|#) ! /)
      .slice(1)
      .flatMap((mark) => {
        const [rules = "", code = ""] = splitOnce(mark.trim(), ": ");
        return rules.split(", ").flatMap((named) => {
          const [, rule = named, qualifier] = /^(\S+) \((\w+)\)$/.exec(named) ?? [];
          const times = qualifier !== undefined && /^\d+$/.test(qualifier) ? Number(qualifier) : 1;
          const severity = qualifier === undefined || /^\d+$/.test(qualifier) ? "warning" : qualifier;
          return Array.from({ length: times }, () => ({ rule, severity, line: index + 1, code }));
        });
      }),
  );
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The text without its marks. */
export function withoutMarks(text: string): string {
  return text.replace(/ *(?:\/\/|#) ! .*$/gm, "");
}

/** Where the files of a case are taken to stand. */
export const ROOT = "/case";

/** A disk that holds a case and nothing else. */
export function diskOf(example: Case): Disk {
  const texts = new Map(example.files.map((file) => [posix.join(ROOT, file.path), file.text]));
  const sizes = new Map(example.data.map((file) => [posix.join(ROOT, file.path), file.bytes]));
  const folders = new Set([...texts.keys(), ...sizes.keys()].map((path) => posix.dirname(path)));
  return {
    text: (path) => texts.get(path),
    matches: (path, pattern) => pattern.test(texts.get(path) ?? ""),
    size: (path) => sizes.get(path) ?? texts.get(path)?.length,
    isFile: (path) => texts.has(path) || sizes.has(path),
    isFolder: (path) => [...folders].some((folder) => folder === path || folder.startsWith(`${path}/`)),
    list: (folder) => [
      ...new Set(
        [...texts.keys(), ...sizes.keys()]
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
      ),
    ],
    invalidate: () => undefined,
  };
}

/** Writes a case to a real folder, data included, so that it can be run. */
export function writeCase(example: Case, folder: string): void {
  const write = (path: string, content: string | Uint8Array) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  for (const { path, text } of example.files) write(path, text);
  for (const { path, bytes } of example.data) {
    write(path, path.endsWith(".json") ? jsonOf(path, bytes) : new Uint8Array(bytes).fill(path.length));
  }
}

/** A table of names, as JSON of at least that size. */
function jsonOf(path: string, bytes: number): string {
  const name = posix.basename(path, ".json");
  const rows: string[] = [];
  for (let length = 2, id = 0; length < bytes; id += 1) {
    const row = JSON.stringify({ id, name: `${name} ${id}`, note: "x".repeat(200) });
    rows.push(row);
    length += row.length + 1;
  }
  return `[${rows.join(",")}]`;
}
