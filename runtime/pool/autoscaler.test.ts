import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOOT_ATTEMPTS, type Decision, decide, type PoolSettings, type PoolState } from "./autoscaler.ts";

const SETTINGS: PoolSettings = { min: 0, max: 10, buffer: 0, idleTimeout: 60_000, target: 1 };

type Given = Partial<Omit<PoolState, "idle" | "idleSince">> & { readonly idle?: readonly number[] };

/** Containers take one input each, unless the state says how much room there is. */
function whole({ idle = [], ...state }: Given): PoolState {
  const busy = state.busy ?? 0;
  return {
    now: 100_000,
    pending: 0,
    running: busy,
    room: idle.length,
    booting: 0,
    failures: 0,
    deaths: 0,
    ...state,
    busy,
    idle: idle.length,
    idleSince: idle,
  };
}

const check = (state: Given, settings: Partial<PoolSettings> = {}) =>
  decide(whole(state), { ...SETTINGS, ...settings });

const NOTHING: Decision = { assign: 0, boot: 0, stop: 0, giveUp: false, wakeAt: undefined };

describe("decide", () => {
  it.each<[string, Given, Partial<PoolSettings>, Partial<Decision>]>([
    ["nothing to do", {}, {}, NOTHING],
    ["the first input boots a container", { pending: 1 }, {}, { boot: 1 }],
    [
      "an idle container takes the input, and none is booted",
      { pending: 1, idle: [99_000] },
      {},
      { assign: 1, boot: 0 },
    ],
    ["a booting container covers the input", { pending: 1, booting: 1 }, {}, { boot: 0 }],
    [
      "only what is not covered is booted",
      { pending: 5, idle: [99_000], booting: 2 },
      {},
      { assign: 1, boot: 2 },
    ],
    ["busy containers cover nothing that waits", { pending: 1, busy: 3 }, {}, { boot: 1 }],
    ["there are never more than the maximum", { pending: 5, busy: 2 }, { max: 3 }, { boot: 1 }],
    ["at the maximum inputs wait", { pending: 5, busy: 3 }, { max: 3 }, NOTHING],
    ["the minimum is booted without inputs", {}, { min: 3 }, { boot: 3 }],
    ["busy and booting containers belong to the minimum", { busy: 1, booting: 1 }, { min: 3 }, { boot: 1 }],
    ["inputs beyond the minimum scale as usual", { pending: 2, busy: 2 }, { min: 2 }, { boot: 2 }],
    ["an idle container ends after its time", { idle: [40_000] }, {}, { stop: 1 }],
    [
      "an idle container is looked at again when its time is up",
      { idle: [70_000, 90_000] },
      {},
      { ...NOTHING, wakeAt: 130_000 },
    ],
    ["the minimum never ends", { idle: [0, 10_000] }, { min: 2 }, NOTHING],
    ["of more than the minimum the oldest end", { idle: [0, 10_000, 20_000] }, { min: 1 }, { stop: 2 }],
    ["a container that takes an input does not end", { pending: 1, idle: [0] }, {}, { assign: 1, stop: 0 }],
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
    [
      "a warm container that was killed is replaced at once",
      { deaths: 1, lastFailure: 100_000 },
      { min: 1 },
      { boot: 1 },
    ],
    [
      "one that is killed again and again, after pauses",
      { deaths: 4, lastFailure: 100_000 },
      { min: 1 },
      { boot: 0, wakeAt: 100_800 },
    ],
    ["but always in the end", { deaths: 400, lastFailure: 69_999 }, { min: 1 }, { boot: 1 }],
    ["the maximum wins over the minimum", {}, { min: 5, max: 2 }, { boot: 2 }],
    ["a buffer is kept beyond what inputs need", { busy: 2 }, { buffer: 2 }, { boot: 2 }],
    [
      "the buffer counts for inputs that come",
      { pending: 1, busy: 2, booting: 2 },
      { buffer: 2 },
      { boot: 1 },
    ],
    ["the buffer keeps to the maximum", { busy: 2 }, { buffer: 9, max: 4 }, { boot: 2 }],
    ["without inputs there is no buffer", {}, { buffer: 2 }, NOTHING],
    ["the buffer is not ended while there are inputs", { busy: 1, idle: [0, 1] }, { buffer: 2 }, NOTHING],
    [
      "containers with room take inputs",
      { pending: 3, running: 3, busy: 2, room: 5 },
      { target: 4 },
      { assign: 3, boot: 0 },
    ],
    [
      "one is booted for so many inputs as it is to have",
      { pending: 9, running: 4, busy: 1, room: 0 },
      { target: 4 },
      { boot: 3 },
    ],
    [
      "above the target one is booted although there is room",
      { running: 5, busy: 1, room: 3 },
      { target: 4 },
      { boot: 1 },
    ],
    [
      "booting ones cover as many inputs as they are to have",
      { pending: 4, running: 4, busy: 1, room: 0, booting: 1 },
      { target: 4 },
      { boot: 0 },
    ],
  ])("%s", (_rule, state, settings, expected) => {
    expect(check(state, settings)).toMatchObject(expected);
  });

  const states = fc
    .record({
      pending: fc.nat(20),
      idle: fc.uniqueArray(fc.nat(100_000), { maxLength: 10 }).map((all) => all.sort((a, b) => a - b)),
      busy: fc.nat(10),
      booting: fc.nat(10),
      failures: fc.nat(BOOT_ATTEMPTS),
      deaths: fc.nat(5),
      lastFailure: fc.nat(100_000),
      /** Inputs that a container takes, and how full those at work are. */
      inputs: fc.integer({ min: 1, max: 4 }),
      filled: fc.array(fc.nat(3), { minLength: 10, maxLength: 10 }),
      target: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ inputs, filled, target, ...state }) => {
      const loads = filled.slice(0, state.busy).map((more) => 1 + (more % inputs));
      const running = loads.reduce((sum, load) => sum + load, 0);
      const room = (state.idle.length + state.busy) * inputs - running;
      return { state: whole({ ...state, running, room }), target: Math.min(target, inputs) };
    });
  const settings = fc.record({
    min: fc.nat(5),
    max: fc.integer({ min: 1, max: 30 }),
    buffer: fc.nat(3),
    idleTimeout: fc.integer({ min: 2000, max: 120_000 }),
  });

  it("keeps its laws in every state", () => {
    fc.assert(
      fc.property(states, settings, ({ state, target }, rest) => {
        const chosen = { ...rest, target };
        const { assign, boot, stop, giveUp, wakeAt } = decide(state, chosen);
        const total = state.idle + state.busy + state.booting;
        const demand = state.pending + state.running;
        const needed = demand === 0 ? 0 : Math.ceil(demand / target) + chosen.buffer;
        const keep = Math.min(chosen.max, Math.max(chosen.min, needed));
        expect(assign).toBe(Math.min(state.pending, state.room));
        expect(total + boot).toBeLessThanOrEqual(Math.max(total, keep));
        expect(stop).toBeLessThanOrEqual(state.idle);
        expect(total - stop).toBeGreaterThanOrEqual(Math.min(total, keep));
        const since = [...state.idleSince];
        for (const each of since.slice(0, stop))
          expect(each + chosen.idleTimeout).toBeLessThanOrEqual(state.now);
        if (giveUp) expect(boot).toBe(0);
        if (wakeAt !== undefined) expect(wakeAt).toBeGreaterThan(state.now);
      }),
    );
  });

  it("never leaves an input without a prospect: a container, a boot, a time to try again, or its end", () => {
    fc.assert(
      fc.property(states, settings, ({ state, target }, rest) => {
        fc.pre(state.pending > state.room);
        const { boot, giveUp, wakeAt } = decide(state, { ...rest, target });
        const live = state.idle + state.busy + state.booting > 0;
        expect(live || boot > 0 || giveUp || wakeAt !== undefined).toBe(true);
      }),
    );
  });
});
