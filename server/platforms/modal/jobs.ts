// Tells jobs from functions whose answers somebody waits for: what a clock starts, trains for hours, fills a volume.
import type { Setting } from "../../facts/function.ts";
import type { FunctionId, ModuleFacts } from "../../facts/module.ts";
import type { Questions } from "../../facts/project.ts";

/** Seconds; whoever allows a function more does not wait for it. */
const LONG = 3600;

/** Jobs that a clock starts find a new container each time, or hardly ever an old one. */
export function isSingleUse({ name, value }: Setting): boolean {
  return (
    name === "schedule" ||
    (name === "single_use_containers" && value === true) ||
    (name === "max_inputs" && value === 1)
  );
}

/** Whether nobody waits for a function's answer. */
export function isJob(
  module: ModuleFacts,
  id: FunctionId,
  settings: readonly Setting[],
  ask: Questions,
): boolean {
  const isLong = ({ name, value }: Setting) =>
    name === "timeout" && typeof value === "number" && value > LONG;
  return settings.some((each) => each.name === "schedule" || isLong(each)) || isPreparing(module, id, ask);
}

/** It needs no input and keeps what it makes on a volume: `modal run app.py::download_model`. */
function isPreparing(module: ModuleFacts, id: FunctionId, ask: Questions): boolean {
  const definition = module.functions[id];
  if (!definition?.parameters.every((each) => each.default !== undefined)) return false;
  const { start, end } = definition.range;
  let commits = false;
  ask.eachValue(module, (value) => {
    if (commits || value.kind !== "call" || value.callee.kind !== "member") return;
    if (value.callee.property !== "commit" || value.range.start < start || value.range.end > end) return;
    commits = ask.qualify(module, value.callee)?.startsWith("modal.Volume.") ?? false;
  });
  return commits;
}
