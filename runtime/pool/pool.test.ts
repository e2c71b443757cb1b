import { beforeEach, describe, expect, it } from "vitest";
import type { FunctionSettings } from "../child/messages.ts";
import { type Answer, type Exit, json } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import type { Watch } from "./crew.ts";
import { createBackend, createClock, type FakeClock, failure, settled } from "./fakes.ts";
import { createPool, type Pool } from "./pool.ts";

let backend: ReturnType<typeof createBackend>;
let clock: FakeClock;
let events: EventBody[];
let troubles: string[];
let pool: Pool;

function open(settings: Partial<FunctionSettings> = {}): void {
  let inputs = 0;
  if (settings.concurrency) backend = createBackend(settings.concurrency.max);
  pool = createPool({
    function: {
      build: false,
      timeout: 1,
      keepWarm: 0,
      containerIdleTimeout: 60,
      ...settings,
    },
    prepare: backend.prepare,
    clock,
    newInput: () => `i${inputs++}`,
    emit: (event) => events.push(event),
    ended: () => {},
    trouble: (text) => troubles.push(text),
  });
}

/** Sends an input; what comes of it is the name of its container, or its error. */
function send(signal?: AbortSignal): Promise<unknown> {
  const done = ({ bytes }: Answer) => JSON.parse(Buffer.from(bytes).toString());
  return pool.call({ args: json([]), answer: "json", signal }).then(done, (error: unknown) => error);
}

async function ready(index: number): Promise<void> {
  await settled();
  backend.containers[index]?.becomeReady();
  await settled();
}

const said = (input: string) =>
  events.filter((e) => e.input === input).map((e) => ("reason" in e ? `${e.type} ${e.reason}` : e.type));

beforeEach(() => {
  backend = createBackend();
  clock = createClock();
  events = [];
  troubles = [];
});

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

  it("tells how many inputs wait, and how many containers there are", async () => {
    open({ maxContainers: 1 });
    const all = [send(), send()];
    expect(pool.figures()).toEqual({ backlog: 2, containers: 1 });
    await ready(0);
    expect(pool.figures()).toEqual({ backlog: 1, containers: 1 });
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

describe("retries", () => {
  const twice = { retries: { max: 2, initialDelay: 1, backoff: 3, maxDelay: 2 } };

  it.each(["error", "timeout", "lost", "environment"] as const)("try again after %s", async (kind) => {
    open(twice);
    const first = send();
    await ready(0);
    if (kind === "lost") backend.containers[0]?.die();
    else backend.containers[0]?.failInput(failure(kind));
    await settled();
    clock.advance(999);
    expect(said("i0")).toEqual(["input.queued", "input.started"]);
    clock.advance(1);
    if (kind === "lost") await ready(1);
    backend.in("busy")[0]?.finish();
    expect(await first).toMatch(/c[01]/);
    expect(said("i0")).toEqual(["input.queued", "input.started", "input.started", "input.finished"]);
  });

  it.each(["cancelled", "usage", "defect"] as const)("do not try again after %s", async (kind) => {
    open(twice);
    const first = send();
    await ready(0);
    backend.containers[0]?.failInput(failure(kind));
    expect(await first).toMatchObject({ run: { kind } });
  });

  it("pause for longer each time, up to the longest pause, and end with the last error", async () => {
    open(twice);
    const first = send();
    await ready(0);
    for (const pause of [1000, 2000]) {
      backend.containers[0]?.failInput(failure("error", `before ${pause}`));
      clock.advance(pause - 1);
      expect(backend.in("busy")).toEqual([]);
      clock.advance(1);
    }
    backend.containers[0]?.failInput(failure("error", "at last"));
    expect(await first).toMatchObject({ run: { message: "at last" } });
  });

  it("come before inputs that were sent later", async () => {
    open({ ...twice, maxContainers: 1 });
    void send();
    await ready(0);
    const others = [send(), send()];
    backend.containers[0]?.failInput(failure("error"));
    clock.advance(1000);
    backend.containers[0]?.finish();
    expect(backend.containers[0]?.inputs).toEqual(["i0", "i1", "i0"]);
    for (let i = 0; i < 2; i++) backend.containers[0]?.finish();
    await Promise.all(others);
  });

  it("are given up with their caller", async () => {
    open(twice);
    const abort = new AbortController();
    const first = send(abort.signal);
    await ready(0);
    backend.containers[0]?.failInput(failure("error"));
    abort.abort();
    expect(await first).toMatchObject({ run: { kind: "cancelled" } });
    clock.advance(60_000);
    expect(backend.containers[0]?.inputs).toEqual(["i0"]);
  });

  it("do not begin again what a caller has seen a part of", async () => {
    open(twice);
    const parts = { part: () => undefined };
    const call = pool.call({ args: json([]), answer: "json", parts });
    await ready(0);
    backend.containers[0]?.say(new Uint8Array([1]));
    backend.containers[0]?.failInput(failure("error", "half way"));
    await expect(call).rejects.toMatchObject({ run: { message: "half way" } });
  });

  it("run in the same container beside what was given up there, under another name", async () => {
    open({ ...twice, concurrency: { max: 2 }, maxContainers: 1 });
    const first = send();
    await ready(0);
    backend.containers[0]?.timeOut();
    clock.advance(1000);
    expect(backend.containers[0]?.current).toEqual(["i0, given up", "i0-2"]);
    for (let i = 0; i < 2; i++) backend.containers[0]?.finish();
    expect(await first).toBe("c0");
  });
});

describe("ends of inputs", () => {
  it("keeps the container of a function that threw", async () => {
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.failInput(failure("error", "boom"));
    expect(await first).toMatchObject({ run: { kind: "error", message: "boom" } });
    expect(said("i0")).toEqual(["input.queued", "input.started", "input.failed error"]);
    const second = send();
    await settled();
    backend.containers[0]?.finish();
    expect(await second).toBe("c0");
  });

  it("does not give the place of an input that was given up to another one before its code has ended", async () => {
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.timeOut();
    expect(await first).toMatchObject({ run: { kind: "timeout" } });
    expect(said("i0").at(-1)).toBe("input.failed timeout");
    const second = send();
    await ready(1);
    backend.containers[1]?.finish();
    expect(await second).toBe("c1");
    // Its code has ended in time: it is as warm as before.
    backend.containers[0]?.finish();
    const third = send();
    await settled();
    backend.containers[0]?.finish();
    expect(await third).toBe("c0");
    expect(said("i0")).toHaveLength(3);
  });

  it("says that the input is lost when its container dies, once", async () => {
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.die();
    expect(await first).toMatchObject({ run: { kind: "lost" } });
    await settled();
    expect(said("i0")).toEqual(["input.queued", "input.started", "input.failed lost"]);
    expect(backend.containers).toHaveLength(1);
  });

  it("does not give inputs to a container that died with its last answer", async () => {
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.finish();
    backend.containers[0]?.die();
    expect(await first).toBe("c0");
    const second = send();
    clock.advance(200);
    await ready(1);
    backend.containers[1]?.finish();
    expect(await second).toBe("c1");
  });

  it("gives no input to a container whose process has ended, though its folders are still being removed", async () => {
    const { prepare } = backend;
    const cleaned = Promise.withResolvers<Exit>();
    backend.prepare = async () => {
      const prepared = await prepare();
      return { ...prepared, start: () => Object.assign(prepared.start(), { exited: cleaned.promise }) };
    };
    open();
    const first = send();
    await ready(0);
    backend.containers[0]?.finish();
    await first;
    backend.containers[0]?.die("SIGKILL");
    await settled();
    const second = send();
    await ready(1);
    backend.containers[1]?.finish();
    expect(await second).toBe("c1");
    cleaned.resolve({ signal: "SIGKILL" });
  });

  it("cancels an input that waits, and one that runs", async () => {
    open({ maxContainers: 1 });
    const running = new AbortController();
    const waiting = new AbortController();
    const [first, second] = [send(running.signal), send(waiting.signal)];
    await ready(0);
    waiting.abort();
    expect(await second).toMatchObject({ run: { kind: "cancelled" } });
    expect(said("i1")).toEqual(["input.queued", "input.failed cancelled"]);
    running.abort();
    expect(await first).toMatchObject({ run: { kind: "cancelled" } });
    expect(await send(AbortSignal.abort())).toMatchObject({ run: { kind: "cancelled" } });
  });
});

describe("boots that fail", () => {
  it("ends the waiting inputs with what the code threw, at once", async () => {
    open();
    const both = Promise.all([send(), send()]);
    await settled();
    for (const container of backend.containers) container.failBoot(failure("error", "no model"));
    expect(await both).toMatchObject([{ run: { message: "no model" } }, { run: { message: "no model" } }]);
    expect(said("i1")).toEqual(["input.queued", "input.failed error"]);
    clock.advance(3_600_000);
    await settled();
    expect(backend.containers).toHaveLength(2);
  });

  it("tries again after longer and longer pauses when the container was lost, then gives up", async () => {
    open();
    const first = send();
    for (const pause of [200, 400]) {
      await settled();
      backend.containers.at(-1)?.die();
      await settled();
      const before = backend.containers.length;
      clock.advance(pause - 1);
      await settled();
      expect(backend.containers).toHaveLength(before);
      clock.advance(1);
    }
    await settled();
    backend.containers.at(-1)?.die();
    expect(await first).toMatchObject({ run: { kind: "lost" } });
    expect(backend.containers).toHaveLength(3);
  });

  it("counts boots that failed together as one", async () => {
    open();
    const all = Promise.all([send(), send(), send()]);
    await settled();
    for (const container of [...backend.containers]) container.die();
    await settled();
    clock.advance(200);
    await settled();
    expect(backend.in("booting")).toHaveLength(3);
    for (const container of backend.in("booting")) container.becomeReady();
    await settled();
    for (const container of backend.in("busy")) container.finish();
    expect(await all).toHaveLength(3);
  });

  it("does not respawn the minimum for ever, also when containers die after they were ready", async () => {
    open({ keepWarm: 1 });
    for (let i = 0; i < 10; i++) {
      await settled();
      backend.in("booting")[0]?.becomeReady();
      await settled();
      backend.in("idle")[0]?.die();
      await settled();
      clock.advance(10_000);
    }
    expect(backend.containers).toHaveLength(3);
    expect(troubles).toHaveLength(1);
  });

  it("tries again for a new input", async () => {
    open();
    const first = send();
    await settled();
    backend.containers[0]?.failBoot(failure("environment", "hub down"));
    expect(await first).toMatchObject({ run: { kind: "environment" } });
    const second = send();
    clock.advance(1000);
    await ready(1);
    backend.containers[1]?.finish();
    expect(await second).toBe("c1");
  });

  it("takes a failed preparation for a failed boot", async () => {
    backend.prepare = () => Promise.reject(failure("environment", "disk full"));
    open();
    expect(await send()).toMatchObject({ run: { message: "disk full" } });
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
