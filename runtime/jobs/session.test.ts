// A session's events: listeners within hear all of them; whoever started the runtime, those that it wants.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RuntimeMessage } from "../options.ts";
import { now } from "../trace/clock.ts";
import { openSession } from "./session.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "coldstart-test-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it.each([false, true])("says what becomes of inputs unless it is quiet (%s)", async (quiet) => {
  const said: RuntimeMessage[] = [];
  const heard: string[] = [];
  const variant = { id: "a", file: join(root, "a.mjs") };
  const session = await openSession(
    {
      version: 1,
      root,
      cache: join(root, "cache"),
      isolation: "folders",
      env: {},
      quiet,
      job: { kind: "serve", variant, port: 0, handlers: [], findings: [] },
    },
    { child: "", python: "", sdk: "" },
    (message) => void said.push(message),
    { origin: now() },
    new AbortController().signal,
  );
  session.listen(({ type }) => void heard.push(type));
  session.emit({ type: "input.queued", input: "in-1" });
  session.emit({ type: "container.ready", container: "c-1" });
  await session.close();
  const events = said.flatMap((each) => (each.type === "event" ? [each.event.type] : []));
  expect(heard).toEqual(["input.queued", "container.ready"]);
  expect(events).toEqual(quiet ? ["container.ready"] : heard);
});
