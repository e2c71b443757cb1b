// Classes of a served app: their endpoints, schedules and warm objects, containers by values, and exit hooks.
import { expect, it } from "vitest";
import { serve } from "./in-test.ts";
import { of } from "./served.ts";

const APP = `import { App, build, enter, exit, method, Period, webEndpoint } from "coldstart";
import { readFileSync, writeFileSync } from "node:fs";
const app = new App("hello");

@app.cls({ keepWarm: 1 })
export class Hello {
  #greeting = "";
  #inputs = 0;
  constructor(readonly options: { who?: string } = {}) {}
  @build() make() { writeFileSync("/tmp/greeting.txt", "hi"); }
  @enter() load() { this.#greeting = readFileSync("/tmp/greeting.txt", "utf8"); }
  @webEndpoint({ method: "post" }) async hook(request: Request) {
    return { said: this.say(await request.text()), inputs: ++this.#inputs };
  }
  @method() say(text: string) { return [this.#greeting, text, this.options.who ?? "all"].join(" "); }
  @method({ schedule: new Period({ seconds: 1 }) }) tick() { console.log("tick", this.say("now")); }
  @exit() bye() { console.log("bye"); }
}

@app.cls()
export class Sized {
  constructor(readonly options: { size: string }) {}
  @method() size() { return this.options.size; }
}
`;

it("classes answer requests, tick, keep their objects, and are told apart by their values", async () => {
  const served = await serve({ "hello.ts": APP }, "hello.ts");
  const ask = (body: string) => fetch(`${served.url}/f/Hello.hook`, { method: "POST", body });
  expect(await (await ask("you")).json()).toEqual({ said: "hi you all", inputs: 1 });
  expect(await (await ask("me")).json()).toEqual({ said: "hi me all", inputs: 2 });
  await served.said("tick hi now all");
  expect((await served.call('Hello(who="Ada").say', "it")).result).toBe("hi it Ada");
  expect((await served.call('Sized(size="L").size')).result).toBe("L");
  expect((await served.call("Sized.size")).error?.message).toContain(
    "Sized can't be made without values; name it with those that its constructor takes",
  );
  const { functions } = await served.snapshot();
  const [hook, ...others] = functions.filter(({ name }) => name.startsWith("hello.ts::Hello."));
  expect(hook?.containers.length).toBeGreaterThan(0);
  expect(hook?.class).toBe("hello.ts::Hello");
  const ids = (of: typeof hook) => of?.containers.map(({ id }) => id);
  for (const each of others) expect([each.class, ids(each)]).toEqual([hook?.class, ids(hook)]);
  expect(functions.map(({ name }) => name.replace("hello.ts::", ""))).toEqual([
    ...["Hello.hook", "Hello.say", "Hello.tick", "Sized.size"],
    ...['Hello(who="Ada").say', 'Sized(size="L").size'],
  ]);
  expect(served.stderr()).toMatch(/Hello\.say .*1 kept warm for all of Hello/);
  const events = served.events();
  expect(new Set(of(events, "container.entered", "Hello.hook").map(({ hook }) => hook))).toEqual(
    new Set(["load"]),
  );
  expect(of(events, "image.layer.built").length).toBeGreaterThan(0);
  const { stderr, code } = await served.stop();
  expect(code).toBe(130);
  expect(stderr).toContain("bye");
});
