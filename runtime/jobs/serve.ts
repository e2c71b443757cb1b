// Keeps an app up: deploys it, takes requests and ticks, takes on changes of its code, and ends without losing an input.
import { relative } from "node:path";
import { json } from "../container/container.ts";
import { toRunError } from "../errors.ts";
import type { ControlMessage, Outcome, ServedMessage, ServeJob } from "../options.ts";
import { classOf } from "../pool/names.ts";
import { type Schedule, startSchedule, textOf, type WallClock } from "../schedule/schedule.ts";
import { createBoard } from "../trace/board.ts";
import { now } from "../trace/clock.ts";
import { openWeb, type Web } from "../web/server.ts";
import { type App, loadApp } from "./app.ts";
import { watchChanges } from "./changes.ts";
import { openPlatform, versionOf } from "./platform.ts";
import type { Say, Session } from "./session.ts";
import { addressOf, createSite, type SiteState } from "./site.ts";

export interface ServeControl {
  readonly say: Say;
  /** Folder of the page's files. */
  readonly page: string;
  /** Aborted when no more inputs are to be taken; the session's own signal ends all at once. */
  readonly drain: AbortSignal;
  /** Hands on what comes after the options. */
  readonly onControl: (listener: (message: ControlMessage) => void) => void;
}

const HOST = "127.0.0.1";
const MAX_BODY = 100_000_000;

export async function runServe(session: Session, job: ServeJob, control: ServeControl): Promise<Outcome> {
  const begun = now();
  const board = createBoard();
  const troubles = new Map<string, string>();
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const each of watchers) each();
  };
  session.listen((event) => {
    board.apply(event);
    const { type, function: label = "" } = event;
    // It has got going again.
    if (type === "container.ready" || type === "input.finished") troubles.delete(event.class ?? label);
    changed();
  });
  const platform = openPlatform(session, (label, text) => {
    troubles.set(label, text);
    changed();
  });
  const deploy = (app: App) => platform.deploy(versionOf(session, app.images, app.variant, app.functions));

  function schedule({ functions }: App): Schedule {
    const names = new Map(functions.map((each) => [session.label(each), each]));
    const scheduled = functions.flatMap((each) =>
      each.schedule ? [{ label: session.label(each), schedule: each.schedule }] : [],
    );
    return startSchedule(scheduled, {
      clock,
      run(label) {
        const found = names.get(label);
        if (!found) return;
        // A clone, since what nobody reads need not be JSON.
        platform.call(found, { args: json([]), answer: "clone" }).catch((error: unknown) => {
          const { kind, name, message, stack } = toRunError(error);
          if (kind !== "cancelled")
            session.note(`the scheduled run of ${label} failed: ${stack ?? `${name}: ${message}`}`);
        });
      },
      missed(label, ticks, from, to) {
        const when = ticks === 1 ? iso(from) : `${iso(from)} to ${iso(to)}`;
        session.note(
          `${label} has missed ${ticks === 1 ? "a run" : `${ticks} runs`} (${when}): this process was not running then`,
        );
      },
    });
  }

  const app = await loadApp(session, job);
  // The first look at the time of day: however long the images took, it is now that it is the one that was asked for.
  const clock = wallClock(session.time.ahead());
  const state: SiteState = {
    app,
    schedule: schedule(app),
    findings: job.findings,
    troubles,
    problem: undefined,
    url: "",
    closing: false,
  };
  control.onControl(({ findings }) => {
    state.findings = findings;
    changed();
  });
  const site = createSite({
    platform,
    board,
    state,
    file: relative(session.options.root, job.variant.file),
    label: session.label,
    where: session.where,
    now: session.now,
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  });
  let web: Web | undefined;
  const changes = watchChanges(takeOn);
  /** What is in the images, as it was last looked at. */
  let { taken } = app;

  function follow(loaded: App): void {
    taken = loaded.taken;
    changes.follow([...loaded.sources, ...taken.watched()]);
  }

  async function takeOn(): Promise<void> {
    if (state.closing) return;
    try {
      const { program } = await session.target(job.variant, "", false);
      const isTouched = program.hash !== state.app.hash || taken.isTouched();
      if (!isTouched && state.problem === undefined) return;
      // Whatever comes of the change: what is served until then is the code that was there before.
      state.app.pin();
      const next = await loadApp(session, job);
      if (state.closing) return;
      follow(next);
      const isSame = next.hash === state.app.hash && next.taken.content === state.app.taken.content;
      state.problem = undefined;
      if (!isSame) {
        troubles.clear();
        deploy(next);
        state.schedule.stop();
        state.app = next;
        state.schedule = schedule(next);
        control.say(served(state, session, true));
      }
    } catch (error) {
      state.app.pin();
      const { name, message, stack } = toRunError(error);
      const problem = stack ?? `${name}: ${message}`;
      if (problem !== state.problem) session.note(`the changed code is not served: ${problem}`);
      state.problem = problem;
    }
    changed();
  }

  try {
    deploy(app);
    web = await openWeb(site, {
      host: job.host ?? HOST,
      port: job.port,
      maxBody: job.maxBody ?? MAX_BODY,
      page: control.page,
      note: session.note,
    });
    state.url = web.url;
    follow(app);
    control.say(served(state, session, false));
    await aborted(AbortSignal.any([control.drain, session.signal]));
    state.closing = true;
    changed();
    state.schedule.stop();
    web.hangUp();
    if (!session.signal.aborted) await Promise.race([platform.drain(), aborted(session.signal)]);
    // Answers that are on their way out are not cut off; connections that only wait are.
    if (!session.signal.aborted) await Promise.race([web.close(), aborted(session.signal)]);
    return { ok: true, result: null, wall: now() - begun, warm: [] };
  } catch (error) {
    return { ok: false, error: toRunError(error), wall: now() - begun };
  } finally {
    changes.stop();
    state.schedule.stop();
    await platform.stop();
    web?.destroy();
  }
}

function served({ app, url }: SiteState, session: Session, again: boolean): ServedMessage {
  return {
    type: "served",
    url,
    again,
    functions: app.functions.map((each) => {
      const owner = classOf(each, each.settings);
      return {
        name: session.label(each),
        ...(owner && { class: session.label(owner) }),
        ...(each.web || app.handlers.has(each.name) ? { url: addressOf(url, each.name) } : {}),
        ...(each.web?.kind === "endpoint" ? { method: each.web.method } : {}),
        ...(each.schedule ? { schedule: textOf(each.schedule) } : {}),
        keepWarm: each.settings.keepWarm,
      };
    }),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** @param ahead Milliseconds by which it is ahead of the computer's. */
function wallClock(ahead: number): WallClock {
  return {
    now: () => Date.now() + ahead,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}

const iso = (at: number) => new Date(at).toISOString().slice(0, 16);
