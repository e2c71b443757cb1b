// `coldstart call`: sends one input to a served app and prints the answer as `run` does.
import type { RunError } from "../../../runtime/options.ts";
import { parseExactly } from "../../measure/exact.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { readInput } from "../../measure/inputs.ts";
import type { RunResult } from "../../measure/run.ts";
import type { Terminal } from "../terminal.ts";
import { runText } from "../text/measurements.ts";

export async function callCommand(
  where: string,
  name: string,
  options: { readonly input?: string },
  terminal: Terminal,
): Promise<number | Failure> {
  const url = urlOf(where);
  if (!url) {
    const message = `${where} is neither a port nor a URL. Write coldstart call 8000 NAME, or coldstart call http://127.0.0.1:8000 NAME.`;
    return failure("usage", "BadUrl", message);
  }
  // Without an --input no config is asked: it lies with whoever serves.
  const input = readInput(options.input ?? "[]", {}, "", name, terminal.cwd);
  if (!input.ok) return input;
  const answer = await send(url, name.replace(/^.*::/, ""), input.args, terminal.signal);
  if (!answer.ok) return answer;
  const { ok: _, ...result } = answer;
  terminal.print(
    terminal.format === "json"
      ? JSON.stringify({ version: 1, ...result })
      : runText(name, answer, (path) => path, terminal.colors),
  );
  return 0;
}

function urlOf(where: string): URL | undefined {
  if (/^\d+$/.test(where)) return Number(where) <= 65_535 ? new URL(`http://127.0.0.1:${where}`) : undefined;
  const text = /^https?:\/\//.test(where) ? where : `http://${where}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

async function send(
  url: URL,
  name: string,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<RunResult | Failure> {
  const address = new URL(`/api/call/${encodeURIComponent(name)}`, url);
  let text: string;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(args),
      signal,
    });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) return failure("cancelled", "Cancelled", "The call was cancelled.");
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `No app answers at ${url.origin} (${why}). Start one by coldstart serve FILE.`;
    return failure("environment", "NoApp", message);
  }
  try {
    const answer = parseExactly(text) as Omit<RunResult, "ok"> & { readonly error?: RunError };
    if (!answer.error) return { ...answer, ok: true };
    // A server that takes no input, since it is being stopped, names no kind.
    return { ...answer, ok: false, error: { ...answer.error, kind: answer.error.kind ?? "environment" } };
  } catch {
    return failure("environment", "NoApp", `What answers at ${url.origin} is no app that coldstart serves.`);
  }
}
