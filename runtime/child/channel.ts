// The child's end of the protocol: file descriptor 3, written synchronously and read by the event loop.
import { readSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import { createDecoder, encode, type Frame } from "./frames.ts";
import type { ChildMessage } from "./messages.ts";

const FD = 3;
/** Bytes that are read at once. */
const READ = 65_536;
const clock = process.hrtime;
// Taken now: user code may replace what these modules export.
const write = writeSync;
const pause = new Int32Array(new SharedArrayBuffer(4));
const decode = createDecoder();
const arrived: Frame[] = [];
let socket: Socket | undefined;
let listener: (frame: Frame) => void = () => {};

/** Milliseconds on the monotonic clock that parent and child share. */
export function now(): number {
  const [seconds, nanoseconds] = clock();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/**
 * Writes a whole frame before it returns: what has been said is not lost when user code ends the process next.
 * A parent that is gone takes the container with it.
 */
export function send(message: ChildMessage, payload?: Uint8Array | string): void {
  const frame = encode(message, payload);
  for (let offset = 0; offset < frame.length; ) {
    try {
      offset += write(FD, frame, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.kill(process.pid, "SIGKILL");
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

/** The next frame, waited for without an event loop: for what the parent wrote before this process began. */
export function receive(): Frame {
  const chunk = Buffer.allocUnsafe(READ);
  for (;;) {
    const frame = arrived.shift();
    if (frame) return frame;
    const length = readSync(FD, chunk);
    if (length === 0) process.kill(process.pid, "SIGKILL");
    arrived.push(...decode(Buffer.from(chunk.subarray(0, length))));
  }
}

export function setListener(on: (frame: Frame) => void): void {
  listener = on;
}

/**
 * Begins to hear the parent, as late as it can be: the socket takes two milliseconds to load. It is one, since a stream
 * of `fs` would keep one of the four threads that serve user code's files.
 */
export function listen(): void {
  if (socket) return;
  const { Socket } = require("node:net") as typeof import("node:net");
  const hear = (frames: readonly Frame[]) => {
    for (const frame of frames) listener(frame);
  };
  // One buffer for all reads, since a stream would take a new one of its size for each. What came is copied, and not
  // into the pool: what user code is given may be a view of it.
  const buffer = Buffer.allocUnsafeSlow(READ);
  const callback = (length: number) => {
    const chunk = Buffer.allocUnsafeSlow(length);
    buffer.copy(chunk, 0, 0, length);
    hear(decode(chunk));
    return true;
  };
  socket = new Socket({ fd: FD, readable: true, writable: false, onread: { buffer, callback } });
  socket.resume();
  const gone = () => process.kill(process.pid, "SIGKILL");
  socket.on("error", gone);
  socket.on("close", gone);
  if (reasons === 0) socket.unref();
  hear(arrived.splice(0));
}

let reasons = 1;

/**
 * Counts the reasons to wait for the parent, at first 1: an idle container waits for inputs. Without one the channel
 * does not keep the process alive, so that a promise that can no longer settle shows as an empty event loop.
 */
export function hold(change: 1 | -1): void {
  const before = reasons;
  reasons += change;
  if (before === 0) socket?.ref();
  else if (reasons === 0) socket?.unref();
}
