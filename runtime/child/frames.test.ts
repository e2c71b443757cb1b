// Frames survive any cutting of the stream.
import fc from "fast-check";
import { expect, it } from "vitest";
import { createDecoder, encode, encodeHead, FrameError } from "./frames.ts";

const frame = fc.record({
  header: fc.dictionary(
    fc.string({ unit: "binary" }),
    fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean()),
  ),
  payload: fc.uint8Array({ maxLength: 300 }),
});

it("decodes what was encoded, wherever the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(({ header, payload }) => encode(header, payload)));
        const decode = createDecoder();
        const decoded = [];
        let at = 0;
        for (const length of [...cuts, stream.length]) {
          decoded.push(...decode(stream.subarray(at, at + length)));
          at += length;
        }
        const plain = (header: unknown) => JSON.parse(JSON.stringify(header));
        expect(decoded.map(({ header, payload }) => [header, [...payload]])).toEqual(
          frames.map(({ header, payload }) => [plain(header), [...payload]]),
        );
      },
    ),
  );
});

it("takes text as payload, counted in bytes", () => {
  const [decoded] = createDecoder()(encode({ type: "x" }, "größer ☃"));
  expect(decoded?.payload.toString()).toBe("größer ☃");
});

it("writes the same bytes when the payload follows by itself", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array(), (header, payload) => {
      const apart = Buffer.concat([encodeHead(header, payload.length), payload]);
      expect(apart.equals(encode(header, payload))).toBe(true);
    }),
  );
});

it("holds a large payload once", () => {
  const payload = Buffer.alloc(50_000_000, 7);
  const head = encodeHead({ type: "result" }, payload.length);
  const decode = createDecoder();
  const before = process.memoryUsage().arrayBuffers;
  let found = decode(head);
  let highest = 0;
  for (let at = 0; at < payload.length; at += 65_536) {
    found = decode(payload.subarray(at, at + 65_536));
    highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
  }
  expect(found[0]?.payload.equals(payload)).toBe(true);
  expect(highest).toBeLessThan(1.1 * payload.length);
});

it.each([
  ["text", Buffer.from("hello, is anybody there? ".repeat(4))],
  ["a header that is no JSON", Buffer.from("\x04\0\0\0\0\0\0\0oops")],
  ["a header without an end", Buffer.from("\xff\xff\xff\x7f\0\0\0\0", "latin1")],
])("refuses %s", (_what, bytes) => {
  expect(() => createDecoder()(bytes)).toThrow(FrameError);
});
