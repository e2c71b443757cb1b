// What the platform promises about scaling, warm-up, build, enter and warm pools, seen in the event log of real containers.
import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "./guide.ts";
import { folderWith, serve } from "./in-test.ts";
import { type Event, lives, of, type Served } from "./served.ts";

const start = ({ files, file }: Language): Promise<Served> => serve(files, file);

/** Containers of a function that have become ready and not ended. */
function warm(events: readonly Event[], name: string): readonly Event[] {
  const gone = new Set(of(events, "container.exited", name).map(({ container }) => container));
  return of(events, "container.ready", name).filter(({ container }) => !gone.has(container));
}

/** The container that took an input, by the order in which inputs were queued. */
function taker(events: readonly Event[], name: string, index: number): string | undefined {
  const input = of(events, "input.queued", name)[index]?.input;
  return of(events, "input.started", name).find((event) => event.input === input)?.container;
}

describe.each(LANGUAGES)("in $name", (language) => {
  it("a container that is ready is used again, and an input right after another boots nothing", async () => {
    const served = await start(language);
    await served.call(language.plain);
    await served.call(language.plain);
    const events = served.events();
    expect(of(events, "container.spawned", language.plain)).toHaveLength(1);
    expect(taker(events, language.plain, 1)).toBe(taker(events, language.plain, 0));
  });

  it("the first input of all boots a container, and its latency holds the boot", async () => {
    const served = await start(language);
    expect(of(served.events(), "container.spawned", language.plain)).toHaveLength(0);
    const { stages, wall = 0 } = await served.call(language.plain);
    const [queued] = of(served.events(), "input.queued", language.plain);
    const [spawned] = of(served.events(), "container.spawned", language.plain);
    const [ready] = of(served.events(), "container.ready", language.plain);
    expect(spawned?.t).toBeGreaterThanOrEqual(queued?.t ?? Number.NaN);
    expect(wall).toBeGreaterThanOrEqual((ready?.t ?? 0) - (spawned?.t ?? 0));
    expect(Object.values(stages ?? {}).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(wall, 1);
  });

  it("more inputs than warm containers boot as many as are missing", async () => {
    const served = await start(language);
    await served.call(language.plain);
    await Promise.all([1, 2, 3].map(() => served.call(language.plain, 1500)));
    expect(of(served.events(), "container.spawned", language.plain)).toHaveLength(3);
  });

  it("a container that frees itself while another boots takes the input that waits", async () => {
    const served = await start(language);
    await served.call(language.slow);
    const [first, second] = await Promise.all([
      served.call(language.slow, 500),
      served
        .until((events) => of(events, "input.started", language.slow).length === 2)
        .then(() => served.call(language.slow)),
    ]);
    expect([first.error, second.error]).toEqual([undefined, undefined]);
    const events = served.events();
    expect(of(events, "container.spawned", language.slow)).toHaveLength(2);
    expect(taker(events, language.slow, 2)).toBe(taker(events, language.slow, 1));
  });

  it("global scope and all enter hooks have run, in their order, before an input is taken", async () => {
    const served = await start(language);
    expect(await served.call(language.entered)).toMatchObject({ result: ["first", "second"] });
    const steps = served
      .events()
      .filter((event) => event.function?.endsWith(`::${language.entered}`) && event.type !== "input.queued")
      .map(({ type, hook }) => (hook ? `${type} ${hook}` : type));
    expect(steps).toEqual([
      "container.spawned",
      "container.loaded",
      "container.entered first",
      "container.entered second",
      "container.ready",
      "input.started",
      "input.finished",
    ]);
  });

  it("the build runs once for a version of the image, and what it wrote is in every container", async () => {
    const folder = folderWith(language.files);
    const first = await serve({}, language.file, { folder });
    const both = await Promise.all([first.call(language.built), first.call(language.built)]);
    expect(both.map(({ result }) => result)).toEqual(["downloaded\n", "downloaded\n"]);
    expect(of(first.events(), "image.layer.built")).not.toHaveLength(0);
    await first.stop();
    const second = await serve({}, language.file, { folder });
    expect(await second.call(language.built)).toMatchObject({ result: "downloaded\n" });
    expect(of(second.events(), "image.layer.built")).toHaveLength(0);
    expect(of(second.events(), "image.layer.cached")).not.toHaveLength(0);
  });

  it("a container without inputs ends after its idle timeout, which is 60 seconds unless it is set", async () => {
    const served = await start(language);
    const { functions } = await served.snapshot();
    const settings = (name: string) => functions.find((each) => each.name.endsWith(`::${name}`))?.settings;
    expect(settings(language.plain)?.containerIdleTimeout).toBe(60);
    expect(settings(language.brief)?.containerIdleTimeout).toBe(2);
    await served.call(language.plain);
    await served.call(language.brief);
    const events = await served.until((all) => of(all, "container.exited", language.brief).length === 1);
    const [finished] = of(events, "input.finished", language.brief);
    const [exited] = of(events, "container.exited", language.brief);
    expect((exited?.t ?? 0) - (finished?.t ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(warm(events, language.plain)).toHaveLength(1);
  });

  it("the minimum is warm before the first input, takes it at once, and outlives the idle timeout", async () => {
    const served = await start(language);
    await served.until((events) => warm(events, language.kept).length === 2);
    const { stages } = await served.call(language.kept);
    expect(stages).toMatchObject({ boot: 0, global: 0, enter: 0 });
    // Three at once: one more than is kept boots, and ends again.
    await Promise.all([1, 2, 3].map(() => served.call(language.kept, 1000)));
    const events = await served.until((all) => of(all, "container.exited", language.kept).length === 1);
    expect(of(events, "container.spawned", language.kept)).toHaveLength(3);
    expect(warm(events, language.kept)).toHaveLength(2);
  });

  it("the minimum is there again after a container has died", async () => {
    const served = await start(language);
    const [one] = warm(
      await served.until((events) => warm(events, language.kept).length === 2),
      language.kept,
    );
    const pid = of(served.events(), "container.spawned", language.kept).find(
      ({ container }) => container === one?.container,
    )?.pid;
    process.kill(pid ?? 0, "SIGKILL");
    const events = await served.until(
      (all) =>
        of(all, "container.exited", language.kept).length === 1 && warm(all, language.kept).length === 2,
    );
    expect(of(events, "container.spawned", language.kept)).toHaveLength(3);
  });

  it("the size of a warm pool follows what a function says while the app runs", async () => {
    const served = await start(language);
    await served.call(language.keep, 3);
    await served.until((events) => warm(events, language.plain).length === 3);
    const { functions } = await served.snapshot();
    const plain = functions.find((each) => each.name.endsWith(`::${language.plain}`));
    expect(plain?.containers.map(({ state }) => state)).toEqual(["warm", "warm", "warm"]);
    expect(plain?.settings.keepWarm).toBe(3);
  });

  it("amortized work makes the first input of a container slow, and no later one", async () => {
    const served = await start(language);
    const bodies: number[] = [];
    for (let i = 0; i < 4; i++) bodies.push((await served.call(language.lazy)).stages?.body ?? 0);
    const [first = 0, ...later] = bodies;
    expect(first).toBeGreaterThanOrEqual(400);
    expect(Math.max(...later)).toBeLessThan(400);
    const { functions } = await served.snapshot();
    const found = functions.find((each) => each.name.endsWith(`::${language.lazy}`))?.diagnosis;
    expect(found).toMatchObject([{ kind: "waiting" }, { kind: "first-inputs" }]);
  });

  it("a burst, one more, a pause and another one show the containers that the rules imply", async () => {
    const served = await start(language);
    const { brief } = language;
    await Promise.all([1, 2, 3, 4, 5].map(() => served.call(brief, 1500)));
    await served.call(brief);
    await served.until((events) => of(events, "container.exited", brief).length === 5);
    await served.call(brief);
    const events = served.events();
    expect(of(events, "container.spawned", brief)).toHaveLength(6);
    expect(of(events, "input.finished", brief)).toHaveLength(7);
    // The sixth input found a warm container, the seventh had to boot its own.
    const warmOnes = of(events, "container.spawned", brief).slice(0, 5);
    expect(warmOnes.map(({ container }) => container)).toContain(taker(events, brief, 5));
    expect(of(events, "container.spawned", brief)[5]?.container).toBe(taker(events, brief, 6));
  });

  it("an input whose container is killed is lost once, and the next one gets a new container", async () => {
    const served = await start(language);
    const doomed = served.call(language.plain, 60_000);
    await served.until((events) => of(events, "input.started", language.plain).length === 1);
    const [first] = of(served.events(), "container.spawned", language.plain);
    process.kill(first?.pid ?? 0, "SIGKILL");
    expect((await doomed).error).toMatchObject({ kind: "lost" });
    expect((await served.call(language.plain)).error).toBeUndefined();
    const events = served.events();
    expect(of(events, "input.failed").map(({ reason }) => reason)).toEqual(["lost"]);
    expect(of(events, "container.spawned", language.plain)).toHaveLength(2);
    expect(of(events, "container.exited", language.plain)).toMatchObject([{ signal: "SIGKILL" }]);
  });

  it("an end lets the inputs at hand end, and leaves no process behind", async () => {
    const served = await start(language);
    const last = served.call(language.plain, 1000);
    await served.until((events) => of(events, "input.started", language.plain).length === 1);
    const { code } = await served.stop("SIGTERM");
    expect((await last).error).toBeUndefined();
    expect(code).toBe(130);
    for (const { pid = 0 } of of(served.events(), "container.spawned")) expect(lives(pid)).toBe(false);
  });
});
