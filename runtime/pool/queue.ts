// Inputs that wait for a container, first in, first out; one that is given up leaves from wherever it stands.

export interface Queue<T> {
  readonly size: number;
  push(id: string, item: T): void;
  /** The one that has waited longest. */
  shift(): T | undefined;
  /** False when it is not there (any more). */
  remove(id: string): boolean;
}

export function createQueue<T>(): Queue<T> {
  // Maps keep the order of insertion.
  const items = new Map<string, T>();
  return {
    get size() {
      return items.size;
    },
    push(id, item) {
      items.set(id, item);
    },
    shift() {
      for (const [id, item] of items) {
        items.delete(id);
        return item;
      }
      return undefined;
    },
    remove: (id) => items.delete(id),
  };
}
