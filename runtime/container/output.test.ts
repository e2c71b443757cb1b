// Output is passed on as fast as it is taken, and its end is kept.
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { passOutput } from "./output.ts";

it("waits for a slow taker before it reads on", async () => {
  const stdout = new PassThrough();
  const taken: string[] = [];
  const slow = Promise.withResolvers<void>();
  passOutput(stdout, new PassThrough(), (_, text) => {
    taken.push(text);
    return taken.length === 1 ? slow.promise : undefined;
  });
  stdout.write("first");
  await new Promise((resolve) => setImmediate(resolve));
  stdout.write("second");
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toEqual(["first"]);
  slow.resolve();
  await new Promise((resolve) => stdout.once("data", resolve));
  expect(taken).toEqual(["first", "second"]);
});

it("keeps the end of both streams, and no half characters", async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = passOutput(stdout, stderr, () => undefined);
  const snowman = Buffer.from("☃");
  stdout.write(snowman.subarray(0, 1));
  stdout.write(snowman.subarray(1));
  stderr.write("x".repeat(10_000));
  stderr.end("the end");
  await new Promise((resolve) => stderr.once("end", resolve));
  expect(output.tail()).toHaveLength(8192);
  expect(output.tail()).toMatch(/xthe end$/);
  stdout.end("☃");
  await new Promise((resolve) => stdout.once("end", resolve));
  expect(output.tail()).toMatch(/the end☃$/);
});

it("reads a stream that somebody has paused before", async () => {
  const stderr = new PassThrough();
  stderr.pause();
  const taken = Promise.withResolvers<string>();
  passOutput(new PassThrough(), stderr, (_, text) => {
    taken.resolve(text);
    return undefined;
  });
  stderr.write("while it runs");
  expect(await taken.promise).toBe("while it runs");
});
