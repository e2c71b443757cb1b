// Functions that go wrong in every way on demand, the same in both languages.

export type Deed = "work" | "throw" | "exit" | "kill" | "hang" | "spin" | "exhaust";

export interface FaultyApp {
  readonly file: string;
  readonly text: string;
  /** What keeps `exhaust` from taking the whole computer. */
  readonly env: readonly string[];
}

/** By name, as the app below defines them. */
export const FUNCTIONS = {
  single: { keepWarm: 2, atOnce: 1, retries: 0 },
  several: { keepWarm: 0, atOnce: 4, retries: 0 },
  again: { keepWarm: 0, atOnce: 1, retries: 2 },
  late: { keepWarm: 1, atOnce: 1, retries: 0 },
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

const TYPESCRIPT: FaultyApp = {
  file: "faulty.ts",
  env: ["NODE_OPTIONS=--max-old-space-size=48"],
  text: `import { App } from "coldstart";

const app = new App("faulty");
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const limits = { timeout: 1, containerIdleTimeout: 2, maxContainers: 4 };

async function act(deed: string, ms: number) {
  await sleep(ms);
  if (deed === "throw") throw new RangeError("as asked");
  if (deed === "exit") process.exit(3);
  if (deed === "kill") process.kill(process.pid, "SIGKILL");
  if (deed === "hang") await new Promise(() => setInterval(() => {}, 1000));
  if (deed === "spin") for (;;);
  if (deed === "exhaust") for (const all: unknown[] = []; ; ) all.push(new Array(100_000).fill(all.length));
  return deed;
}

export const single = app.function({ ...limits, keepWarm: 2 }, act);
export const several = app.function({ ...limits, allowConcurrentInputs: 4 }, act);
export const again = app.function(
  { ...limits, retries: { maxRetries: 2, initialDelay: 0.05, backoffCoefficient: 1 } },
  act,
);
export const late = app.function(
  { ...limits, keepWarm: 1, enter: async () => void (await sleep(300 * Math.random())) },
  act,
);
`,
};

const PYTHON: FaultyApp = {
  file: "faulty.py",
  env: [],
  text: `import os
import random
import resource
import signal
import time
import modal

app = modal.App("faulty")
limits = {"timeout": 1, "scaledown_window": 2, "max_containers": 4}


def act(deed, ms):
    time.sleep(ms / 1000)
    if deed == "throw":
        raise LookupError("as asked")
    if deed == "exit":
        os._exit(3)
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "hang":
        time.sleep(3600)
    if deed == "spin":
        while True:
            pass
    if deed == "exhaust":
        resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))
        held = []
        while True:
            held.append(bytearray(1 << 24))
    return deed


@app.function(min_containers=2, **limits)
def single(deed, ms):
    return act(deed, ms)


@app.function(**limits)
@modal.concurrent(max_inputs=4)
def several(deed, ms):
    return act(deed, ms)


@app.function(retries=modal.Retries(max_retries=2, initial_delay=0.0, backoff_coefficient=1.0), **limits)
def again(deed, ms):
    return act(deed, ms)


@app.cls(min_containers=1, **limits)
class Late:
    @modal.enter()
    def load(self):
        time.sleep(0.3 * random.random())

    @modal.method()
    def run(self, deed, ms):
        return act(deed, ms)
`,
};

export const APPS: Readonly<Record<"TypeScript" | "Python", FaultyApp>> = {
  TypeScript: TYPESCRIPT,
  Python: PYTHON,
};

/** As the app of a language calls it. */
export function nameIn(language: keyof typeof APPS, name: FunctionName): string {
  return language === "Python" && name === "late" ? "Late.run" : name;
}
