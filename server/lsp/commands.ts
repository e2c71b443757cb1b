// The commands that run functions: with progress, stopped when the user cancels, refused where nothing may be run.
import type { CancellationToken, ExecuteCommandParams } from "vscode-languageserver/node";
import { keptInput } from "../measure/inputs.ts";
import { COMMANDS } from "./capabilities.ts";
import type { Job, JobReport } from "./jobs.ts";
import type { FunctionTarget } from "./messages.ts";
import { pathOf, uriOf } from "./paths.ts";
import type { Refresh, Session } from "./session.ts";
import { tell } from "./tell.ts";

export function handleCommands(session: Session, refresh: Refresh): void {
  const { connection, failures } = session;
  connection.onExecuteCommand(
    failures.guard(null, async (params: ExecuteCommandParams, token: CancellationToken) => {
      const kind = (Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]).find(
        (key) => COMMANDS[key] === params.command,
      );
      const target = readTarget(params.arguments?.[0]);
      if (!kind || !target) {
        const message = `coldstart: ${params.command} needs a function: [{"uri": "file:///…", "function": "NAME"}].`;
        tell(connection, "error", message);
        return refused("usage", message);
      }
      if (!session.trust.granted) {
        const message =
          "coldstart runs functions only in a trusted workspace. Trust this one, then run again.";
        tell(connection, "warning", message);
        return refused("usage", message);
      }
      const report = await carryOut(session, { kind, ...target }, token);
      refresh.figures();
      return report;
    }),
  );
}

const refused = (kind: "usage", message: string): JobReport => ({
  ok: false,
  error: { kind, name: "Refused", message },
});

function readTarget(argument: unknown): Omit<Job, "kind"> | undefined {
  const { uri, function: name, python } = (argument ?? {}) as Partial<FunctionTarget>;
  const file = typeof uri === "string" ? pathOf(uri) : undefined;
  if (file === undefined || typeof name !== "string") return undefined;
  return { file, function: name, ...(typeof python === "string" && { python }) };
}

const VERBS = { run: "Running", measure: "Measuring", verify: "Proving the fixes of" } as const;

async function carryOut(session: Session, job: Job, token: CancellationToken): Promise<JobReport> {
  const { bench, client, connection, status } = session;
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  const progress = client.progress ? await connection.window.createWorkDoneProgress() : undefined;
  progress?.token.onCancellationRequested(() => stop.abort());
  progress?.begin(`${VERBS[job.kind]} ${job.function}`, 0, undefined, true);
  const done = status.running(job.function);
  try {
    const report = await bench.carryOut(job, {
      signal: stop.signal,
      progress: (share, message) => progress?.report(Math.round(share * 100), message),
    });
    answer(session, job, report);
    return report;
  } finally {
    progress?.done();
    done();
  }
}

function answer(session: Session, job: Job, report: JobReport): void {
  const { connection } = session;
  if (report.ok) {
    if (report.say) tell(connection, "info", report.say);
    return;
  }
  const { kind, stage, name, message, stack, output } = report.error;
  if (kind === "cancelled") return;
  for (const detail of [stack, output]) if (detail) connection.console.error(detail);
  const more = stack || output ? " The output tells more." : "";
  const what = kind === "error" ? `${name}: ${message}` : message;
  const said = `coldstart: ${job.function}: ${what}${/[.!?]$/.test(what) ? "" : "."}${more}`;
  if (kind === "error" && stage === "body" && lacksInput(session, job)) void offerInput(session, job, said);
  else tell(connection, "error", said);
}

/** A function that fails without arguments may need some, and the client can ask for them. */
const lacksInput = ({ linter, takesNotifications }: Session, { file, function: name }: Job): boolean =>
  takesNotifications && keptInput(linter.config(file), file, name) === undefined;

async function offerInput({ connection }: Session, job: Job, message: string): Promise<void> {
  const wanted = await connection.window.showErrorMessage(message, { title: "Set Input…" });
  const target: FunctionTarget = { uri: uriOf(job.file), function: job.function };
  if (wanted) await connection.sendNotification("coldstart/inputWanted", target);
}
