import fc from "fast-check";
import { expect, it } from "vitest";
import { json } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { createBackend, createClock, type FakeContainer, failure, settled } from "./fakes.ts";
import { createPool } from "./pool.ts";

type Step =
  | {
      readonly do:
        | "send"
        | "ready"
        | "finish, die"
        | "failBoot"
        | "loseBoot"
        | "finish"
        | "throw"
        | "time out"
        | "die";
      readonly pick: number;
    }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "cancel"; readonly pick: number }
  | { readonly do: "keepWarm"; readonly n: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const), pick: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("ready" as const, "finish" as const, "finish, die" as const),
      pick: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("failBoot" as const, "loseBoot" as const, "throw" as const),
      pick: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("time out" as const, "die" as const, "cancel" as const),
      pick: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 100, 300, 5000, 70_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("keepWarm" as const), n: fc.nat(3) }) },
);

const settings = fc.record({
  keepWarm: fc.nat(2),
  maxContainers: fc.integer({ min: 3, max: 6 }),
  containerIdleTimeout: fc.constantFrom(2, 60),
});

it("ends each input once and keeps the rules of scaling, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.array(steps, { maxLength: 40 }),
      fc.boolean(),
      async (chosen, script, drain) => {
        const backend = createBackend();
        const clock = createClock();
        const events: EventBody[] = [];
        const ends = new Map<number, number>();
        const aborts: AbortController[] = [];
        let min = chosen.keepWarm;
        let inputs = 0;
        const pool = createPool({
          function: { build: false, timeout: 1, ...chosen },
          prepare: backend.prepare,
          clock,
          newInput: () => `i${inputs++}`,
          emit: (event) => events.push(event),
          ended: () => {},
          trouble: () => {},
        });
        const send = () => {
          const index = aborts.push(new AbortController()) - 1;
          const signal = aborts[index]?.signal;
          const count = () => ends.set(index, (ends.get(index) ?? 0) + 1);
          pool.call({ args: json([]), answer: "json", signal }).then(count, count);
        };
        const any = (state: FakeContainer["state"], pick: number) => {
          const candidates = backend.in(state);
          return candidates[pick % candidates.length];
        };
        const pending = () => {
          const of = (type: string) => new Set(events.filter((e) => e.type === type).map((e) => e.input));
          const ended = of("input.failed");
          const begun = of("input.started");
          return [...of("input.queued")].filter((id) => !begun.has(id) && !ended.has(id)).length;
        };
        const act = (step: Step) => {
          if (step.do === "send") send();
          if (step.do === "wait") clock.advance(step.ms);
          if (step.do === "keepWarm") {
            min = step.n;
            pool.configure({ keepWarm: min });
          }
          if (step.do === "cancel") aborts[step.pick]?.abort();
          if (step.do === "ready") any("booting", step.pick)?.becomeReady();
          if (step.do === "failBoot") any("booting", step.pick)?.failBoot(failure("error"));
          if (step.do === "loseBoot") any("booting", step.pick)?.die();
          if (step.do === "finish") any("busy", step.pick)?.finish();
          if (step.do === "finish, die") {
            const container = any("busy", step.pick);
            container?.finish();
            container?.die();
          }
          if (step.do === "throw") any("busy", step.pick)?.failInput(failure("error"));
          if (step.do === "time out") any("busy", step.pick)?.failInput(failure("timeout"));
          if (step.do === "die") (any("idle", step.pick) ?? any("busy", step.pick))?.die();
        };
        const liveAtOnce = () => backend.containers.filter((c) => c.state !== "gone").length;

        await settled();
        for (const step of script) {
          const known = new Set(backend.containers);
          const bootingBefore = backend.in("booting");
          act(step);
          await settled();
          expect(liveAtOnce()).toBeLessThanOrEqual(chosen.maxContainers);
          // An idle container and a waiting input never face each other.
          expect(Math.min(pending(), backend.in("idle").length)).toBe(0);
          // Nothing is booted that is not needed.
          const boots = backend.containers.filter((c) => !known.has(c)).length;
          const stillBooting = bootingBefore.filter((c) => c.state === "booting").length;
          const uncovered = pending() - stillBooting;
          const short = min - (liveAtOnce() - boots);
          expect(boots).toBeLessThanOrEqual(Math.max(0, uncovered, short));
        }

        // From here on every container does its work.
        const ended = drain ? pool.drain() : pool.stop();
        let over = false;
        void ended.then(() => {
          over = true;
        });
        for (let turns = 0; !over; turns++) {
          expect(turns).toBeLessThan(200);
          await settled();
          for (const container of backend.in("booting")) container.becomeReady();
          await settled();
          for (const container of backend.in("busy")) container.finish();
          clock.advance(1000);
        }
        expect([...ends.values()]).toEqual(aborts.map(() => 1));
        for (let i = 0; i < inputs; i++) {
          const said = events.filter((e) => e.input === `i${i}`).map((e) => e.type);
          expect(said.filter((type) => type === "input.finished" || type === "input.failed")).toHaveLength(1);
          expect(said[0]).toBe("input.queued");
          expect(said.filter((type) => type === "input.started").length).toBeLessThanOrEqual(1);
        }
        expect(liveAtOnce()).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});
