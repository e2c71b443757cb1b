// How a command fails: CONTRACT's error document or a few clear lines, and the exit code of the kind of failure.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunError } from "../../runtime/options.ts";
import type { Failure } from "../measure/failure.ts";
import { packageRoot, version } from "../measure/installation.ts";
import type { Terminal } from "./terminal.ts";

const CODES: Readonly<Record<RunError["kind"], number>> = {
  error: 1,
  timeout: 1,
  lost: 1,
  usage: 2,
  environment: 3,
  defect: 70,
  cancelled: 130,
};

/** Tells a failure on the right stream; answers its exit code. */
export function report({ error, stages, where }: Failure, terminal: Terminal): number {
  if (terminal.format === "json") {
    terminal.print(JSON.stringify({ version: 1, error, ...(stages && { stages }), ...(where && { where }) }));
  }
  terminal.tell(describe(error, terminal));
  return CODES[error.kind];
}

function describe(error: RunError, { errorColors: c }: Terminal): string {
  const { kind, stage, name, message, stack, output, signal, exitCode } = error;
  const at = stage ? ` in ${stage}` : "";
  const lines = [
    `${c.red(c.bold(kind === "defect" ? "defect" : "error"))}${c.dim(at)}: ${title(kind, name, message)}`,
  ];
  const trace = stack?.slice(stack.search(/^\s+at |^Caused by/m)).trimEnd();
  if (trace && /^\s+at |^Caused by/m.test(trace)) lines.push(c.dim(trace));
  if (signal) lines.push(c.dim(`  ended by ${signal}`));
  if (exitCode !== undefined && kind === "lost") lines.push(c.dim(`  exit code ${exitCode}`));
  if (output?.trim() && kind !== "usage")
    lines.push(c.dim("  the last that it printed:"), indent(output.trimEnd()));
  if (kind === "defect")
    lines.push(
      `This is a defect of coldstart ${version()}. Please report it with these lines: ${issuesUrl()}`,
    );
  return lines.join("\n");
}

/** Names of our own failures say nothing that the message does not; those of user code do. */
const title = (kind: RunError["kind"], name: string, message: string) =>
  kind === "error" && !message.startsWith(name) ? `${name}: ${message}` : message;

const indent = (text: string) =>
  text
    .split("\n")
    .map((line) => `  │ ${line}`)
    .join("\n");

function issuesUrl(): string {
  const { bugs } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  return typeof bugs?.url === "string" ? bugs.url : "see `npm bugs coldstart`";
}

/** Whatever was thrown where nothing should be. */
export function defect(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack } = error;
  return { ok: false, error: { kind: "defect", name, message, ...(stack && { stack }) } };
}
