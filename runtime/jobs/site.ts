// A served app as its web server sees it: names of addresses, inputs and requests on the platform, and what the page shows.

import { basename } from "node:path";
import type { FunctionDescription } from "../child/description.ts";
import { asRuntimeError } from "../errors.ts";
import type { KnownFinding, Where } from "../options.ts";
import { classOf, definedName } from "../pool/names.ts";
import type { Platform } from "../pool/platform.ts";
import { type Schedule, textOf } from "../schedule/schedule.ts";
import { wordsOf } from "../trace/advice.ts";
import type { Board, FunctionBoard } from "../trace/board.ts";
import { diagnose, figuresOf } from "../trace/diagnosis.ts";
import type { Stages } from "../trace/events.ts";
import type { Advice, CallOutcome, FunctionSnapshot, Site, SiteFunction } from "../web/site.ts";
import type { App } from "./app.ts";

export interface SiteState {
  app: App;
  schedule: Schedule;
  findings: readonly KnownFinding[];
  /** By label of a function or class: what ails it. */
  readonly troubles: ReadonlyMap<string, string>;
  /** What keeps the newest code from being served. */
  problem: string | undefined;
  url: string;
  closing: boolean;
}

export interface SiteOptions {
  readonly platform: Platform;
  readonly board: Board;
  readonly state: SiteState;
  /** The served file, relative to the root. */
  readonly file: string;
  readonly label: (description: Pick<FunctionDescription, "file" | "name">) => string;
  readonly where: () => Where | undefined;
  /** Milliseconds on the events' clock. */
  readonly now: () => number;
  readonly watch: Site["watch"];
}

export function createSite(options: SiteOptions): Site {
  const { platform, board, state, label } = options;

  /** Class parameters (`Model(size="large").run`) belong to the input's function, not to its definition. */
  const described = (name: string) => {
    const defined = definedName(name);
    return state.app.functions.find((each) => each.name === defined);
  };

  async function call(
    { file }: FunctionDescription,
    name: string,
    args: Uint8Array,
    signal: AbortSignal,
  ): Promise<CallOutcome> {
    let id: string | undefined;
    const way = () => {
      const [row] = board.functions().flatMap(({ inputs }) => inputs.filter((each) => each.id === id));
      const where = options.where();
      return {
        stages: row?.stages ?? {},
        wall: (row?.ended ?? 0) - (row?.queued ?? 0),
        ...(where && { where }),
      };
    };
    try {
      const { bytes } = await platform.call(
        { file, name },
        {
          args: { encoding: "json", bytes: args },
          answer: "json",
          signal,
          queued(input) {
            id = input;
          },
        },
      );
      const { stages, ...rest } = way();
      return { ok: true, result: bytes, stages: { ...NONE, ...stages }, ...rest };
    } catch (error) {
      return { ok: false, error: asRuntimeError(error), ...way() };
    }
  }

  return {
    find(name): SiteFunction | undefined {
      const found = described(name);
      if (!found) return undefined;
      return {
        label: label({ ...found, name }),
        web: found.web ?? (state.app.handlers.has(found.name) ? { kind: "handler" } : undefined),
        call: (args, signal) => call(found, name, args, signal),
        fetch: (request, body, ending) =>
          platform.fetch({ file: found.file, name }, { request, ...(body && { body }) }, ending),
      };
    },
    names: () => state.app.functions.map(({ name }) => name),
    watch: options.watch,
    get closing() {
      return state.closing;
    },
    snapshot() {
      const known = board.functions();
      const boards = new Map(known.map((each) => [each.name, each]));
      const classes = new Map(
        known.flatMap((each) => (each.class === undefined ? [] : [[each.class, each]])),
      );
      // Methods of a class with values have containers of their own; they are known once they have been called.
      const called = [...boards.keys()].flatMap((name) => {
        const of = described(name.replace(/^.*?::/, ""));
        return of && label(of) !== name ? [{ ...of, name: name.replace(/^.*?::/, "") }] : [];
      });
      const boardOf = (each: FunctionDescription) => {
        const owner = classOf(each, each.settings);
        return boards.get(label(each)) ?? quiet(label(each), owner && classes.get(label(owner)));
      };
      const shown = [...state.app.functions, ...called].map((each) => snapshot(each, boardOf(each), options));
      const [first] = state.app.functions;
      return {
        version: 1,
        app: first?.settings.app ?? basename(options.file),
        file: options.file,
        url: state.url,
        now: options.now(),
        ...(state.problem === undefined ? {} : { problem: state.problem }),
        functions: shown,
      };
    },
  };
}

const NONE: Stages = { queue: 0, boot: 0, global: 0, enter: 0, body: 0 };

/** Of a function that has had no input. Its class may have containers all the same. */
function quiet(name: string, sibling: FunctionBoard | undefined): FunctionBoard {
  const { containers = [], boots = [], totals } = sibling ?? {};
  return {
    name,
    containers,
    waiting: 0,
    running: 0,
    totals: { inputs: 0, failed: 0, containers: totals?.containers ?? 0, peak: 0 },
    inputs: [],
    boots,
  };
}

function snapshot(
  description: FunctionDescription,
  board: FunctionBoard,
  { label, platform, state }: SiteOptions,
): FunctionSnapshot {
  const { web, schedule, settings, file } = description;
  const name = label(description);
  const of = classOf(description, settings);
  const owner = of && label(of);
  const figures = figuresOf(board);
  const next = state.schedule.next(name);
  const { keepWarm, maxContainers, bufferContainers, containerIdleTimeout } =
    platform.scaling(description) ?? settings;
  const scaled = {
    keepWarm,
    ...(maxContainers === undefined ? {} : { maxContainers }),
    concurrency: settings.concurrency?.max ?? 1,
  };
  const trouble = state.troubles.get(owner ?? name);
  const isServed = web !== undefined || state.app.handlers.has(description.name);
  return {
    name,
    ...(owner === undefined ? {} : { class: owner }),
    ...(trouble === undefined ? {} : { problem: trouble }),
    ...(isServed ? { url: addressOf(state.url, description.name) } : {}),
    ...(web?.kind === "endpoint" ? { method: web.method } : {}),
    ...(schedule
      ? {
          schedule: {
            text: textOf(schedule),
            ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
          },
        }
      : {}),
    settings: {
      ...scaled,
      ...(bufferContainers === undefined ? {} : { bufferContainers }),
      containerIdleTimeout,
    },
    waiting: board.waiting,
    running: board.running,
    containers: board.containers,
    totals: board.totals,
    figures,
    // Nobody waits for what the clock calls.
    diagnosis: (schedule && !isServed ? [] : diagnose(board)).map((found): Advice => {
      const words = wordsOf(found, figures, board, { ...scaled, python: file.endsWith(".py") });
      const findings = found.kind === "first-inputs" ? state.findings.filter(isAbout(name)) : [];
      return { kind: found.kind, ...words, findings: findings.map(placed) };
    }),
    inputs: board.inputs,
  };
}

export function addressOf(url: string, name: string): string {
  return `${url}/f/${encodeURIComponent(name)}`;
}

/** What the first input of a container does and no other. */
const isAbout = (name: string) => (finding: KnownFinding) =>
  finding.rule === "body-amortized-work" && finding.function === name;

function placed({ file, line, message }: KnownFinding): Advice["findings"][number] {
  return { place: `${file}:${line}`, message };
}
