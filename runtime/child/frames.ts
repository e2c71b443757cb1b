// The wire format on file descriptor 3: frames of a JSON header and an opaque payload, the same in every language.
//
// One frame is
//
//   4 bytes   length of the header in bytes, unsigned, little endian
//   4 bytes   length of the payload in bytes, unsigned, little endian
//   header    one JSON object in UTF-8; `type` names the message (see messages.ts)
//   payload   bytes that only the receiver named by the header looks at: JSON text or a structured clone
//
// Frames follow each other without gaps. Values of user code travel as payload, so that a parent between two
// containers passes them on without decoding them. End of file means that the other side is gone.

const PREFIX = 8;
/** A header that would be longer is none: something else writes to the descriptor. */
const LONGEST_HEADER = 1 << 24;
const NOTHING = Buffer.alloc(0);

export interface Frame {
  readonly header: unknown;
  readonly payload: Buffer;
}

/** What came is no frame. */
export class FrameError extends Error {}

export function encode(header: unknown, payload?: Uint8Array | string): Buffer {
  const bytes =
    payload === undefined ? 0 : typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength;
  const frame = encodeHead(header, bytes, bytes);
  const at = frame.length - bytes;
  if (typeof payload === "string") frame.write(payload, at);
  else if (payload !== undefined) frame.set(payload, at);
  return frame;
}

/** All of a frame but its payload, which is to follow: large ones need not be copied. */
export function encodeHead(header: unknown, payloadBytes: number, room = 0): Buffer {
  const text = JSON.stringify(header);
  const textBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(PREFIX + textBytes + room);
  frame.writeUInt32LE(textBytes, 0);
  frame.writeUInt32LE(payloadBytes, 4);
  frame.write(text, PREFIX);
  return frame;
}

/**
 * Cuts a stream of bytes into frames. A payload that comes in several chunks is allocated once, when its length is
 * known. Throws a FrameError for anything else.
 */
export function createDecoder(): (chunk: Buffer) => Frame[] {
  /** The beginning of a frame whose header is not complete. */
  let rest: Buffer = NOTHING;
  /** The frame whose payload is not complete, and how much of it there is. */
  let partial: Frame | undefined;
  let filled = 0;
  return (chunk) => {
    const frames: Frame[] = [];
    let bytes = chunk;
    if (partial) {
      const taken = chunk.copy(partial.payload, filled);
      filled += taken;
      if (filled < partial.payload.length) return frames;
      frames.push(partial);
      partial = undefined;
      bytes = chunk.subarray(taken);
    } else if (rest.length > 0) {
      bytes = Buffer.concat([rest, chunk]);
    }
    let at = 0;
    while (bytes.length - at >= PREFIX) {
      const headerEnd = at + PREFIX + bytes.readUInt32LE(at);
      if (headerEnd - at > LONGEST_HEADER) throw new FrameError("something that is no frame was written");
      if (bytes.length < headerEnd) break;
      const header = parse(bytes.toString("utf8", at + PREFIX, headerEnd));
      const size = bytes.readUInt32LE(at + 4);
      at = headerEnd + size;
      if (bytes.length < at) {
        partial = { header, payload: allocate(size) };
        filled = bytes.copy(partial.payload, 0, headerEnd);
        break;
      }
      frames.push({ header, payload: bytes.subarray(headerEnd, at) });
    }
    rest = at < bytes.length ? bytes.subarray(at) : NOTHING;
    return frames;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FrameError("something that is no frame was written");
  }
}

function allocate(size: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(size);
  } catch {
    throw new FrameError(`a value of ${size} bytes, for which there is no memory, was written`);
  }
}
