// The door to images: what a function's containers begin with, built where it does not stand yet.
import type { FunctionDescription } from "../child/description.ts";
import { type Image, NO_IMAGE } from "../image/image.ts";
import { openKnown } from "../image/known.ts";
import { openLayers } from "../image/layers.ts";
import { contentKey } from "../image/store.ts";
import { describer } from "./describe.ts";
import type { Session, Target } from "./session.ts";
import { type Standing, standImage } from "./stack.ts";

export interface Images {
  /**
   * The image of a function: the same for as long as its program is, however often it is asked for.
   * @param description What its module says of it; asked for by running the module, once per content, when left out.
   */
  imageOf(target: Target, description?: FunctionDescription): Promise<Image>;
}

/** A session's images. */
export async function openImages(
  session: Session,
  { strict = false, report = () => undefined }: Partial<Pick<Standing, "strict" | "report">> = {},
): Promise<Images> {
  const { cache } = session.options;
  const layers = await openLayers(cache, session.boxes.folder);
  const standing = { layers, known: await openKnown(cache), strict, report };
  const describe = describer(session);
  const images = new Map<string, Promise<Image>>();

  return {
    async imageOf(target, description) {
      if (!target.program.mayBuild) return NO_IMAGE;
      const plain = target.marked ? await session.target(target.variant, target.name, false) : target;
      const known = description ?? (await describe(plain));
      if (!known || (!known.image && known.builds.length === 0)) return NO_IMAGE;
      const key = contentKey(plain.program.hash, plain.file, plain.name, JSON.stringify(known.image));
      const image = images.get(key) ?? standImage(session, plain, known, standing);
      images.set(key, image);
      // What stood in the way may be gone when it is asked for again.
      image.catch(() => images.delete(key));
      return image;
    },
  };
}
