// An image that stands: all that a container begins with.
import { delimiter, join } from "node:path";

export interface Image {
  /** Folders of its layers, the uppermost first. */
  readonly layers: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where containers start; the project's folder when left out. */
  readonly cwd?: string;
  /** Whether it has a Python environment of its own. */
  readonly python: boolean;
  /** Packages of Node that are taken from the image though the project has them in another version. */
  readonly preferred: readonly string[];
  /** Whether it has packages of Node. */
  readonly node: boolean;
}

export const NO_IMAGE: Image = { layers: [], env: {}, python: false, preferred: [], node: false };

/** Where packages of Node are installed, below the folder of the image's packages. */
export const nodeFolder = (packages: string): string => join(packages, "node");

/** The Python of the image's own environment. */
export const pythonOf = (packages: string): string => join(packages, "python", "bin", "python");

/** Programs of the image's packages are found before all others. */
export function pathOf(
  { python, node }: Pick<Image, "python" | "node">,
  packages: string,
  path: string,
): string {
  return [
    ...(python ? [join(packages, "python", "bin")] : []),
    ...(node ? [join(nodeFolder(packages), "node_modules", ".bin")] : []),
    path,
  ].join(delimiter);
}
