// `FILE::NAME`, as functions are named on the command line.
import { absolute } from "../../workspace/paths.ts";

export interface FunctionName {
  /** Absolute. */
  readonly file: string;
  /** Undefined for a file alone. */
  readonly name?: string;
}

export function parseName(text: string, cwd: string): FunctionName {
  const split = text.lastIndexOf("::");
  if (split < 0) return { file: absolute(text, cwd) };
  return { file: absolute(text.slice(0, split), cwd), name: text.slice(split + 2) };
}
