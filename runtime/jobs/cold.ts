// Cold starts one after another: each step boots a fresh container, hands it one input, and then the warm ones.

import { type Answer, ask, json, type Payload } from "../container/container.ts";
import type { Emit, ProcessContainer } from "../container/spec.ts";
import { toRunError } from "../errors.ts";
import { parseExactly } from "../exact.ts";
import type { ColdJob, Outcome, RunError, Step, Variant } from "../options.ts";
import { now } from "../trace/clock.ts";
import type { EventBody, FailureReason } from "../trace/events.ts";
import { coldStart } from "../trace/stages.ts";
import { type Images, openImages } from "./images.ts";
import { openPlatform, versionOf } from "./platform.ts";
import type { Session } from "./session.ts";
import { createTrail } from "./trail.ts";

type Report = (step: number, outcome: Outcome) => void;

/** Ends at the first step that fails: those after it would only fail again. */
export async function runCold(session: Session, job: ColdJob, report: Report): Promise<void> {
  const images = await openImages(session);
  for (const [index, step] of job.steps.entries()) {
    const variant = job.variants.find(({ id }) => id === step.variant);
    if (!variant) throw new Error(`no variant ${step.variant}`);
    const outcome = await runStep(session, images, variant, step);
    report(index, outcome);
    if (!outcome.ok) return;
  }
}

async function runStep(session: Session, images: Images, variant: Variant, step: Step): Promise<Outcome> {
  const input = session.newInput();
  const trail = createTrail(session.emit);
  const platform = openPlatform(session);
  platform.deploy(versionOf(session, images, variant));
  let label = session.label({ file: variant.file, name: variant.function });
  let container: ProcessContainer | undefined;
  try {
    const target = await session.target(variant, variant.function, step.profile === true);
    label = session.label(target);
    const image = await images.imageOf(target);
    const prepared = await session.prepare(target, {
      mode: "serve",
      image,
      emit: trail.emit,
      first: true,
      profile: step.profile === true,
      requests: platform.requests,
    });
    const payload = json(step.input);
    const request = { emit: trail.emit, input, label, payload };
    trail.emit({ type: "input.queued", input, function: label });
    container = session.start(prepared);
    const answered = send(container, request);
    // One that dies before it is ready is told of there.
    answered.catch(() => undefined);
    await container.ready;
    const result = await receive(container, request, answered, container.readyAt());
    const bytesRead = container.bytesRead();
    const warm: number[] = [];
    for (let i = 0; i < (step.warm ?? 0); i++) {
      const again = session.newInput();
      trail.emit({ type: "input.queued", input: again, function: label });
      const warmRequest = { ...request, input: again };
      const started = now();
      const answer = send(container, warmRequest);
      warm.push((await receive(container, warmRequest, answer, started)).ms);
    }
    await platform.drain();
    await container.stop();
    const { stages, wall } = coldStart(trail.events, { container: container.id, input });
    const { spans, imports } = container.profile();
    return {
      ok: true,
      result: parseExactly(result.json),
      stages: { queue: 0, boot: 0, global: 0, enter: 0, body: 0, ...stages },
      wall: wall ?? 0,
      warm,
      ...(bytesRead === undefined ? {} : { bytesRead }),
      ...(step.profile ? { spans, ...(imports ? { imports } : {}) } : {}),
    };
  } catch (thrown) {
    const error = toRunError(thrown);
    if (!trail.open().has(input) && counts(error))
      trail.emit({ type: "input.queued", input, function: label });
    const id = container?.id ?? trail.lastContainer();
    for (const [each, name] of trail.open()) trail.emit(inputFailed(each, name, id, error));
    await container?.kill();
    await platform.stop();
    const { stages, wall } = coldStart(trail.events, {
      container: id ?? "",
      input,
      booted: container?.booted(),
    });
    // Of a cold start that a failed build has left none of, there are no stages.
    if (wall === undefined || error.stage === "build") return { ok: false, error };
    return { ok: false, error, stages, wall };
  }
}

interface Request {
  readonly emit: Emit;
  readonly input: string;
  readonly label: string;
  readonly payload: Payload;
}

/** An interrupted session ends its containers, and with them the inputs that they have. */
function send(container: ProcessContainer, { input, payload }: Request): Promise<Answer> {
  return ask(container, { input, args: payload, answer: "json" });
}

async function receive(
  container: ProcessContainer,
  { emit, input, label }: Request,
  answered: Promise<Answer>,
  started: number = now(),
): Promise<{ readonly json: string; readonly ms: number }> {
  const ids = { input, function: label, container: container.id };
  emit({ type: "input.started", ...ids }, started);
  const { bytes } = await answered;
  const finished = now();
  emit({ type: "input.finished", ...ids }, finished);
  return { json: bytes.toString(), ms: finished - started };
}

/** A wrong path or a missing interpreter is no input that failed: none was taken. */
function counts(error: RunError): boolean {
  return error.kind !== "usage" && error.kind !== "environment" && error.kind !== "defect";
}

function inputFailed(
  input: string,
  name: string | undefined,
  container: string | undefined,
  { kind, message }: RunError,
): EventBody {
  const reason: FailureReason =
    kind === "timeout" || kind === "lost" || kind === "cancelled" ? kind : "error";
  const where = { ...(name === undefined ? {} : { function: name }), ...(container ? { container } : {}) };
  return { type: "input.failed", input, reason, message, ...where };
}
