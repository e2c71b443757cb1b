// Our side of the burst benchmark: as many inputs as containers come at once; prints the milliseconds until all stand and all have their answers.
import { openBench } from "./platform.ts";

const [containers = 1] = process.argv.slice(2).map(Number);
const bench = await openBench({ keepWarm: 0, maxContainers: containers }, () => undefined);
let ready = 0;
const all = Promise.withResolvers<void>();
bench.session.listen(({ type }) => {
  if (type === "container.ready" && ++ready === containers) all.resolve();
});
const began = performance.now();
const answers = Array.from({ length: containers }, (_, id) => bench.call({ id }));
// The first of them would answer for those that still boot, which then were not booted.
bench.platform.configure(bench.function, { keepWarm: containers });
await Promise.all([...answers, all.promise]);
console.log(performance.now() - began);
await bench.close();
