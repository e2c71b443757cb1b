// The monotonic clock that all processes of one machine share.

/** Absolute monotonic milliseconds; containers stamp their marks on the same clock. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
