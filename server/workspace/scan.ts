// The byte scan: whether a file can hold a function at all, asked of its text before anything is parsed.

import type { ModuleFacts } from "../facts/module.ts";

/** The language that reads a file; undefined where none of ours does. */
export function languageName(path: string): ModuleFacts["language"] | undefined {
  if (path.endsWith(".py")) return "python";
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) ? "typescript" : undefined;
}

/** Whether a language of ours reads the file. */
export const isCode = (path: string): boolean => languageName(path) !== undefined;

/** Finds the platforms' marks, which are ASCII, in one pass. */
export const markPattern = (marks: readonly string[]): RegExp =>
  new RegExp(marks.map((mark) => mark.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|") || "(?!)");
