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

export interface Frame {
  readonly header: unknown;
  readonly payload: Buffer;
}

export function encode(header: unknown, payload?: Uint8Array | string): Buffer {
  const text = JSON.stringify(header);
  const textBytes = Buffer.byteLength(text);
  const payloadBytes =
    payload === undefined ? 0 : typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength;
  const frame = Buffer.allocUnsafe(PREFIX + textBytes + payloadBytes);
  frame.writeUInt32LE(textBytes, 0);
  frame.writeUInt32LE(payloadBytes, 4);
  frame.write(text, PREFIX);
  if (typeof payload === "string") frame.write(payload, PREFIX + textBytes);
  else if (payload !== undefined) frame.set(payload, PREFIX + textBytes);
  return frame;
}

/** Cuts a stream of bytes into frames. Chunks are joined only once a frame is complete, so large payloads cost one copy. */
export function createDecoder(): (chunk: Buffer) => Frame[] {
  let chunks: Buffer[] = [];
  let have = 0;
  let need = PREFIX;
  return (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    if (have < need) return [];
    let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks, have);
    const frames: Frame[] = [];
    for (;;) {
      need = PREFIX;
      if (bytes.length < need) break;
      const headerEnd = PREFIX + bytes.readUInt32LE(0);
      need = headerEnd + bytes.readUInt32LE(4);
      if (bytes.length < need) break;
      frames.push({
        header: JSON.parse(bytes.toString("utf8", PREFIX, headerEnd)),
        payload: bytes.subarray(headerEnd, need),
      });
      bytes = bytes.subarray(need);
    }
    have = bytes.length;
    chunks = have === 0 ? [] : [bytes];
    return frames;
  };
}
