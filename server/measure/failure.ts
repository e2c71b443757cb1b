// What is handed back when there is no figure: the error of CONTRACT, with the stages that were reached.
import type { RunError, Where } from "../../runtime/options.ts";
import type { Stages } from "../../runtime/trace/events.ts";

export interface Failure {
  readonly ok: false;
  readonly error: RunError;
  /** As far as they were reached. */
  readonly stages?: Partial<Stages>;
  readonly wall?: number;
  readonly where?: Where;
}

export function failure(kind: RunError["kind"], name: string, message: string): Failure {
  return { ok: false, error: { kind, name, message } };
}
