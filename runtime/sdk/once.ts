// Runs something at the first call only.

/** A failure is not kept: the next call tries again. */
export function once<Result>(work: () => Result): () => Result {
  let done: { readonly value: Result } | undefined;
  return () => {
    if (done) return done.value;
    const value = work();
    const mine = { value };
    done = mine;
    if (value instanceof Promise) {
      value.catch(() => {
        if (done === mine) done = undefined;
      });
    }
    return value;
  };
}
