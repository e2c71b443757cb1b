// Cold starts one after another: each step boots a fresh container, hands it one input, and then the warm ones.
import type { Payload } from "../container/container.ts";
import type { ProcessContainer } from "../container/spec.ts";
import { RuntimeError, toRunError } from "../errors.ts";
import type { ColdJob, Outcome, RunError, Step, Variant } from "../options.ts";
import { now } from "../trace/clock.ts";
import type { EventBody, FailureReason, RuntimeEvent } from "../trace/events.ts";
import { coldStart } from "../trace/stages.ts";
import { createFunctions } from "./functions.ts";
import { imageFor } from "./images.ts";
import type { Session } from "./session.ts";

type Report = (step: number, outcome: Outcome) => void;

/** Ends at the first step that fails: those after it would only fail again. */
export async function runCold(session: Session, job: ColdJob, report: Report): Promise<void> {
  for (const [index, step] of job.steps.entries()) {
    const variant = job.variants.find(({ id }) => id === step.variant);
    if (!variant) throw new Error(`no variant ${step.variant}`);
    const outcome = await runStep(session, variant, step);
    report(index, outcome);
    if (!outcome.ok) return;
  }
}

async function runStep(session: Session, variant: Variant, step: Step): Promise<Outcome> {
  const input = session.newInput();
  const events: RuntimeEvent[] = [];
  const emit = (event: EventBody, at = now()) => {
    events.push({ v: 1, t: at, ...event });
    session.emit(event, at);
  };
  let label = session.label({ file: variant.file, name: variant.function });
  const functions = createFunctions(session, variant);
  let container: ProcessContainer | undefined;
  try {
    const target = await session.target(variant, variant.function, step.profile === true);
    label = session.label(target);
    const image = await imageFor(session, target);
    const profile = step.profile === true;
    const { remote } = functions;
    const prepared = await session.prepare(target, { mode: "serve", emit, image, profile, remote });
    emit({ type: "input.queued", input, function: label });
    container = session.start(prepared);
    await container.ready;
    const result = await call(session, container, emit, { input, label, args: step.input });
    const bytesRead = container.bytesRead();
    const warm: number[] = [];
    for (let i = 0; i < (step.warm ?? 0); i++) {
      const again = session.newInput();
      emit({ type: "input.queued", input: again, function: label });
      warm.push((await call(session, container, emit, { input: again, label, args: step.input })).ms);
    }
    await container.stop();
    await functions.drain();
    const { stages, wall } = coldStart(events, { container: container.id, input });
    const { spans, imports } = container.profile();
    return {
      ok: true,
      result: JSON.parse(result.json),
      stages: { queue: 0, boot: 0, global: 0, enter: 0, body: 0, ...stages },
      wall: wall ?? 0,
      warm,
      ...(bytesRead === undefined ? {} : { bytesRead }),
      ...(step.profile ? { spans, ...(imports ? { imports } : {}) } : {}),
    };
  } catch (thrown) {
    const error = toRunError(thrown);
    const queued = events.some((event) => event.type === "input.queued" && event.input === input);
    if (!queued && counts(error)) emit({ type: "input.queued", input, function: label });
    failOpenInputs(events, emit, error, container);
    await container?.kill();
    await functions.stop();
    if (!queued) return { ok: false, error };
    const ids = { container: container?.id ?? "", input, booted: container?.booted() };
    const { stages, wall } = coldStart(events, ids);
    return { ok: false, error, stages, ...(wall === undefined ? {} : { wall }) };
  }
}

interface Input {
  readonly input: string;
  readonly label: string;
  readonly args: readonly unknown[];
}

async function call(
  session: Session,
  container: ProcessContainer,
  emit: (event: EventBody, at?: number) => void,
  { input, label, args }: Input,
): Promise<{ readonly json: string; readonly ms: number }> {
  const payload: Payload = { encoding: "json", text: JSON.stringify(args) };
  const ids = { input, function: label, container: container.id };
  const started = now();
  const answer = container.call({ input, args: payload, answer: "json", signal: session.signal });
  emit({ type: "input.started", ...ids }, started);
  const { value } = await answer;
  const finished = now();
  emit({ type: "input.finished", ...ids }, finished);
  if (value.encoding !== "json") throw new RuntimeError(noJson);
  return { json: value.text, ms: finished - started };
}

const noJson: RunError = { kind: "defect", name: "ProtocolError", message: "the answer is no JSON" };

/** A wrong path or a missing interpreter is no input that failed: none was taken. */
function counts(error: RunError): boolean {
  return error.kind !== "usage" && error.kind !== "environment" && error.kind !== "defect";
}

/** Each input ends exactly once, the one that was being worked on as well. */
function failOpenInputs(
  events: readonly RuntimeEvent[],
  emit: (event: EventBody) => void,
  { kind, message }: RunError,
  container: ProcessContainer | undefined,
): void {
  const open = new Map<string, string | undefined>();
  for (const { type, input, function: name } of events) {
    if (input === undefined) continue;
    if (type === "input.queued") open.set(input, name);
    if (type === "input.finished" || type === "input.failed") open.delete(input);
  }
  const reason: FailureReason =
    kind === "timeout" || kind === "lost" || kind === "cancelled" ? kind : "error";
  for (const [input, name] of open) {
    emit({
      type: "input.failed",
      input,
      reason,
      message,
      ...(name === undefined ? {} : { function: name }),
      ...(container ? { container: container.id } : {}),
    });
  }
}
