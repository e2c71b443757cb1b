// Puts a diagnosis into words: what is seen, with its figures, and what to do about it.
import type { FunctionBoard } from "./board.ts";
import type { Diagnosis, Figures } from "./diagnosis.ts";

export interface Words {
  readonly message: string;
  readonly advice: string;
}

/** @param python Whether the function's settings have Python's names. */
export function wordsOf(
  diagnosis: Diagnosis,
  { boot }: Figures,
  { totals, containers }: FunctionBoard,
  python: boolean,
): Words {
  if (diagnosis.kind === "first-inputs") {
    const { excess, factor } = diagnosis;
    return {
      message: `First inputs are slow: ${time(excess)} longer than later ones (${factor.toFixed(factor < 10 ? 1 : 0)}×).`,
      advice:
        "Something is done by the first input of a container and used by all later ones: move it into enter, or into the build where it can be saved to disk.",
    };
  }
  const { waited, of, share, cause, longest } = diagnosis;
  const message = `Inputs wait for containers: ${waited} of ${of} waited, ${Math.round(share * 100)} % of all time.`;
  const warm = python ? "min_containers" : "keepWarm";
  if (cause === "full") {
    const most = python ? "max_containers" : "maxContainers";
    const advice = `There were never more than ${Math.max(1, containers.length)} containers for up to ${totals.peak} inputs: raise ${most}, or let a container take several inputs at once.`;
    return { message, advice };
  }
  const whole = boot.boot + boot.global + boot.enter;
  const stage = longest === "boot" ? "the interpreter" : longest === "global" ? "global scope" : "enter";
  const inputs = totals.peak === 1 ? "one input" : `${totals.peak} inputs`;
  const more =
    totals.peak > MOST
      ? `Or keep more warm: there were up to ${inputs} at once.`
      : `Or keep more warm: ${warm} ${totals.peak} covers the most that there was at once, ${inputs}.`;
  return { message, advice: `Boot faster: ${stage} takes ${time(boot[longest])} of ${time(whole)}. ${more}` };
}

/** More warm containers than this are nothing to advise. */
const MOST = 20;

function time(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms)} ms`;
}
