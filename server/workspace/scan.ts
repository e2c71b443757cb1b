// The byte scan: whether a file can hold a function at all, asked of its text before anything is parsed.

const CODE = /\.[cm]?[jt]sx?$/;

/** Whether a language of ours reads the file. */
export const isCode = (path: string): boolean => CODE.test(path) && !/\.d\.[cm]?ts$/.test(path);

/** Whether the text holds one of the platforms' marks. */
export const hasMark = (text: string, marks: readonly string[]): boolean =>
  marks.some((mark) => text.includes(mark));
