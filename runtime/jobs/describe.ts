// What a program defines: its module is run once in a container of its own, as a deployment runs it on the developer's computer.
import type { AppDescription } from "../child/messages.ts";
import type { Variant } from "../options.ts";
import type { Session } from "./session.ts";

export async function describeApp(
  session: Session,
  variant: Omit<Variant, "function">,
): Promise<AppDescription> {
  const target = await session.target(variant, "", false);
  // Nobody waits for its events: it is no container of a function.
  const container = session.start(await session.prepare(target, { mode: "describe", emit: () => undefined }));
  try {
    const app = await container.described;
    await container.stop();
    return app;
  } catch (error) {
    await container.kill();
    throw error;
  }
}
