// Images of functions: how they are described for the platform, and which code builds them.

import type { ImageDescription } from "./description.ts";
import { Failure } from "./failure.ts";
import type { Definition } from "./load.ts";
import type { Plan } from "./messages.ts";

/** A step as the SDK leaves it: as the protocol has it, with the function itself where there is one. */
export type ImageStepDefinition = ImageDescription["steps"][number] & { readonly run?: () => unknown };

export interface ImageDefinition {
  readonly base: string;
  readonly steps: readonly ImageStepDefinition[];
}

export function describeImage({ base, steps }: ImageDefinition): ImageDescription {
  return { base, steps: steps.map(({ run: _, ...step }) => step) };
}

/** The function of the step that the plan names. */
export function imageStep(definition: Definition, { step = 0, file, name }: Plan): () => unknown {
  const run = definition.options.image?.steps[step]?.run;
  if (run) return run;
  throw new Failure(
    "error",
    "ImageChangedError",
    `the image of ${name} in ${file} is another one than when it was described; make it the same each time that the module is loaded`,
  );
}
