// Reads what a definition says of its containers' disk: mounted volumes, variables, what the build has left there.
import type { ModuleFacts, Value } from "../../facts/module.ts";
import type { Questions, Storage } from "../../facts/project.ts";
import { type Arguments, argumentsOf, find, type Placed } from "./arguments.ts";
import type { Image } from "./image.ts";
import { entriesOf, keyText } from "./text.ts";

/** Any folder: what nobody knows may be mounted anywhere. */
const ANYWHERE = "/";

/** @param levels Arguments of the function's own decorator, then those of its application. */
export function storageOf(
  module: ModuleFacts,
  image: Image,
  levels: readonly Arguments[],
  ask: Questions,
): Storage {
  const given = (name: string) => levels.flatMap((each) => find(each, name) ?? []);
  const volumes = [...given("volumes"), ...given("network_file_systems"), ...given("shared_volumes")];
  const isKnown = image.known && levels.every(({ complete }) => complete);
  const own = given("env").flatMap((each) => entriesOf(each.module, each.value, ask));
  const secrets = [...given("secrets"), ...given("secret")].flatMap((each) => secretTexts(each, ask));
  return {
    kept: isKnown ? volumes.flatMap((each) => mountsOf(each, ask)) : [ANYWHERE],
    environment: { ...image.environment, ...Object.fromEntries([...secrets, ...own]) },
    commands: image.commands,
    importsModule: image.build.some((ref) => ref.file === module.path),
  };
}

/** Folders that volumes are mounted at. */
function mountsOf({ module, value }: Placed, ask: Questions): readonly string[] {
  const found = ask.valueOf(module, value);
  if (found?.value.kind !== "object") return isNothing(found?.value) ? [] : [ANYWHERE];
  return found.value.entries.flatMap((entry) => {
    if (entry.spread) return mountsOf({ module: found.module, value: entry.value }, ask);
    const path = entry.key ?? keyText(found.module, entry.value, ask);
    return path === undefined ? [ANYWHERE] : [path.replace(/^~(?=\/|$)/, "/root")];
  });
}

function isNothing(value: Value | undefined): boolean {
  return value?.kind === "literal" && value.value === null;
}

/** Variables of secrets that are written out: `Secret.from_dict({"HF_HOME": "/models"})`. */
function secretTexts({ module, value }: Placed, ask: Questions): readonly (readonly [string, string])[] {
  const found = ask.valueOf(module, value);
  if (found?.value.kind === "array")
    return found.value.items.flatMap((item) => secretTexts({ module: found.module, value: item }, ask));
  if (found?.value.kind !== "call") return [];
  if (ask.qualify(found.module, found.value.callee) !== "modal.Secret.from_dict") return [];
  const dictionary =
    found.value.args[0] ?? find(argumentsOf(found.module, found.value, ask), "env_dict")?.value;
  return entriesOf(found.module, dictionary, ask);
}
