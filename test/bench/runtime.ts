// Starts dist/runtime.js with a cold job, as the server does, and gathers what it says.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Outcome, RuntimeMessage, RuntimeOptions, Where } from "../../runtime/options.ts";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";

const runtime = resolve(import.meta.dirname, "../../dist/runtime.js");

/** A folder with one trivial function in plain JavaScript (nothing to lower, no hooks), and in plain Python. */
export function trivialProject(): string {
  const root = mkdtempSync(join(tmpdir(), "coldstart-bench-"));
  mkdirSync(join(root, "cache"));
  writeFileSync(join(root, "package.json"), '{"name":"bench","private":true,"type":"module"}\n');
  writeFileSync(join(root, "trivial.mjs"), "export const handler = async (event) => event;\n");
  writeFileSync(join(root, "trivial.py"), "def handler(event, context):\n    return event\n");
  return root;
}

export interface ColdRun {
  readonly outcome: Outcome & { ok: true };
  readonly events: readonly RuntimeEvent[];
  readonly where: Where | undefined;
}

/** One cold start of the trivial function and `warm` further calls of the same container. */
export async function coldRun(
  root: string,
  warm: number,
  pin?: string,
  file = "trivial.mjs",
): Promise<ColdRun> {
  const options: RuntimeOptions = {
    version: 1,
    root,
    cache: join(root, "cache"),
    node: process.execPath,
    env: {},
    job: {
      kind: "cold",
      variants: [{ id: "trivial", file: join(root, file), function: "handler" }],
      steps: [{ variant: "trivial", input: [{ id: 7 }], warm }],
    },
  };
  const command = [process.execPath, runtime];
  const [program = "", ...args] = pin === undefined ? command : ["taskset", "-c", pin, ...command];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(options));
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) text += chunk;
  const messages = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RuntimeMessage);
  const outcome = messages.find((each) => each.type === "outcome")?.outcome;
  if (!outcome?.ok) throw new Error(`The trivial function did not run: ${JSON.stringify(outcome)}`);
  const where = messages.find((each) => each.type === "where")?.where;
  return { outcome, where, events: messages.flatMap((each) => (each.type === "event" ? [each.event] : [])) };
}
