// A program ready to be loaded by a child: sources lowered once in the parent, names resolved as the project's build would.

/** What the child's module hooks are told. Written as JSON into the cache; empty maps need no hooks at all. */
export interface Program {
  readonly entry: string;
  /** Absolute path → where its lowered text stands, and as what to load it. */
  readonly files: Readonly<Record<string, LoweredFile>>;
  /** Importing file → specifier → absolute path; only where Node's own resolution would not end there. */
  readonly resolutions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly sdk: "project" | "bundled" | "none";
}

export interface LoweredFile {
  /** Absolute path of the lowered text in the cache (named by content); its inline source map leads back to the original. */
  readonly source: string;
  readonly format: "module" | "commonjs" | "json";
}
