// Why a layer is built again, said in a line.
import { expect, it } from "vitest";
import { type LayerFacts, reasonFor } from "./reasons.ts";

const layer = (inputs: LayerFacts["inputs"], more: Partial<LayerFacts> = {}): LayerFacts => ({
  name: "npmInstall zod",
  kind: "npmInstall",
  hash: JSON.stringify(inputs),
  inputs,
  ...more,
});
const packages = (...names: readonly string[]) => ({ packages: names.join("\n") });

it.each<[string, LayerFacts, LayerFacts | undefined]>([
  ["no layer yet", layer(packages("zod")), undefined],
  ["its layer was removed", layer(packages("zod")), layer(packages("zod"))],
  ["the layer before changed", layer(packages("zod"), { hash: "other" }), layer(packages("zod"))],
  ["in place of npmInstall zod", layer({}, { kind: "runCommands" }), layer(packages("zod"))],
  ["the packages changed: + zod, - sharp", layer(packages("hono", "zod")), layer(packages("sharp", "hono"))],
  ["the packages changed: their order", layer(packages("a", "b")), layer(packages("b", "a"))],
  ["the commands changed", layer({ commands: "a" }), layer({ commands: "b" })],
  ["src/x.ts changed", layer({ "file:src/x.ts": "1" }), layer({ "file:src/x.ts": "2" })],
  [
    "a is new; b is gone; the variable C changed",
    layer({ "file:a": "1", "variable:C": "1" }),
    layer({ "file:b": "1", "variable:C": "2" }),
  ],
  [
    "Node 24.1.0 in place of Node 22.15.0",
    layer({ interpreter: "Node 24.1.0" }),
    layer({ interpreter: "Node 22.15.0" }),
  ],
  [
    "the packages changed: + e; a is new; b is new; and 2 more changes",
    layer({ ...packages("e"), "file:a": "1", "file:b": "1", "file:c": "1", "file:d": "1" }),
    layer(packages()),
  ],
])("%s", (reason, now, before) => {
  expect(reasonFor(now, before)).toBe(reason);
});
