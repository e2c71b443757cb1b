// A program ready to be loaded by a child: sources lowered once in the parent, names resolved as the project's build would.

/** What the child's module hooks are told. Written as JSON into the cache; empty maps need no hooks at all. */
export interface Program {
  /** Absolute, with symbolic links resolved, as Node names modules; so are all paths in here. */
  readonly entry: string;
  /** As what Node loads the entry. */
  readonly format: "module" | "commonjs";
  /** Specifiers that the entry itself imports when it is loaded, in order. */
  readonly imports: readonly string[];
  /** Absolute path → where its lowered text stands, and as what to load it. */
  readonly files: Readonly<Record<string, LoweredFile>>;
  /** Importing file → specifier → absolute path; only where Node's own resolution would not end there. */
  readonly resolutions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly sdk: "project" | "bundled" | "none";
  /** Project files that the entry reaches, itself among them. */
  readonly sources: readonly string[];
  /** False when no text of the program so much as holds the word: then no function can have a build hook. */
  readonly mayBuild: boolean;
  /** Path from the root → digest, of all that `hash` is made of. */
  readonly digests: Readonly<Record<string, string>>;
  /** Of the texts of all project files that the entry reaches, lowered or not, and of what settles their packages. */
  readonly hash: string;
}

export interface LoweredFile {
  /** Absolute path of the lowered text in the cache (named by content); its inline source map leads back to the original. */
  readonly source: string;
  readonly format: "module" | "commonjs";
}

/** A program that cannot be lowered: what is wrong, and where. */
export class ProgramError extends Error {
  override readonly name: string;
  /** `usage`: a path or a config is wrong; `error`: the code is. */
  readonly kind: "error" | "usage";
  readonly file: string;
  /** From 1; columns in UTF-16 units. Absent where the whole file is meant. */
  readonly line?: number;
  readonly column?: number;

  constructor(
    kind: "error" | "usage",
    name: string,
    message: string,
    place: { readonly file: string; readonly line?: number; readonly column?: number },
  ) {
    const position = place.line === undefined ? place.file : `${place.file}:${place.line}:${place.column}`;
    super(`${position}: ${message}`);
    this.name = name;
    this.kind = kind;
    this.file = place.file;
    if (place.line !== undefined) this.line = place.line;
    if (place.column !== undefined) this.column = place.column;
    // Where this was found in our code says nothing to the user; where it is in theirs does.
    this.stack = `${name}: ${message}\n    at ${position}`;
  }
}

/** Line and column, from 1, of an offset. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}
