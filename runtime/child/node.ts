// What runs inside a container of Node: loads the user's module, enters, and answers inputs until it is told to stop.
import { provideAbsent } from "./absent.ts";
import { type Answer, type Around, answerer, type Waited } from "./answer.ts";
import { hold, listen, now, receive, send, setListener } from "./channel.ts";
import { describe } from "./describe.ts";
import { missingNames, watchEnvironment } from "./environment.ts";
import { Failure, toFailure } from "./failure.ts";
import type { Frame } from "./frames.ts";
import { installHooks } from "./hooks.ts";
import { answerRemote, provideHost } from "./host.ts";
import { imageStep } from "./image.ts";
import { timeImports } from "./imports.ts";
import { allowSeveral, type Call, tellInput } from "./inputs.ts";
import { provideAwslambda } from "./lambda-stream.ts";
import {
  type Definition,
  type Found,
  find,
  findEntrypoint,
  hooksOf,
  load,
  type Member,
  settingsOf,
} from "./load.ts";
import type { ParentMessage, Plan } from "./messages.ts";
import { installPackages } from "./packages.ts";
import { provideSpans, saySpans } from "./spans.ts";
import { encodeResult } from "./values.ts";
import { prepareWeb } from "./web.ts";

/** Milliseconds until a first input that is not done makes its container hear the parent. */
const LISTEN_AFTER = 20;

/** What an empty event loop would mean: this can no longer come. Undefined while there is nothing to wait for. */
let awaited: Waited;
let answer: Answer | undefined;
let exit: () => unknown = () => {};

async function main(): Promise<void> {
  const plan = receive().header as Plan;
  process.on("uncaughtExceptionMonitor", (error) => {
    sayAside();
    send({ type: "fatal", failure: toFailure(error) });
  });
  process.on("beforeExit", () => {
    if (awaited !== undefined) fail(neverSettles(awaited));
  });
  watchEnvironment();
  provideAwslambda();
  if (plan.packages) installPackages(plan.packages);
  if (plan.program !== undefined) installHooks(plan.program);
  if (plan.mode === "describe") provideAbsent();
  if (plan.spans) provideSpans();
  setListener(hear);
  try {
    await start(plan);
    if (plan.first && answer) {
      const { header, payload } = receive();
      await answerFirst(header as Call, payload, answer);
    }
    listen();
  } catch (error) {
    fail(error);
  }
}

/**
 * Hearing the parent takes two milliseconds to load, of which the first input need not see anything, unless it takes
 * its time: then it may be cancelled. The parts of a request or of a stream don't come without.
 */
async function answerFirst(call: Call, payload: Buffer, take: Answer): Promise<void> {
  const timer = setTimeout(listen, LISTEN_AFTER);
  timer.unref();
  const done = take(call, payload);
  if (call.stream || call.encoding === "http") listen();
  await done;
  clearTimeout(timer);
}

async function start(plan: Plan): Promise<void> {
  provideHost(plan.file);
  // The container's own work: it counts as boot.
  if (plan.http) prepareWeb();
  await once("the module", async () => {
    send({ type: "booted", t: now() });
    if (plan.imports !== undefined) await timeImports(plan);
    const exports = await load(plan);
    const loaded = now();
    if (plan.mode === "entrypoint") await runEntrypoint(plan, loaded);
    else if (plan.mode === "describe") send({ type: "described", app: describe(exports, plan) });
    else await runFunction(find(exports, plan), plan, loaded);
  });
}

async function runFunction(found: Found, plan: Plan, loaded: number): Promise<void> {
  const settings = settingsOf(found);
  send({ type: "loaded", t: loaded, ...(settings ? { function: settings } : {}) });
  const builds = found.kind === "sdk" ? buildsOf(found.definition, plan) : [];
  if (plan.mode === "serve" || builds.length === 0) return await serve(found, plan);
  for (const { run } of builds) await once("the build hook", run);
  sayAside();
  send({ type: "result", input: "", started: loaded });
}

function buildsOf(definition: Definition, plan: Plan): readonly { readonly run: () => unknown }[] {
  return plan.step === undefined ? hooksOf(definition, "build") : [{ run: imageStep(definition, plan) }];
}

async function serve(found: Found, plan: Plan): Promise<void> {
  const options = found.kind === "sdk" ? found.definition.options : undefined;
  let state: unknown;
  if (found.kind === "sdk" && found.definition.member) {
    await once("the constructor", found.definition.member.make);
  }
  for (const { name: hook, run } of found.kind === "sdk" ? hooksOf(found.definition, "enter") : []) {
    const started = now();
    const value = await once(hook, run);
    // Methods keep what they load on their object.
    if (found.kind === "sdk" && !found.definition.member) state = value;
    send({ type: "entered", t: now(), hook, started });
  }
  exit = () => options?.exit?.(state);
  // Where nobody knew before the module had run: better late than by the first input.
  if (options?.web) prepareWeb();
  const several = (options?.concurrency?.max ?? 1) > 1;
  if (several) allowSeveral();
  // Another input may settle what one waits for, where there are several.
  const around = several
    ? { begin: () => awaited, end: () => {}, sayAside }
    : { begin: () => beginWait("the function"), end: endWait, sayAside };
  answer =
    found.kind === "sdk" && found.definition.member
      ? answerMethods(found.definition.member, plan, around)
      : answerer(found, plan, isObject(state) ? [state] : [], around);
  send({ type: "ready", t: now() });
}

/** Inputs for any method of a class, which all work on one object. */
function answerMethods({ class: owner, make, method }: Member, plan: Plan, around: Around): Answer {
  const answers = new Map<string, Answer>();
  return (call, payload) => {
    const name = call.method ?? method;
    let known = answers.get(name);
    if (!known) {
      known = answerer({ kind: "sdk", definition: owner.bind(make(), name) }, plan, [], around);
      answers.set(name, known);
    }
    return known(call, payload);
  };
}

async function runEntrypoint(plan: Plan, loaded: number): Promise<void> {
  const run = findEntrypoint(plan);
  send({ type: "loaded", t: loaded });
  send({ type: "ready", t: now() });
  const started = now();
  const value = await once("the local entry point", () => run(...(plan.args ?? [])));
  send({ type: "result", input: "", started }, encodeResult("json", value));
  sayAside();
}

function hear({ header, payload }: Frame): void {
  const message = header as ParentMessage;
  switch (message.type) {
    case "call":
      void answer?.(message, payload);
      return;
    case "answer":
      answerRemote(message, payload);
      return;
    case "cancel":
    case "pull":
    case "body":
      tellInput(message, payload);
      return;
    case "stop":
      void stop();
      return;
    case "plan":
  }
}

async function stop(): Promise<void> {
  try {
    await exit();
  } catch (error) {
    fail(error);
  }
  process.exit(0);
}

/** Waits for user code. */
async function once(what: string, work: () => unknown): Promise<unknown> {
  const outer = beginWait(what);
  try {
    return await work();
  } finally {
    endWait(outer);
  }
}

/** User code is waited for: the channel does not keep the process alive meanwhile, only the user's own work may. */
function beginWait(what: string): Waited {
  const outer = awaited;
  awaited = what;
  if (outer === undefined) hold(-1);
  return outer;
}

function endWait(outer: Waited): void {
  awaited = outer;
  if (outer === undefined) hold(1);
}

/** What nobody waits for. */
function sayAside(): void {
  saySpans();
  const names = missingNames();
  if (names.length > 0) send({ type: "missing", names });
}

/** Ends the container: nothing can be done with it any more. */
function fail(error: unknown): void {
  sayAside();
  send({ type: "fatal", failure: toFailure(error) });
  process.exit(1);
}

function neverSettles(what: string): Failure {
  return new Failure(
    "error",
    "NeverSettlesError",
    `${what} waits for a promise that nothing can settle any more: no timer, request or file is left to wait for; look for a promise whose resolve is never called`,
  );
}

function isObject(value: unknown): value is object {
  return value !== null && (typeof value === "object" || typeof value === "function");
}

void main();
