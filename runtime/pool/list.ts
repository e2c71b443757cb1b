// Lists that give up any member in constant time: inputs that wait, containers that have room.

/** A member's place in a list. */
export interface Place<T> {
  readonly item: T;
  /** False when it is not there (any more). */
  remove(): boolean;
}

export interface List<T> extends Iterable<T> {
  readonly size: number;
  readonly first: T | undefined;
  readonly last: T | undefined;
  /** Adds at the end. */
  push(item: T): Place<T>;
  /** Adds at the beginning. */
  unshift(item: T): Place<T>;
  /** Takes the first. */
  shift(): T | undefined;
}

interface Node<T> extends Place<T> {
  before: Node<T> | undefined;
  after: Node<T> | undefined;
}

export function createList<T>(): List<T> {
  let first: Node<T> | undefined;
  let last: Node<T> | undefined;
  let size = 0;

  function add(item: T, before: Node<T> | undefined, after: Node<T> | undefined): Place<T> {
    let there = true;
    const node: Node<T> = {
      item,
      before,
      after,
      remove() {
        if (!there) return false;
        there = false;
        size--;
        if (node.before) node.before.after = node.after;
        else first = node.after;
        if (node.after) node.after.before = node.before;
        else last = node.before;
        return true;
      },
    };
    if (before) before.after = node;
    else first = node;
    if (after) after.before = node;
    else last = node;
    size++;
    return node;
  }

  return {
    get size() {
      return size;
    },
    get first() {
      return first?.item;
    },
    get last() {
      return last?.item;
    },
    push: (item) => add(item, last, undefined),
    unshift: (item) => add(item, undefined, first),
    shift() {
      const node = first;
      node?.remove();
      return node?.item;
    },
    *[Symbol.iterator]() {
      for (let node = first; node; node = node.after) yield node.item;
    },
  };
}
