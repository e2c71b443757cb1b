// Whatever happens, the pool does what the reference does, and each input ends once.
import fc from "fast-check";
import { expect, it } from "vitest";
import { json } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { createBackend, createClock, type FakeContainer, failure, settled } from "./fakes.ts";
import { createPool } from "./pool.ts";
import { Reference } from "./reference.ts";

const acts = ["ready", "finish", "throw", "time out", "die", "fail boot", "cancel"] as const;
type Step =
  | { readonly do: "send" }
  | { readonly do: (typeof acts)[number]; readonly pick: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "keepWarm"; readonly n: number };

const act = (weight: number, ...names: (typeof acts)[number][]) => ({
  weight,
  arbitrary: fc.record({ do: fc.constantFrom(...names), pick: fc.nat(9) }),
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("send" as const) }) },
  act(5, "ready", "finish"),
  act(2, "throw", "time out", "die", "cancel"),
  act(1, "fail boot"),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 99, 300, 5001, 70_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("keepWarm" as const), n: fc.nat(3) }) },
);

const rules = fc
  .record({
    min: fc.nat(2),
    max: fc.integer({ min: 3, max: 6 }),
    buffer: fc.nat(1),
    idleTimeout: fc.constantFrom(2000, 60_000),
    inputs: fc.constantFrom(1, 1, 3),
    target: fc.constantFrom(1, 2, 3),
    retries: fc.constantFrom(0, 2),
    delay: fc.constantFrom(100, 1000),
  })
  .map((all) => ({ ...all, target: Math.min(all.target, all.inputs) }));

it("does what the reference does, and ends each input once", async () => {
  await fc.assert(
    fc.asyncProperty(
      rules,
      fc.array(steps, { maxLength: 50 }),
      fc.boolean(),
      async (chosen, script, drain) => {
        const backend = createBackend(chosen.inputs);
        const clock = createClock();
        const model = new Reference(chosen);
        const events: EventBody[] = [];
        const ends = new Map<string, number>();
        const aborts = new Map<string, AbortController>();
        let inputs = 0;
        const pool = createPool({
          function: {
            build: false,
            timeout: 1,
            keepWarm: chosen.min,
            maxContainers: chosen.max,
            bufferContainers: chosen.buffer,
            containerIdleTimeout: chosen.idleTimeout / 1000,
            concurrency: { max: chosen.inputs, target: chosen.target },
            retries: { max: chosen.retries, initialDelay: chosen.delay / 1000, backoff: 2, maxDelay: 60 },
          },
          prepare: backend.prepare,
          clock,
          newInput: () => `i${inputs++}`,
          emit: (event) => events.push(event),
          ended: () => {},
          trouble: () => {},
        });
        const send = () => {
          const id = `i${inputs}`;
          const abort = new AbortController();
          aborts.set(id, abort);
          const count = () => ends.set(id, (ends.get(id) ?? 0) + 1);
          pool.call({ args: json([]), answer: "json", signal: abort.signal }).then(count, count);
          model.send(id);
        };
        const any = (state: FakeContainer["state"], pick: number) => {
          const candidates = backend.in(state);
          return candidates[pick % candidates.length];
        };
        const both = (
          it: FakeContainer | undefined,
          real: (it: FakeContainer) => void,
          paper: (id: string) => void,
        ) => {
          if (!it) return;
          real(it);
          paper(it.id);
        };
        const apply = (step: Step) => {
          if (step.do === "send") send();
          else if (step.do === "wait") {
            clock.advance(step.ms);
            model.advance(step.ms);
          } else if (step.do === "keepWarm") {
            pool.configure({ keepWarm: step.n });
            model.configure(step.n);
          } else if (step.do === "cancel") {
            const id = [...aborts.keys()][step.pick];
            if (id === undefined) return;
            aborts.get(id)?.abort();
            model.cancel(id);
          } else {
            const { pick } = step;
            const booting = any("booting", pick);
            const busy = any("busy", pick);
            const warm = any("idle", pick) ?? busy ?? booting;
            if (step.do === "ready")
              both(
                booting,
                (c) => c.becomeReady(),
                (id) => model.ready(id),
              );
            if (step.do === "fail boot")
              both(
                booting,
                (c) => c.failBoot(failure("error")),
                (id) => model.failBoot(id),
              );
            if (step.do === "finish")
              both(
                busy,
                (c) => c.finish(),
                (id) => model.end(id, "finished"),
              );
            if (step.do === "throw")
              both(
                busy,
                (c) => c.failInput(failure("error")),
                (id) => model.end(id, "error"),
              );
            if (step.do === "time out")
              both(
                busy,
                (c) => c.timeOut(),
                (id) => model.timeOut(id),
              );
            if (step.do === "die")
              both(
                warm,
                (c) => c.die("SIGKILL"),
                (id) => model.die(id),
              );
          }
        };
        /** What inputs each living container has, a retry under its own name. */
        const real = () =>
          backend.containers
            .filter(({ state }) => state !== "gone")
            .map(({ id, state, current }) => [
              id,
              state === "booting",
              current.map((it) => it.replace(/^(i\d+)-\d/, "$1")),
            ]);
        const paper = () =>
          model.containers.map(({ id, state, held }) => [
            id,
            state === "booting",
            held.map(({ input, givenUp }) => (givenUp ? `${input}, given up` : input)),
          ]);
        const ended = () => events.filter(({ type }) => type === "input.finished" || type === "input.failed");

        await settled();
        for (const step of script) {
          apply(step);
          await settled();
          expect(real()).toEqual(paper());
          expect(pool.figures()).toMatchObject({
            backlog: model.queue.length,
            containers: model.containers.length,
          });
          const how = (event: EventBody) => (event.type === "input.failed" ? event.reason : "finished");
          expect(
            ended()
              .map((event) => [event.input, how(event)])
              .sort(),
          ).toEqual(
            [...model.ends].map(([id, end]) => [id, end === "gave up" ? expect.any(String) : end]).sort(),
          );
        }

        // From here on every container does its work.
        let over = false;
        const last = drain ? pool.drain() : pool.stop();
        void last.then(() => {
          over = true;
        });
        for (let turns = 0; !over; turns++) {
          expect(turns).toBeLessThan(500);
          await settled();
          for (const container of backend.in("booting")) container.becomeReady();
          await settled();
          for (const container of backend.in("busy")) container.finish();
          clock.advance(1000);
        }
        expect([...ends.values()]).toEqual([...aborts].map(() => 1));
        for (const id of aborts.keys()) {
          const said = events.filter((e) => e.input === id).map((e) => e.type);
          expect(said.filter((type) => type === "input.finished" || type === "input.failed")).toHaveLength(1);
          expect(said.filter((type) => type === "input.queued")).toHaveLength(1);
          expect(said[0]).toBe("input.queued");
          expect(said.filter((type) => type === "input.started").length).toBeLessThanOrEqual(
            1 + chosen.retries,
          );
        }
        expect(backend.containers.filter((c) => c.state !== "gone")).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
