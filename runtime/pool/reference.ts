// The pool as one would write it on paper: everything looked up anew at every step. The real one is held against it by tests.
import { BOOT_ATTEMPTS } from "./autoscaler.ts";

export interface Rules {
  readonly min: number;
  readonly max: number;
  readonly buffer: number;
  readonly idleTimeout: number;
  /** Inputs that a container takes, and is to have. */
  readonly inputs: number;
  readonly target: number;
  readonly retries: number;
  readonly delay: number;
}

interface Container {
  readonly id: string;
  state: "booting" | "warm";
  held: { readonly input: string; givenUp: boolean }[];
  since: number;
  ready: number;
  /** The later, the more recently given an input or rid of one. */
  touched: number;
  readonly round: number;
}

export class Reference {
  now = 0;
  containers: Container[] = [];
  queue: string[] = [];
  /** How inputs have ended. */
  readonly ends = new Map<string, string>();
  #rules: Rules;
  #pauses: { readonly input: string; readonly at: number; readonly order: number }[] = [];
  readonly #retried = new Map<string, number>();
  #failures = 0;
  #deaths = 0;
  #round = 0;
  #lastFailure = 0;
  #boots = 0;
  #touches = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
    this.#settle();
  }

  send(input: string): void {
    this.queue.push(input);
    this.#oneMore();
    this.#settle();
  }

  configure(min: number): void {
    this.#rules = { ...this.#rules, min };
    this.#oneMore();
    this.#settle();
  }

  cancel(input: string): void {
    if (this.ends.has(input)) return;
    const held = this.containers.flatMap((c) => c.held).find((h) => h.input === input && !h.givenUp);
    if (held) held.givenUp = true;
    this.queue = this.queue.filter((other) => other !== input);
    this.#pauses = this.#pauses.filter((other) => other.input !== input);
    this.ends.set(input, "cancelled");
    this.#settle();
  }

  ready(id: string): void {
    const container = this.#find(id);
    container.state = "warm";
    container.since = this.now;
    container.ready = this.now;
    container.touched = ++this.#touches;
    this.#settle();
  }

  /** The container's first input ends: with a result, or because its function throws. */
  end(id: string, how: "finished" | "error"): void {
    const container = this.#find(id);
    const held = container.held.shift();
    if (held && !held.givenUp) {
      this.#failures = 0;
      this.#deaths = 0;
      if (how === "finished") this.ends.set(held.input, how);
      else this.#missed(held.input, how);
    }
    container.touched = ++this.#touches;
    if (container.held.length === 0) container.since = this.now;
    this.#settle();
  }

  timeOut(id: string): void {
    const [held] = this.#find(id).held;
    if (!held || held.givenUp) return;
    held.givenUp = true;
    this.#missed(held.input, "timeout");
    this.#settle();
  }

  /** Something kills its process. */
  die(id: string): void {
    const container = this.#find(id);
    this.containers = this.containers.filter((other) => other !== container);
    if (container.state === "booting") this.#boot(container, false);
    else if (container.held.length === 0) {
      if (this.now - container.ready >= 30_000) this.#failures = this.#deaths = 0;
      this.#deaths++;
      this.#lastFailure = this.now;
    }
    for (const { input, givenUp } of container.held) if (!givenUp) this.#missed(input, "lost");
    this.#settle();
  }

  /** Its module throws. */
  failBoot(id: string): void {
    const container = this.#find(id);
    this.containers = this.containers.filter((other) => other !== container);
    this.#boot(container, true);
    this.#settle();
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = Math.min(...this.#dueTimes().filter((at) => at > this.now));
      if (next > end) break;
      this.now = next;
      this.#wakeUp();
    }
    this.now = end;
  }

  #find(id: string): Container {
    const found = this.containers.find((container) => container.id === id);
    if (!found) throw new Error(`the model has no ${id}`);
    return found;
  }

  #oneMore(): void {
    this.#failures = Math.min(this.#failures, BOOT_ATTEMPTS - 1);
  }

  #boot({ round }: Container, throws: boolean): void {
    if (round === this.#round) {
      this.#failures++;
      this.#round++;
    }
    if (throws) this.#failures = Math.max(this.#failures, BOOT_ATTEMPTS);
    this.#lastFailure = this.now;
  }

  #missed(input: string, how: string): void {
    const retries = this.#retried.get(input) ?? 0;
    if (retries >= this.#rules.retries) {
      this.ends.set(input, how);
      return;
    }
    this.#retried.set(input, retries + 1);
    this.#pauses.push({ input, at: this.now + this.#rules.delay * 2 ** retries, order: ++this.#touches });
  }

  #resumeAt(): number {
    const inARow = this.#failures + Math.max(0, this.#deaths - 1);
    return inARow === 0 ? this.now : this.#lastFailure + Math.min(30_000, 200 * 2 ** (inARow - 1));
  }

  #dueTimes(): number[] {
    const idle = this.containers.filter((c) => c.state === "warm" && c.held.length === 0);
    return [
      ...this.#pauses.map(({ at }) => at),
      ...idle.map((c) => c.since + this.#rules.idleTimeout),
      this.#resumeAt(),
    ];
  }

  #wakeUp(): void {
    const due = this.#pauses.filter(({ at }) => at <= this.now).sort((a, b) => a.order - b.order);
    this.#pauses = this.#pauses.filter(({ at }) => at > this.now);
    for (const { input } of due) {
      this.queue.unshift(input);
      this.#settle();
    }
    this.#settle();
  }

  #settle(): void {
    for (let container = this.#best(); container && this.queue.length > 0; container = this.#best()) {
      container.held.push({ input: this.queue.shift() ?? "", givenUp: false });
      container.touched = ++this.#touches;
    }
    const { min, max, buffer, target, idleTimeout } = this.#rules;
    const demand = this.queue.length + this.containers.reduce((sum, { held }) => sum + held.length, 0);
    const needed = demand === 0 ? 0 : Math.ceil(demand / target) + buffer;
    const keep = Math.min(max, Math.max(min, needed));
    const idle = this.containers
      .filter((c) => c.state === "warm" && c.held.length === 0)
      .sort((a, b) => a.since - b.since || a.touched - b.touched);
    for (const container of idle) {
      if (this.containers.length <= keep || container.since + idleTimeout > this.now) break;
      this.containers = this.containers.filter((other) => other !== container);
    }
    const hopeless = this.#failures >= BOOT_ATTEMPTS;
    while (this.containers.length < keep && !hopeless && this.#resumeAt() <= this.now) {
      const id = `c${this.#boots++}`;
      const round = this.#round;
      this.containers.push({ id, state: "booting", held: [], since: 0, ready: 0, touched: 0, round });
    }
    if (hopeless && this.containers.length === 0)
      for (const input of this.queue.splice(0)) this.ends.set(input, "gave up");
  }

  #best(): Container | undefined {
    const { inputs, target } = this.#rules;
    const warm = this.containers.filter((c) => c.state === "warm");
    const latest = (all: Container[]) => all.sort((a, b) => b.touched - a.touched)[0];
    return (
      latest(warm.filter(({ held }) => held.length > 0 && held.length < target)) ??
      latest(warm.filter(({ held }) => held.length === 0)) ??
      warm
        .filter(({ held }) => held.length >= target && held.length < inputs)
        .sort((a, b) => a.touched - b.touched)[0]
    );
  }
}
