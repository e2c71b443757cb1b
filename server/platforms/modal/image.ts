// Reads how an image is made: its chain of steps, in this file or another, and what they run.
import type { ModuleFacts, Range, Value } from "../../facts/module.ts";
import type { FunctionRef, Questions } from "../../facts/project.ts";
import type { CallValue } from "../definitions.ts";
import { argumentsOf, find, type Placed } from "./arguments.ts";
import { entriesOf, textOf } from "./text.ts";

export interface Image {
  /** Functions that the build runs. */
  readonly build: readonly FunctionRef[];
  readonly commands: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** All of its steps are known; what an unknown one has fetched nobody can say. */
  readonly known: boolean;
  /** Where further steps of the build can be added, in the file that asked. */
  readonly end?: Range;
}

const none: Image = { build: [], commands: [], environment: {}, known: true };

/**
 * An image and all the steps that led to it.
 *
 * @param module The file that asks.
 */
export function imageOf(module: ModuleFacts, image: Placed | undefined, ask: Questions): Image {
  if (!image) return none;
  const build: FunctionRef[] = [];
  const commands: string[] = [];
  const environment: Record<string, string> = {};
  // An image of another file gets its step where this file names it.
  let end: Range | undefined;
  let isForeign = image.module === module;
  let known = true;
  let isWhole = false;
  let at = ask.valueOf(image.module, image.value);
  for (let depth = 0; at?.value.kind === "call" && depth < 100; depth += 1) {
    const { callee, args } = at.value;
    const home: ModuleFacts = at.module;
    const made = madeBy(home, callee, ask);
    if (made) {
      at = made;
      continue;
    }
    if (callee.kind !== "member") break;
    if (callee.property === "run_function") {
      const found = args[0] && ask.functionOf(home, args[0]);
      if (found) build.unshift(found);
      else known = false;
    }
    if (callee.property === "run_commands" || callee.property === "dockerfile_commands") {
      const texts = args.flatMap((arg) => textsIn(home, arg, ask));
      commands.push(...texts.filter((text) => text !== undefined));
      if (texts.includes(undefined)) known = false;
    }
    if (callee.property === "env") {
      const variables = args[0] ?? find(argumentsOf(home, at.value, ask), "vars")?.value;
      for (const [key, text] of entriesOf(home, variables, ask)) environment[key] ??= text;
    }
    // What is added to the running container has to stay the last step.
    const isLast = isMounted(at.value, ask, home);
    if (isLast) end = undefined;
    else if (home === module) end ??= at.value.range;
    isForeign &&= home !== module && !isLast;
    isWhole = constructors.has(ask.qualify(home, callee) ?? "");
    at = isWhole ? undefined : ask.valueOf(home, callee.object);
  }
  if (isForeign) end = image.value.range;
  return { build, commands, environment, known: known && isWhole, ...(end && { end }) };
}

/** What images begin with. What a Dockerfile fetches is not known. */
const constructors = new Set(
  "debian_slim from_registry from_aws_ecr from_gcp_artifact_registry micromamba conda dockerhub_python"
    .split(" ")
    .map((name) => `modal.Image.${name}`),
);

/** What a function of the project gives back that makes an image. */
function madeBy(module: ModuleFacts, callee: Value, ask: Questions): Placed | undefined {
  if (callee.kind !== "name" && callee.kind !== "member") return undefined;
  const found = ask.functionOf(module, callee);
  const home = found && ask.moduleOf(found);
  const last = home?.functions[found?.function ?? -1]?.body.statements.at(-1);
  return home && last?.kind === "return" && last.value ? ask.valueOf(home, last.value) : undefined;
}

function isMounted(call: CallValue, ask: Questions, module: ModuleFacts): boolean {
  const { callee } = call;
  if (callee.kind !== "member" || !/^add_local_/.test(callee.property ?? "")) return false;
  const copy = find(argumentsOf(module, call, ask), "copy");
  const value = copy && ask.valueOf(copy.module, copy.value)?.value;
  return !(value?.kind === "literal" && value.value === true);
}

function textsIn(module: ModuleFacts, value: Value, ask: Questions): readonly (string | undefined)[] {
  const spread = value.kind === "operation" && value.operator === "..." ? value.operands[0] : undefined;
  const found = ask.valueOf(module, spread ?? value);
  if (found?.value.kind === "array")
    return found.value.items.flatMap((item) => textsIn(found.module, item, ask));
  return [textOf(module, value, ask)];
}
