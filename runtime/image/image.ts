// An image that stands: all that a container begins with.
import { delimiter, join } from "node:path";

export interface Image {
  /** Folders of its layers, the uppermost first. */
  readonly layers: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where containers start, `~` for their home; the project's folder when left out. */
  readonly cwd?: string;
  /** The interpreter and the child's program, where the image asks for another version than the one at hand. */
  readonly command?: readonly string[];
  /** Paths that its containers must see. */
  readonly needed: readonly string[];
  /** Whether it has a Python environment of its own. */
  readonly python: boolean;
  /** Its packages of Node; `preferred` are taken though the project has them, in another version. */
  readonly node?: { readonly preferred: readonly string[] };
}

export const NO_IMAGE: Image = { layers: [], env: {}, needed: [], python: false };

/** Where packages of Node are installed, below the folder of the image's packages. */
export const nodeFolder = (packages: string): string => join(packages, "node");

/** The environment of Python that the image brings. */
export const pythonFolder = (packages: string): string => join(packages, "python");

/** Programs of the image's packages are found before all others. */
export function pathOf({ python, node }: Image, packages: string, path: string): string {
  return [
    ...(python ? [join(pythonFolder(packages), "bin")] : []),
    ...(node ? [join(nodeFolder(packages), "node_modules", ".bin")] : []),
    path,
  ].join(delimiter);
}

/** `~` → the home that a container has. */
export function inHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
}
