// Keeps a container of each function prepared ahead, so that no input waits for folders and mounts: a platform has them ready.
import type { RequestHandler } from "../container/container.ts";
import type { ProcessPrepared } from "../container/spec.ts";

/** What a container was prepared for. One that was prepared for anything else is not taken. */
export interface Basis {
  readonly program: string;
  /** The same objects as long as nothing has changed. */
  readonly texts: unknown;
  readonly image: unknown;
}

/** Prepares a container whose requests go to a handler. */
export type Make = (requests: RequestHandler) => Promise<ProcessPrepared>;

export interface Ahead {
  /** The one that stands ready, or a new one. */
  take(name: string, basis: Basis, make: Make, requests: RequestHandler): Promise<ProcessPrepared>;
  /** Prepares one, unless one stands ready or nothing more is to be prepared. */
  fill(name: string, basis: Basis, make: Make): void;
  /** Gives up those that stand ready; from now on none is prepared ahead. */
  close(): Promise<void>;
}

interface Ready {
  readonly basis: Basis;
  /** Undefined where that failed: whoever needs one next is told why. */
  readonly prepared: Promise<ProcessPrepared | undefined>;
  requests: RequestHandler | undefined;
}

export function createAhead(): Ahead {
  const ready = new Map<string, Ready>();
  const leaving = new Set<Promise<void>>();
  let closed = false;

  function give(each: Ready): void {
    const gone = each.prepared.then((prepared) => prepared?.discard());
    leaving.add(gone);
    void gone.then(
      () => leaving.delete(gone),
      // It stays, for `close` to tell of.
      () => undefined,
    );
  }

  return {
    async take(name, basis, make, requests) {
      const known = ready.get(name);
      if (!known) return make(requests);
      ready.delete(name);
      if (!isSame(known.basis, basis)) {
        give(known);
        return make(requests);
      }
      const prepared = await known.prepared;
      if (prepared?.stands()) {
        known.requests = requests;
        return prepared;
      }
      give(known);
      return make(requests);
    },
    fill(name, basis, make) {
      if (closed || ready.has(name)) return;
      const each: Ready = {
        basis,
        requests: undefined,
        prepared: make(async (...request) => {
          if (!each.requests) throw new Error("a container asks before it was taken");
          return each.requests(...request);
        }).catch(() => undefined),
      };
      ready.set(name, each);
    },
    async close() {
      closed = true;
      for (const each of ready.values()) give(each);
      ready.clear();
      await Promise.all(leaving);
    },
  };
}

function isSame(a: Basis, b: Basis): boolean {
  return a.program === b.program && a.texts === b.texts && a.image === b.image;
}
