// What a run did, in order.

/** `read` and `fetch` bring something in; `call`, `write` and `print` can be seen from outside. */
export type Kind = "read" | "fetch" | "call" | "write" | "print";

export interface Entry {
  readonly kind: Kind;
  readonly text: string;
}

export const entries: Entry[] = [];

export function log(kind: Kind, text: string): void {
  entries.push({ kind, text });
}
