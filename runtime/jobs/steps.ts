// The steps of an image: to which layer each of them comes, and what is left out of it here.
import { existsSync } from "node:fs";
import type { ImageStep } from "../child/description.ts";
import { environmentError } from "../errors.ts";
import { planCommands, planFunction } from "./code.ts";
import { planFolder, planLocal } from "./files.ts";
import { planNpm } from "./npm.ts";
import { planPip } from "./pip.ts";
import type { Planned, Step, StepContext } from "./step.ts";

export async function planStep(step: ImageStep, context: StepContext): Promise<Planned> {
  const { image } = context;
  switch (step.kind) {
    case "env":
      return { image: { ...image, env: { ...image.env, ...step.variables } } };
    case "workdir":
      return { work: planFolder(step, context) };
    case "addLocal":
      return { work: await planLocal(step, context) };
    case "runCommands":
      return { work: planCommands(step, context) };
    case "runFunction":
      return { work: await planFunction(step, context) };
    case "npmInstall":
      return planNpm(step, context);
    case "pipInstall":
      return planPip(step, context);
    case "other":
      leaveOut(step, context);
      return undefined;
  }
}

/** Steps that a process can't carry out: where that changes what functions find, it is said, or the build ends. */
function leaveOut({ name, args }: Step<"other">, { session }: StepContext): void {
  if (name === "aptInstall") {
    const lacking = args.filter((each) => !isInstalled(each));
    if (lacking.length === 0) return;
    throw environmentError(
      "AptUnavailableError",
      `aptInstall: containers are processes of this computer here, into which no package can be installed; install ${lacking.join(", ")} on this computer (apt-get install ${lacking.join(" ")}), and the step is met`,
      { stage: "build" },
    );
  }
  const lacking = name === "apt_install" ? args.filter((each) => !isInstalled(each)) : args;
  if (name === "apt_install" && lacking.length === 0) return;
  const what = [name, ...lacking].join(" ");
  const means = INSTALLS.includes(name)
    ? "what they install has to be on this computer"
    : "functions run without what they change";
  session.note(`steps of the image that are not carried out here: ${what}; ${means}`);
}

const INSTALLS: readonly string[] = [
  "apt_install",
  "micromamba_install",
  "conda_install",
  "pip_install_private_repos",
];

/** Whether Debian's package manager has it installed. */
function isInstalled(name: string): boolean {
  const bare = name.replace(/[=:/].*/, "");
  const list = (ending: string) => existsSync(`/var/lib/dpkg/info/${bare}${ending}.list`);
  return list("") || list(`:${{ x64: "amd64", arm64: "arm64" }[process.arch as string] ?? process.arch}`);
}
