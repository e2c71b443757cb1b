// Turns what an import says into paths where the module may be, and finds imports without parsing.

const word = String.raw`[\p{L}\p{N}_]+`;
const imported = new RegExp(
  String.raw`^[ \t]*(?:from[ \t]+(\.*[ \t]*(?:${word}(?:\.${word})*)?)[ \t]+import[ \t(]+([^#\n]*)|import[ \t]+([^#\n]+))`,
  "gmu",
);

/**
 * Specifiers of everything that a file imports, by a scan without parsing; `from .a import b` gives `.a` and `.a.b`,
 * which may be a module. Names on further lines of a parenthesised list are found, too.
 */
export function importsOf(text: string): readonly string[] {
  const found = new Set<string>();
  for (const match of text.matchAll(imported)) {
    const [whole, from, names, plain] = match;
    if (plain !== undefined) for (const name of namesIn(plain)) found.add(name);
    if (from === undefined) continue;
    const specifier = from.replace(/\s+/g, "");
    if (specifier === "") continue;
    found.add(specifier);
    const listed = whole.includes("(") ? (text.slice(match.index).split(")", 1)[0] ?? "") : (names ?? "");
    const list = whole.includes("(") ? listed.slice(listed.indexOf("(") + 1) : listed;
    for (const name of namesIn(list.replace(/#[^\n]*/g, ""))) {
      found.add(specifier.endsWith(".") ? specifier + name : `${specifier}.${name}`);
    }
  }
  return [...found];
}

function namesIn(list: string): readonly string[] {
  return list
    .split(/[,;\n\\]/)
    .map((name) => name.trim().split(/\s+/)[0] ?? "")
    .filter((name) => new RegExp(`^${word}(\\.${word})*$`, "u").test(name));
}

/**
 * Paths where an imported module may be, the likeliest first.
 * @param from Absolute path of the importing file, with `/`.
 * @param specifier As it is written: `pkg.models`, `.models`, `..`.
 * @param roots Folders that absolute imports start from, besides the file's own and those above it that are packages'.
 */
export function moduleCandidates(
  from: string,
  specifier: string,
  roots: readonly string[] = [],
): readonly string[] {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const parts = specifier.slice(dots).split(".").filter(Boolean);
  const folder = parentOf(from);
  if (dots > 0) {
    let base = folder;
    for (let level = 1; level < dots; level++) base = parentOf(base);
    return candidatesIn(base, parts);
  }
  if (parts.length === 0) return [];
  return [...new Set([folder, ...roots])].flatMap((root) => candidatesIn(root, parts));
}

function candidatesIn(folder: string, parts: readonly string[]): readonly string[] {
  const base = [folder.replace(/\/$/, ""), ...parts].join("/");
  return parts.length === 0 ? [`${base}/__init__.py`] : [`${base}.py`, `${base}/__init__.py`];
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
