// A short run of the fault harness in each language; the long one is `npm run bench:faults`.
import { expect, it } from "vitest";
import { serve } from "../serve/in-test.ts";
import { APPS } from "./apps.ts";
import { drive } from "./faults.ts";

const SEED = Number(process.env.COLDSTART_SEED ?? 20_260_101);

it.each(["TypeScript", "Python"] as const)(
  "nothing is lost when everything goes wrong, in %s",
  async (language) => {
    const { file, text, env } = APPS[language];
    const served = await serve({ [file]: text }, file, { args: env.flatMap((each) => ["--env", each]) });
    const { answers, problems } = await drive(served, { language, inputs: 150, seed: SEED, atOnce: 8 });
    expect(problems, `COLDSTART_SEED=${SEED}`).toEqual([]);
    expect(answers).toMatchObject({
      result: expect.any(Number),
      error: expect.any(Number),
      lost: expect.any(Number),
    });
  },
  180_000,
);
