// The same app in both languages, and how its functions are called in each: what the platform's rules are tested with.

export interface Language {
  readonly name: string;
  readonly file: string;
  readonly files: Readonly<Record<string, string>>;
  /** A function that returns a number after so many milliseconds. */
  readonly plain: string;
  /** Another one, whose containers end after two seconds without an input. */
  readonly brief: string;
  /** Two of its containers are always kept warm. */
  readonly kept: string;
  /** Its enter takes 1.5 seconds; it works for so many milliseconds. */
  readonly slow: string;
  /** Two enter hooks, then it tells what they left. */
  readonly entered: string;
  /** Loads on its first input what all later ones use. */
  readonly lazy: string;
  /** Reads what its build has written. */
  readonly built: string;
  /** Sets how many containers of `plain` are kept warm. */
  readonly keep: string;
  /** Ends its own process. */
  readonly dies: string;
}

const TYPESCRIPT = `import { appendFileSync, readFileSync } from "node:fs";
import { App } from "coldstart";

const app = new App("guide");
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const started = Date.now();

const work = async (ms = 0) => {
  await sleep(ms);
  return started;
};

export const plain = app.function(work);
export const brief = app.function({ containerIdleTimeout: 2 }, work);
export const kept = app.function({ keepWarm: 2, containerIdleTimeout: 2 }, work);
export const slow = app.function({ enter: () => sleep(1500).then(() => undefined) }, work);

@app.cls()
export class Entered {
  seen: string[] = [];
  @enter() first() {
    this.seen.push("first");
  }
  @enter() async second() {
    await sleep(100);
    this.seen.push("second");
  }
  @method() look() {
    return this.seen;
  }
}

let table: string | undefined;
export const lazy = app.function(async () => {
  if (!table) {
    await sleep(400);
    table = "loaded";
  }
  return table;
});

export const built = app.function(
  { build: () => appendFileSync("/models.txt", "downloaded\\n") },
  () => readFileSync("/models.txt", "utf8"),
);

export const keep = app.function((n: number) => plain.keepWarm(n));
export const dies = app.function(() => process.kill(process.pid, "SIGKILL"));
`.replace("import { App }", "import { App, enter, method }");

const PYTHON = `import os
import signal
import time
import modal

app = modal.App("guide")
started = time.time()


def download():
    with open("/models.txt", "a") as file:
        file.write("downloaded\\n")


image = modal.Image.debian_slim().run_function(download)


def work(ms):
    time.sleep(ms / 1000)
    return started


@app.function()
def plain(ms=0):
    return work(ms)


@app.function(scaledown_window=2)
def brief(ms=0):
    return work(ms)


@app.function(min_containers=2, scaledown_window=2)
def kept(ms=0):
    return work(ms)


@app.cls()
class Slow:
    @modal.enter()
    def load(self):
        time.sleep(1.5)

    @modal.method()
    def run(self, ms=0):
        return work(ms)


@app.cls()
class Entered:
    @modal.enter()
    def first(self):
        self.seen = ["first"]

    @modal.enter()
    def second(self):
        time.sleep(0.1)
        self.seen.append("second")

    @modal.method()
    def look(self):
        return self.seen


table = None


@app.function()
def lazy():
    global table
    if table is None:
        time.sleep(0.4)
        table = "loaded"
    return table


@app.function(image=image)
def built():
    return open("/models.txt").read()


@app.function()
def keep(n):
    plain.keep_warm(n)


@app.function()
def dies():
    os.kill(os.getpid(), signal.SIGKILL)
`;

const names = {
  plain: "plain",
  brief: "brief",
  kept: "kept",
  entered: "Entered.look",
  lazy: "lazy",
  built: "built",
  keep: "keep",
  dies: "dies",
};

export const LANGUAGES: readonly Language[] = [
  { name: "TypeScript", file: "guide.ts", files: { "guide.ts": TYPESCRIPT }, ...names, slow: "slow" },
  { name: "Python", file: "guide.py", files: { "guide.py": PYTHON }, ...names, slow: "Slow.run" },
];
