// Frames survive any cutting of the stream.
import fc from "fast-check";
import { expect, it } from "vitest";
import { createDecoder, encode } from "./frames.ts";

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
