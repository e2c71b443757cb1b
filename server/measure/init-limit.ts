// Says when what was measured comes near the time that a platform gives its containers to get ready.
import type { Stages } from "../../runtime/trace/events.ts";

/**
 * Milliseconds of AWS Lambda's init phase for on-demand functions. What takes longer is begun again within the first
 * invocation, under the function's own timeout (docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 */
const LIMIT = 10_000;
/** A laptop is rarely slower than what is deployed: from here on it may get tight there. */
const NEAR = 7000;

/** Undefined where the platform knows no such limit, or the start keeps well below it. */
export function initNote(platform: string | undefined, { boot, global }: Stages): string | undefined {
  const init = boot + global;
  if (platform !== "lambda" || init < NEAR) return undefined;
  const what =
    init < LIMIT ? "a start that takes longer there is begun again" : "then it begins such a start again";
  return `Init takes ${(init / 1000).toFixed(1)} s here. Lambda gives on-demand functions ${LIMIT / 1000} s; ${what} within the first invocation, under the function's timeout. Provisioned concurrency and SnapStart are exempt.`;
}
