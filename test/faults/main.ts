// `npm run bench:faults`: ten thousand inputs through everything that can go wrong, in both languages; the seed decides.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serveIn } from "../serve/served.ts";
import { APPS } from "./apps.ts";
import { drive } from "./faults.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    language: { type: "string", multiple: true, default: ["TypeScript", "Python"] },
  },
});
/** Bytes that the queue's process may grow by, from a third of the inputs to their end. */
const GROWTH = 48 * 2 ** 20;

let failed = false;
for (const language of values.language as (keyof typeof APPS)[]) {
  const { file, text, env } = APPS[language];
  const folder = mkdtempSync(join(tmpdir(), "coldstart-faults-"));
  const inputs = Number(values.inputs);
  const seed = Number(values.seed);
  try {
    const args = env.flatMap((each) => ["--env", each]);
    const served = await serveIn(folder, { [file]: text }, file, { args });
    const { answers, containers, memory, problems } = await drive(served, {
      language,
      inputs,
      seed,
      atOnce: 16,
    });
    const [early, late] = memory;
    const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
    const ended = Object.entries(answers)
      .map(([what, n]) => `${n} ${what}`)
      .join(", ");
    console.log(`${language}, seed ${seed}: ${inputs} inputs in ${containers} containers: ${ended}`);
    console.log(`  memory of the queue's process: ${megabytes(early)}, at the end ${megabytes(late)}`);
    if (late - early > GROWTH) problems.push(`it grew by ${megabytes(late - early)}`);
    for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
    failed ||= problems.length > 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(
  failed ? `again: npm run bench:faults -- --seed ${values.seed}` : "nothing was lost, nothing is left",
);
process.exitCode = failed ? 1 : 0;
