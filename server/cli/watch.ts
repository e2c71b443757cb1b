// Watches a command that runs user code: says how often before it does, passes its output on marked, keeps its events.
import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { type Failure, failure } from "../measure/failure.ts";
import type { Observer } from "../measure/job.ts";
import type { Served } from "../measure/runtime-process.ts";
import { createTrace, type TraceEvent } from "../measure/trace.ts";
import { eventLines } from "./event-lines.ts";
import type { Terminal } from "./terminal.ts";
import { duration } from "./text/images.ts";
import { servedText } from "./text/served.ts";

export interface WatchOptions {
  /** File for one JSON event a line. */
  readonly events?: string;
  /** File for a Chrome trace. */
  readonly trace?: string;
}

export interface Watch {
  readonly ok: true;
  readonly observer: Observer;
  /** Writes what is left: partial lines of output, the trace. */
  end(): void;
}

export function watch(names: readonly string[], options: WatchOptions, terminal: Terminal): Watch | Failure {
  const { errorColors: c, interactive } = terminal;
  const trace = createTrace();
  const lines = eventLines();
  const partial = new Map<string, string>();
  let file: number | undefined;
  let traceFile: number | undefined;
  let drawn = false;
  try {
    if (options.events) file = openSync(resolve(terminal.cwd, options.events), "w");
    if (options.trace) traceFile = openSync(resolve(terminal.cwd, options.trace), "w");
  } catch (error) {
    return failure(
      "usage",
      "BadOutputFile",
      `${error instanceof Error ? error.message : error}. Name a file that can be written.`,
    );
  }

  let separator = '{"traceEvents":[\n';
  function draw(events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (traceFile !== undefined) writeSync(traceFile, separator + JSON.stringify(event));
      separator = ",\n";
    }
  }
  draw(trace.begin);

  function tell(text: string): void {
    if (drawn) process.stderr.write("\r\x1b[K");
    drawn = false;
    terminal.tell(text);
  }

  let served: Served | undefined;
  const observer: Observer = {
    quiet: file === undefined && traceFile === undefined,
    runs(count) {
      const many = names.length > 1;
      const often = count === 1 ? "once" : `${count} times${many ? " in all" : ""}`;
      tell(c.dim(`${names.join(" and ")} ${many ? "are" : "is"} going to run ${often} on this machine.`));
    },
    note: (text) => tell(`${c.blue("note:")} ${text}`),
    served(now) {
      tell(servedText(now, served, c));
      served = now;
    },
    event(event) {
      if (file !== undefined) writeSync(file, lines.add(event));
      if (traceFile !== undefined) draw(trace.add(event));
      if (event.type === "image.layer.started") tell(c.dim(`building ${event.layer} (${event.reason})`));
      if (event.type === "image.layer.built") tell(c.dim(`built ${event.layer} in ${duration(event.ms)}`));
    },
    output({ function: from, container, stream, text }) {
      const mark = c.dim(`[${from} ${container}]`);
      const key = `${container} ${stream}`;
      const lines = ((partial.get(key) ?? "") + text).split("\n");
      partial.set(key, lines.pop() ?? "");
      for (const line of lines) tell(`${mark} ${line}`);
    },
    progress(done, of) {
      if (!interactive || of < 2) return;
      process.stderr.write(`\r\x1b[K${c.dim(`${done} of ${of} cold starts`)}`);
      drawn = true;
    },
  };
  return {
    ok: true,
    observer,
    end() {
      for (const [key, text] of partial) if (text) tell(`${c.dim(`[${key.split(" ")[0]}]`)} ${text}`);
      if (drawn) process.stderr.write("\r\x1b[K");
      if (file !== undefined) {
        writeSync(file, lines.end());
        closeSync(file);
      }
      if (traceFile === undefined) return;
      writeSync(traceFile, "\n]}\n");
      closeSync(traceFile);
    },
  };
}
