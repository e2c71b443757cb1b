// How inputs end, are tried again, and what boots that fail mean for them.
import { beforeEach, describe, expect, it } from "vitest";
import { type Exit, json } from "../container/container.ts";
import { failure, settled } from "./fakes.ts";
import { backend, clock, open, pool, ready, reset, said, send, troubles } from "./trial.ts";

beforeEach(reset);

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
