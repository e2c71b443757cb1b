// Lists that give up any member in constant time: inputs that wait, containers that have room.

/** A member's place in a list. */
export interface Place {
  /** False when it is not there (any more). */
  remove(): boolean;
}

export interface List<T> extends Iterable<T> {
  readonly size: number;
  readonly first: T | undefined;
  readonly last: T | undefined;
  /** Adds at the end. */
  push(item: T): Place;
  /** Adds at the beginning. */
  unshift(item: T): Place;
  /** Takes the first. */
  shift(): T | undefined;
}

export function createList<T>(): List<T> {
  return new Linked<T>();
}

/** A class, since each input pays for its place: 10,000 that wait have no function of their own each. */
class Node<T> implements Place {
  readonly item: T;
  list: Linked<T> | undefined;
  before: Node<T> | undefined = undefined;
  after: Node<T> | undefined = undefined;

  constructor(item: T, list: Linked<T>) {
    this.item = item;
    this.list = list;
  }

  remove(): boolean {
    if (!this.list) return false;
    this.list.remove(this);
    this.list = undefined;
    return true;
  }
}

class Linked<T> implements List<T> {
  size = 0;
  #first: Node<T> | undefined;
  #last: Node<T> | undefined;

  get first(): T | undefined {
    return this.#first?.item;
  }

  get last(): T | undefined {
    return this.#last?.item;
  }

  push(item: T): Place {
    const node = new Node(item, this);
    node.before = this.#last;
    if (this.#last) this.#last.after = node;
    else this.#first = node;
    this.#last = node;
    this.size++;
    return node;
  }

  unshift(item: T): Place {
    const node = new Node(item, this);
    node.after = this.#first;
    if (this.#first) this.#first.before = node;
    else this.#last = node;
    this.#first = node;
    this.size++;
    return node;
  }

  shift(): T | undefined {
    const node = this.#first;
    node?.remove();
    return node?.item;
  }

  /** Called by its nodes. */
  remove(node: Node<T>): void {
    this.size--;
    if (node.before) node.before.after = node.after;
    else this.#first = node.after;
    if (node.after) node.after.before = node.before;
    else this.#last = node.before;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let node = this.#first; node; node = node.after) yield node.item;
  }
}
