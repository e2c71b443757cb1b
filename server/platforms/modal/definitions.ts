// The decorators of Modal.
import type { Mark } from "../definitions.ts";

/** Whether a mark is one of an application: `app.function`, of `modal.App` or of the older `modal.Stub`. */
export function isAppMark({ name }: Mark, method: string): boolean {
  return name === `modal.App.${method}` || name === `modal.Stub.${method}`;
}

export const isMark = ({ name }: Mark, ...names: readonly string[]): boolean =>
  names.some((each) => name === `modal.${each}`);
