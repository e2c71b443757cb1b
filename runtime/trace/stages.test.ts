import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "./events.ts";
import { coldStart } from "./stages.ts";

const ids = { container: "c", input: "i" };
const from = (...events: readonly object[]): RuntimeEvent[] =>
  events.map((event) => ({ v: 1, ...event }) as RuntimeEvent);

const started = from(
  { t: 10, type: "input.queued", input: "i" },
  { t: 12, type: "container.spawned", container: "c", pid: 1 },
  { t: 40, type: "container.loaded", container: "c", booted: 32 },
  { t: 45, type: "container.entered", container: "c", hook: "enter", started: 40 },
  { t: 45, type: "container.ready", container: "c" },
  { t: 46.5, type: "input.started", container: "c", input: "i" },
);
const finished = [...started, ...from({ t: 50, type: "input.finished", container: "c", input: "i" })];

describe("coldStart", () => {
  it("tells queue, boot, global, enter and body apart", () => {
    expect(coldStart(finished, ids)).toEqual({
      stages: { queue: 3.5, boot: 20, global: 8, enter: 5, body: 3.5 },
      wall: 40,
    });
  });

  it("does not care in which order the events of two processes came in", () => {
    expect(coldStart([...finished].reverse(), ids)).toEqual(coldStart(finished, ids));
  });

  it("ignores other containers and inputs", () => {
    const others = finished.map((event) => ({
      ...event,
      container: "other",
      input: "other",
      t: event.t + 1,
    }));
    expect(coldStart([...others, ...finished], ids)).toEqual(coldStart(finished, ids));
  });

  it("has queue and body alone for an input that found a warm container", () => {
    const warm = finished.map((event) => (event.type === "input.queued" ? { ...event, t: 46 } : event));
    expect(coldStart(warm, ids)).toEqual({
      stages: { queue: 0.5, boot: 0, global: 0, enter: 0, body: 3.5 },
      wall: 4,
    });
  });

  it("has the stages that were reached, the last until the failure", () => {
    const failed = [
      ...started.slice(0, 3),
      ...from({ t: 43, type: "input.failed", input: "i", reason: "error", message: "" }),
    ];
    expect(coldStart(failed, ids)).toEqual({ stages: { queue: 2, boot: 20, global: 8, enter: 3 }, wall: 33 });
  });

  it("tells boot and global apart for a container that failed in between, when told where", () => {
    const failed = [
      ...started.slice(0, 2),
      ...from({ t: 43, type: "input.failed", input: "i", reason: "error", message: "" }),
    ];
    expect(coldStart(failed, { ...ids, booted: 30 })).toEqual({
      stages: { queue: 2, boot: 18, global: 13 },
      wall: 33,
    });
    expect(coldStart(failed, ids)).toEqual({ stages: { queue: 2, boot: 31 }, wall: 33 });
  });

  it("has no wall time as long as the input has not ended", () => {
    expect(coldStart(started, ids).wall).toBeUndefined();
  });

  it("adds up to the wall time exactly, whatever the marks", () => {
    const microseconds = fc.integer({ min: 0, max: 1e9 }).map((us) => us / 1000);
    fc.assert(
      fc.property(fc.array(microseconds, { minLength: 7, maxLength: 7 }), (times) => {
        const [queued = 0, spawned = 0, booted = 0, loaded = 0, ready = 0, start = 0, end = 0] = times;
        const events = from(
          { t: queued, type: "input.queued", input: "i" },
          { t: spawned, type: "container.spawned", container: "c", pid: 1 },
          { t: loaded, type: "container.loaded", container: "c", booted },
          { t: ready, type: "container.ready", container: "c" },
          { t: start, type: "input.started", container: "c", input: "i" },
          { t: end, type: "input.finished", container: "c", input: "i" },
        );
        const { stages, wall = Number.NaN } = coldStart(events, ids);
        const parts = Object.values(stages).map((ms) => Math.round(ms * 1000));
        expect(parts.every((us) => us >= 0)).toBe(true);
        expect(parts.reduce((sum, us) => sum + us)).toBe(Math.round(wall * 1000));
      }),
    );
  });
});
