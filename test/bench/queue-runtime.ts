// Our side of the queue benchmark: a session whose pool of warm containers takes all inputs at once; prints the milliseconds of each round.
import { createWriteStream } from "node:fs";
import type { RuntimeMessage } from "../../runtime/options.ts";
import { openBench } from "./platform.ts";

const [inputs = 1, containers = 1, rounds = 1] = process.argv.slice(2).map(Number);
// Where messages go as they do in the process that serves: as lines of JSON.
const sink = createWriteStream("/dev/null");
let lines: string[] = [];
const say = (message: RuntimeMessage): undefined => {
  lines.push(`${JSON.stringify(message)}\n`);
  if (lines.length < 500) return;
  sink.write(lines.join(""));
  lines = [];
};
const { call, close } = await openBench({ keepWarm: containers, maxContainers: containers }, say);
const round = async (count: number): Promise<number> => {
  const began = performance.now();
  await Promise.all(Array.from({ length: count }, (_, id) => call({ id })));
  return performance.now() - began;
};
await round(500);
for (let i = 0; i < rounds; i++) console.log(await round(inputs));
await close();
