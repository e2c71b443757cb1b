// The decorators of Modal.
import type { Mark } from "../definitions.ts";

/**
 * Whether a mark is one of an application: `app.function`, of `modal.App` or of the older `modal.Stub`; or of an `app`
 * that stands in a file or package which is not at hand.
 */
export function isAppMark({ name }: Mark, method: string): boolean {
  if (name === `modal.App.${method}` || name === `modal.Stub.${method}`) return true;
  return name.endsWith(`.app.${method}`) || name.endsWith(`.stub.${method}`);
}

export const isMark = ({ name }: Mark, ...names: readonly string[]): boolean =>
  names.some((each) => name === `modal.${each}`);
