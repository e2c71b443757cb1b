// Steps that run code while an image is built: commands, functions of the program, and build hooks.
import type { Image } from "../image/image.ts";
import { contentKey } from "../image/store.ts";
import type { Session, Target } from "./session.ts";
import {
  called,
  failIf,
  interpreterOf,
  labelled,
  placed,
  run,
  type Step,
  type StepContext,
  same,
  variables,
  type Work,
} from "./step.ts";

export function planCommands(step: Step<"runCommands">, context: StepContext): Work {
  const { commands, inside, variables: given = {} } = step;
  const name = called("runCommands", [commands.join("; ")], context);
  // What has begun is said on descriptor 3, so that it is known which one failed.
  const script = 'for each do echo >&3; sh -c "$each" 3>&-; done';
  return {
    kind: "runCommands",
    name,
    inputs: {
      commands: commands.join("\n"),
      ...interpreterOf(context),
      ...placed(context),
      ...variables(context, given),
      ...(inside ? { "secrets, variables and volumes": inside.digest } : {}),
    },
    async fill(layer) {
      if (inside) return runHooks(context.session, context.target, context.image, layer, inside.index);
      if (context.session.boxes.isolation === "folders") {
        context.session.note(
          `${name}: this computer gives containers no file system of their own, so that these commands work on its files, outside of the home folder`,
        );
      }
      const end = await run(context, layer, name, ["sh", "-ec", script, "sh", ...commands], { env: given });
      const failed = commands[Math.max(0, end.said.length - 1)] ?? name;
      failIf(end, "CommandFailedError", `${name}: \`${failed}\` failed`, "error");
    },
    adopt: same,
  };
}

export async function planFunction(
  { name: called_, source, index, file }: Step<"runFunction">,
  context: StepContext,
): Promise<Work> {
  const { session, target, image } = context;
  // What a function of another module does is not changed by what lies above it.
  const own = file === undefined ? target : await session.target({ ...target.variant, file }, "", false);
  return {
    kind: "runFunction",
    name: called("runFunction", [called_], context),
    inputs: {
      function: contentKey(source),
      ...labelled("file", own.program.digests),
      ...interpreterOf(context),
      ...placed(context),
      ...variables(context),
    },
    fill: (layer) => runHooks(session, target, image, layer, index ?? context.index),
    adopt: same,
  };
}

/** Build hooks come last: what they are belongs to the function, or to its class. */
export function planHooks(owner: string, context: StepContext): Work {
  const { session, target, image } = context;
  return {
    kind: "build",
    name: `build of ${owner}`,
    inputs: {
      owner,
      ...labelled("file", target.program.digests),
      ...interpreterOf(context),
      ...placed(context),
      ...variables(context),
    },
    fill: (layer) => runHooks(session, target, image, layer),
    adopt: same,
  };
}

async function runHooks(
  session: Session,
  target: Target,
  image: Image,
  layer: string,
  step?: number,
): Promise<void> {
  const prepared = await session.prepare(target, {
    mode: "build",
    image,
    layer,
    ...(step === undefined ? {} : { step }),
  });
  const container = session.start(prepared);
  try {
    await container.result;
    await container.stop();
  } catch (error) {
    await container.kill();
    throw error;
  }
}
