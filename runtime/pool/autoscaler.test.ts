import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOOT_ATTEMPTS, type Decision, decide, type PoolSettings, type PoolState } from "./autoscaler.ts";

const SETTINGS: PoolSettings = { min: 0, max: 10, idleTimeout: 60_000 };

function check(state: Partial<PoolState>, settings: Partial<PoolSettings> = {}): Decision {
  const whole = { now: 100_000, pending: 0, idle: [], busy: 0, booting: 0, failures: 0, ...state };
  return decide(whole, { ...SETTINGS, ...settings });
}

const idle = (...sinces: readonly number[]) => sinces.map((since, i) => ({ id: `c${i}`, since }));
const NOTHING: Decision = { assign: [], boot: 0, stop: [], giveUp: false };

describe("decide", () => {
  it.each<[string, Partial<PoolState>, Partial<PoolSettings>, Partial<Decision>]>([
    ["nothing to do", {}, {}, NOTHING],
    ["the first input boots a container", { pending: 1 }, {}, { boot: 1 }],
    [
      "an idle container takes the input, and none is booted",
      { pending: 1, idle: idle(99_000) },
      {},
      { assign: ["c0"], boot: 0 },
    ],
    ["a booting container covers the input", { pending: 1, booting: 1 }, {}, { boot: 0 }],
    [
      "only what is not covered is booted",
      { pending: 5, idle: idle(99_000), booting: 2 },
      {},
      { assign: ["c0"], boot: 2 },
    ],
    ["busy containers cover nothing that waits", { pending: 1, busy: 3 }, {}, { boot: 1 }],
    ["there are never more than the maximum", { pending: 5, busy: 2 }, { max: 3 }, { boot: 1 }],
    ["at the maximum inputs wait", { pending: 5, busy: 3 }, { max: 3 }, NOTHING],
    [
      "the container used last is taken first",
      { pending: 1, idle: idle(1000, 3000, 2000) },
      {},
      { assign: ["c1"] },
    ],
    ["the minimum is booted without inputs", {}, { min: 3 }, { boot: 3 }],
    ["busy and booting containers belong to the minimum", { busy: 1, booting: 1 }, { min: 3 }, { boot: 1 }],
    ["inputs beyond the minimum scale as usual", { pending: 2, busy: 2 }, { min: 2 }, { boot: 2 }],
    ["an idle container ends after its time", { idle: idle(40_000) }, {}, { stop: ["c0"] }],
    [
      "an idle container is looked at again when its time is up",
      { idle: idle(90_000, 70_000) },
      {},
      { ...NOTHING, wakeAt: 130_000 },
    ],
    ["the minimum never ends", { idle: idle(0, 10_000) }, { min: 2 }, NOTHING],
    [
      "of more than the minimum the oldest end",
      { idle: idle(20_000, 0, 10_000) },
      { min: 1 },
      { stop: ["c1", "c2"] },
    ],
    [
      "a container that takes an input does not end",
      { pending: 1, idle: idle(0) },
      {},
      { assign: ["c0"], stop: [] },
    ],
    [
      "after a failed boot there is a pause",
      { pending: 1, failures: 1, lastFailure: 100_000 },
      {},
      { boot: 0, wakeAt: 100_200 },
    ],
    [
      "the next pause is longer",
      { pending: 1, failures: 2, lastFailure: 100_000 },
      {},
      { boot: 0, wakeAt: 100_400 },
    ],
    ["after the pause it is tried again", { pending: 1, failures: 1, lastFailure: 99_800 }, {}, { boot: 1 }],
    [
      "after too many failed boots the inputs end",
      { pending: 2, failures: BOOT_ATTEMPTS, lastFailure: 0 },
      {},
      { boot: 0, giveUp: true },
    ],
    [
      "inputs wait for a container that still works",
      { pending: 2, busy: 1, failures: BOOT_ATTEMPTS, lastFailure: 0 },
      {},
      { boot: 0, giveUp: false },
    ],
    [
      "inputs wait for a boot that is under way",
      { pending: 2, booting: 1, failures: BOOT_ATTEMPTS, lastFailure: 0 },
      {},
      { boot: 0, giveUp: false },
    ],
    ["the minimum is not booted for ever", { failures: BOOT_ATTEMPTS, lastFailure: 0 }, { min: 1 }, NOTHING],
  ])("%s", (_rule, state, settings, expected) => {
    expect(check(state, settings)).toMatchObject(expected);
  });

  const states = fc.record({
    now: fc.constant(100_000),
    pending: fc.nat(20),
    idle: fc.uniqueArray(fc.nat(100_000), { maxLength: 10 }).map((sinces) => idle(...sinces)),
    busy: fc.nat(10),
    booting: fc.nat(10),
    failures: fc.nat(BOOT_ATTEMPTS),
    lastFailure: fc.nat(100_000),
  });
  const settings = fc.record({
    min: fc.nat(5),
    max: fc.integer({ min: 5, max: 30 }),
    idleTimeout: fc.integer({ min: 2000, max: 120_000 }),
  });

  it("keeps its laws in every state", () => {
    fc.assert(
      fc.property(states, settings, (state, chosen) => {
        const { assign, boot, stop, giveUp, wakeAt } = decide(state, chosen);
        const total = state.idle.length + state.busy + state.booting;
        expect(assign.length).toBe(Math.min(state.pending, state.idle.length));
        expect(assign.filter((id) => stop.includes(id))).toEqual([]);
        expect(total + boot).toBeLessThanOrEqual(Math.max(total, chosen.max));
        expect(total - stop.length).toBeGreaterThanOrEqual(Math.min(total, chosen.min));
        if (boot > 0) {
          const uncovered = state.pending - state.idle.length - state.booting;
          expect(boot).toBeLessThanOrEqual(Math.max(uncovered, chosen.min - total));
        }
        if (giveUp) expect(boot).toBe(0);
        if (wakeAt !== undefined) expect(wakeAt).toBeGreaterThan(state.now);
      }),
    );
  });

  it("never leaves an input without a prospect: a container, a boot, a time to try again, or its end", () => {
    fc.assert(
      fc.property(states, settings, (state, chosen) => {
        fc.pre(state.pending > state.idle.length);
        const { boot, giveUp, wakeAt } = decide(state, chosen);
        const live = state.idle.length + state.busy + state.booting > 0;
        expect(live || boot > 0 || giveUp || wakeAt !== undefined).toBe(true);
      }),
    );
  });
});
