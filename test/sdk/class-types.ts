// What the compiler must accept and refuse of classes; `tsc --noEmit` fails where an expected error does not come.
import { expectTypeOf } from "vitest";
import {
  App,
  build,
  Cron,
  enter,
  exit,
  type FunctionCall,
  method,
  Period,
  webEndpoint,
} from "../../runtime/sdk/index.ts";

const app = new App("types");

@app.cls({ keepWarm: 1, timeout: 10 })
export class Captioner {
  private model?: (url: string) => string;
  readonly #size: "small" | "large";

  constructor(options: { readonly size?: "small" | "large" } = {}) {
    this.#size = options.size ?? "small";
  }

  @build()
  async fetch(): Promise<void> {}

  @enter()
  async load() {
    this.model = (url) => `${url} ${this.#size}`;
    return "anything";
  }

  @method()
  async caption(url: string, words?: number) {
    expectTypeOf(this.count("a")).toEqualTypeOf<number>();
    return { text: this.model?.(url) ?? "", words };
  }

  @method({ schedule: Cron("0 * * * *", { timeZone: "Europe/Berlin" }) })
  count(text = "") {
    return text.length;
  }

  @method
  *letters(text: string) {
    yield* text;
  }

  @method({ schedule: new Period({ hours: 1 }) })
  clean() {}

  @webEndpoint({ method: "POST" })
  async answer(request: Request) {
    return new Response(await request.text());
  }

  @exit()
  bye() {}
}

/** Nothing of this runs. */
export async function calls(): Promise<void> {
  const made = new Captioner({ size: "large" });
  expectTypeOf(await made.caption.remote("u")).toEqualTypeOf<{ text: string; words: number | undefined }>();
  expectTypeOf(await made.caption.local("u", 2)).toEqualTypeOf<{ text: string; words: number | undefined }>();
  expectTypeOf(await made.count.local("u")).toEqualTypeOf<number>();
  expectTypeOf(made.count("u")).toEqualTypeOf<number>();
  expectTypeOf(await made.letters.remote("u")).toEqualTypeOf<string[]>();
  for await (const letter of made.letters.remoteGen("u")) expectTypeOf(letter).toEqualTypeOf<string>();
  expectTypeOf(await made.count.map(["a", "b"])).toEqualTypeOf<number[]>();
  expectTypeOf(await made.caption.starmap([["a", 1], ["b"]])).toEqualTypeOf<
    { text: string; words: number | undefined }[]
  >();
  expectTypeOf(await made.count.spawn("a")).toEqualTypeOf<FunctionCall<number>>();
  expectTypeOf(
    await made.count.withOptions({ signal: AbortSignal.abort() }).remote("a"),
  ).toEqualTypeOf<number>();
  await made.caption.keepWarm(2);
  // @ts-expect-error a text is wanted
  made.caption.remote(5);
  // @ts-expect-error an input is missing
  made.caption.local();
  // @ts-expect-error texts are wanted
  made.count.map([1]);
  // @ts-expect-error there is no such size
  new Captioner({ size: "huge" });
  // @ts-expect-error there is no such value
  new Captioner({ sise: "large" });
}

export function refused(): void {
  // @ts-expect-error there is no such option
  @app.cls({ keepwarm: 1 })
  class Options {
    // @ts-expect-error hooks take nothing
    @enter()
    load(from: string) {
      return from;
    }

    // @ts-expect-error it belongs to no object
    @method()
    static make() {}

    // @ts-expect-error nobody can call it
    @method()
    #hidden() {}

    // @ts-expect-error it is no method
    @method()
    field = 1;

    // @ts-expect-error a schedule is wanted
    @method({ schedule: "0 * * * *" })
    tick() {}

    reveal() {
      this.#hidden();
    }
  }
  // @ts-expect-error a class is made by an app
  app.cls({ enter: () => {} });
  // @ts-expect-error hours are a number
  new Period({ hours: "1" });
  // @ts-expect-error there is no such unit
  Period({ hour: 1 });
  void Options;
}
