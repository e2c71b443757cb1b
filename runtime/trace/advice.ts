// Puts a diagnosis into words: what is seen, with its figures, and what to do about it.
import type { FunctionBoard } from "./board.ts";
import type { Diagnosis, Figures } from "./diagnosis.ts";

export interface Words {
  readonly message: string;
  readonly advice: string;
}

/** How the function scales, and whether its settings have Python's names. */
export interface Scaled {
  readonly keepWarm: number;
  readonly maxContainers?: number;
  /** Inputs that a container takes at once. */
  readonly concurrency: number;
  readonly python: boolean;
}

export function wordsOf(
  diagnosis: Diagnosis,
  { boot }: Figures,
  { totals, containers }: FunctionBoard,
  scaled: Scaled,
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
  if (cause === "full") {
    const most = scaled.python ? "max_containers" : "maxContainers";
    const advice = `There were never more than ${Math.max(1, containers.length)} containers for up to ${totals.peak} inputs: raise ${most}, or let a container take several inputs at once.`;
    return { message, advice };
  }
  const whole = boot.boot + boot.global + boot.enter;
  const stage = longest === "boot" ? "the interpreter" : longest === "global" ? "global scope" : "enter";
  const advice = `Boot faster: ${stage} takes ${time(boot[longest])} of ${time(whole)}. ${keepMore(totals.peak, scaled)}`;
  return { message, advice };
}

/** How many warm containers would do for the most inputs that there were at once. */
function keepMore(peak: number, { keepWarm, maxContainers, concurrency, python }: Scaled): string {
  const setting = python ? "min_containers" : "keepWarm";
  const inputs = peak === 1 ? "one input" : `${peak} inputs`;
  const needed = Math.ceil(peak / concurrency);
  if (keepWarm >= needed) {
    return `The ${keepWarm} that ${setting} keeps warm cover the most that there was at once, ${inputs}, as soon as they have booted.`;
  }
  if (maxContainers !== undefined && maxContainers < needed) {
    const limit = python ? "max_containers" : "maxContainers";
    return `Or keep more warm: ${limit} allows ${maxContainers}, for up to ${inputs} at once.`;
  }
  return needed > MOST
    ? `Or keep more warm: there were up to ${inputs} at once.`
    : `Or keep more warm: ${setting} ${needed} covers the most that there was at once, ${inputs}.`;
}

/** More warm containers than this are nothing to advise. */
const MOST = 20;

function time(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms)} ms`;
}
