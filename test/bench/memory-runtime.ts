// Both sides of the memory benchmark: prints the kilobytes that 1,000 waiting inputs take, of ours or of the least that a queue can be.
import { createBoard } from "../../runtime/trace/board.ts";
import { openBench } from "./platform.ts";

const [side, count = "10000"] = process.argv.slice(2);
const inputs = Number(count);

/** Bytes in use once all that nobody needs is gone. */
function used(): number {
  global.gc?.();
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const event = (id: number) => ({ id, text: `input ${id}` });
let before = 0;
const print = () => console.log((used() - before) / 1024 / (inputs / 1000));

if (side === "ours") {
  // As where an app is served: the board follows all inputs. Before it gets a turn no container boots: all of them wait.
  const { session, call, close } = await openBench({ keepWarm: 0, maxContainers: 1 }, () => undefined);
  const board = createBoard();
  session.listen(board.apply);
  const answers: Promise<unknown>[] = [];
  const fill = (from: number) => {
    for (let id = from; id < from + inputs; id++) answers.push(call(event(id)));
  };
  fill(0);
  before = used();
  fill(inputs);
  print();
  await Promise.all(answers);
  await close();
} else {
  const queue: unknown[] = [];
  const fill = (from: number) => {
    for (let id = from; id < from + inputs; id++) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      queue.push({ bytes: Buffer.from(JSON.stringify([event(id)])), promise, resolve, reject });
    }
  };
  fill(0);
  before = used();
  fill(inputs);
  print();
  if (queue.length !== 2 * inputs) throw new Error("some are gone");
}
