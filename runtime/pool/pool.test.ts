// How a pool scales, gives out inputs and ends.
import { beforeEach, describe, expect, it } from "vitest";
import type { Watch } from "./crew.ts";
import { settled } from "./fakes.ts";
import { backend, clock, open, pool, ready, reset, said, send, troubles } from "./trial.ts";

beforeEach(reset);

describe("scaling", () => {
  it("boots one container for the first input and reuses it for the next", async () => {
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.finish();
    expect(await first).toBe("c0");
    const second = send();
    await settled();
    backend.containers[0]?.finish();
    expect(await second).toBe("c0");
    expect(backend.containers).toHaveLength(1);
  });

  it("gives a waiting input to the container that becomes free while another boots", async () => {
    open();
    const first = send();
    await ready(0);
    const second = send();
    await settled();
    expect(backend.containers).toHaveLength(2);
    backend.containers[0]?.finish();
    await settled();
    expect(backend.containers[0]?.inputs).toEqual(["i0", "i1"]);
    backend.containers[0]?.finish();
    expect(await Promise.all([first, second])).toEqual(["c0", "c0"]);
    await ready(1);
    expect(backend.containers[1]?.state).toBe("idle");
  });

  it("takes inputs in the order in which they came", async () => {
    open({ maxContainers: 1 });
    const all = [send(), send(), send()];
    await ready(0);
    for (let i = 0; i < 3; i++) {
      backend.containers[0]?.finish();
      await settled();
    }
    await Promise.all(all);
    expect(backend.containers[0]?.inputs).toEqual(["i0", "i1", "i2"]);
  });

  it("ends a container with its first input where it is for one alone", async () => {
    open({ singleUse: true, keepWarm: 1 });
    const all = [send(), send()];
    await ready(0);
    await ready(1);
    for (const each of backend.containers) each.finish();
    expect(await Promise.all(all)).toEqual(["c0", "c1"]);
    await settled();
    expect(backend.containers.map(({ ended }) => ended)).toEqual(["stop", "stop", undefined]);
  });

  it("ends a container after its idle time, with its exit hooks", async () => {
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.finish();
    await first;
    clock.advance(59_999);
    expect(backend.containers[0]?.state).toBe("idle");
    clock.advance(1);
    expect(backend.containers[0]?.ended).toBe("stop");
  });

  it("keeps the minimum warm before the first input and after a container has died", async () => {
    open({ keepWarm: 2 });
    await ready(0);
    await ready(1);
    clock.advance(3_600_000);
    expect(backend.in("idle")).toHaveLength(2);
    backend.containers[0]?.die();
    await settled();
    expect(backend.containers).toHaveLength(2);
    clock.advance(200);
    await ready(2);
    expect(backend.in("idle")).toHaveLength(2);
  });

  it("replaces a warm container that was killed, each time after a longer pause", async () => {
    open({ keepWarm: 1 });
    for (const pause of [0, 200, 400, 800]) {
      await settled();
      backend.in("booting")[0]?.becomeReady();
      await settled();
      backend.in("idle")[0]?.die("SIGKILL");
      await settled();
      if (pause > 0) {
        clock.advance(pause - 1);
        await settled();
        expect(backend.in("booting")).toHaveLength(0);
        clock.advance(1);
        await settled();
      }
      expect(backend.in("booting")).toHaveLength(1);
    }
    expect(troubles).toEqual([]);
  });

  /** Has containers wait for calls of their own. */
  function watched(): Watch[] {
    const watches: Watch[] = [];
    const { prepare } = backend;
    backend.prepare = (watch) => {
      if (watch) watches.push(watch);
      return prepare();
    };
    return watches;
  }

  it("lets functions that wait for calls of their own have containers beyond the usual number", async () => {
    const watches = watched();
    open();
    const all = Array.from({ length: 40 }, () => send());
    await settled();
    expect(backend.containers).toHaveLength(32);
    for (const watch of watches) watch.asks(1);
    await settled();
    expect(backend.containers).toHaveLength(40);
    await pool.stop();
    await Promise.all(all);
  });

  it("ends calls that lead back to their function without an end", async () => {
    const watches = watched();
    open();
    const all: Promise<unknown>[] = [];
    for (let depth = 0; depth < 100; depth++) {
      all.push(send());
      await ready(depth);
      watches[depth]?.asks(1);
    }
    expect(await send()).toMatchObject({ run: { kind: "usage", name: "TooManyContainersError" } });
    expect(backend.containers).toHaveLength(100);
    await pool.stop();
    await Promise.all(all);
  });

  it("tells of containers that wait for each other as long as they do", async () => {
    const watches = watched();
    open({ maxContainers: 1 });
    const all = [send(), send()];
    await ready(0);
    watches[0]?.asks(1);
    clock.advance(4999);
    expect(troubles).toEqual([]);
    clock.advance(1);
    expect(troubles).toEqual([expect.stringContaining("may wait for ever: 1 of its inputs")]);
    await pool.stop();
    await Promise.all(all);
  });

  it("tells how many inputs wait and run, how many containers there are, and what they have room for", async () => {
    open({ maxContainers: 1 });
    const all = [send(), send()];
    expect(pool.figures()).toEqual({ backlog: 2, containers: 1, running: 0, room: 0 });
    await ready(0);
    expect(pool.figures()).toEqual({ backlog: 1, containers: 1, running: 1, room: 0 });
    await pool.stop();
    await Promise.all(all);
  });

  it("follows a change of the minimum", async () => {
    open();
    pool.configure({ keepWarm: 1 });
    await ready(0);
    expect(backend.in("idle")).toHaveLength(1);
    pool.configure({ keepWarm: 0 });
    clock.advance(60_000);
    expect(backend.in("idle")).toHaveLength(0);
  });
});

describe("several inputs at once", () => {
  const several = (target: number) => ({ concurrency: { max: 3, target }, maxContainers: 3 });

  it("fills a container up to its target, then boots another, and goes beyond it meanwhile", async () => {
    open(several(2));
    const all = [send(), send(), send()];
    await settled();
    // Three inputs at two for each.
    expect(backend.containers).toHaveLength(2);
    await ready(0);
    expect(backend.containers[0]?.current).toEqual(["i0", "i1", "i2"]);
    await ready(1);
    all.push(send());
    expect(backend.containers[1]?.current).toEqual(["i3"]);
    for (let i = 0; i < 3; i++) backend.containers[0]?.finish();
    backend.containers[1]?.finish();
    expect(await Promise.all(all)).toEqual(["c0", "c0", "c0", "c1"]);
  });

  it("gives inputs to a container at work before it wakes an idle one", async () => {
    open({ ...several(2), keepWarm: 2 });
    await ready(0);
    await ready(1);
    const all = [send(), send()];
    expect(backend.in("busy").map(({ current }) => current)).toEqual([["i0", "i1"]]);
    for (let i = 0; i < 2; i++) backend.in("busy")[0]?.finish();
    await Promise.all(all);
  });

  it("loses all inputs of a container that dies", async () => {
    open(several(3));
    const all = [send(), send()];
    await ready(0);
    backend.containers[0]?.die("SIGKILL");
    expect(await Promise.all(all)).toMatchObject([{ run: { kind: "lost" } }, { run: { kind: "lost" } }]);
  });
});

describe("the end of a pool", () => {
  it("drains: inputs end, containers stop with their exit hooks, new inputs are refused", async () => {
    open({ maxContainers: 1, keepWarm: 1 });
    const all = [send(), send()];
    await ready(0);
    let drained = false;
    const end = pool.drain().then(() => {
      drained = true;
    });
    expect(await send()).toMatchObject({ run: { kind: "cancelled" } });
    backend.containers[0]?.finish();
    await settled();
    expect(drained).toBe(false);
    backend.containers[0]?.finish();
    await end;
    expect(await Promise.all(all)).toEqual(["c0", "c0"]);
    expect(backend.containers[0]?.ended).toBe("stop");
    expect(backend.containers).toHaveLength(1);
  });

  it("stops: inputs are cancelled, containers killed", async () => {
    open({ maxContainers: 1 });
    const all = [send(), send()];
    await ready(0);
    await pool.stop();
    expect(await Promise.all(all)).toMatchObject([
      { run: { kind: "cancelled" } },
      { run: { kind: "cancelled" } },
    ]);
    expect(said("i0")).toEqual(["input.queued", "input.started", "input.failed cancelled"]);
    expect(backend.containers[0]?.ended).toBe("kill");
  });

  it("stops while it drains", async () => {
    open();
    const first = send();
    await ready(0);
    const drained = pool.drain();
    await pool.stop();
    await drained;
    expect(await first).toMatchObject({ run: { kind: "cancelled" } });
  });

  it("says what went wrong while containers ended", async () => {
    open({ keepWarm: 1 });
    await ready(0);
    const [container] = backend.containers;
    if (container) container.kill = () => Promise.reject(new Error("can't remove a folder"));
    await expect(pool.stop()).rejects.toThrow("can't remove a folder");
  });

  it("discards a container that was still being prepared", async () => {
    open();
    const first = send();
    await pool.stop();
    await first;
    expect(backend.discarded).toEqual(["c0"]);
    expect(backend.containers).toHaveLength(0);
  });
});
