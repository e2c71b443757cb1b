import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lower } from "./lowering.ts";
import { stackMapper } from "./stacks.ts";

const ours = { child: "/opt/coldstart/child/node.cjs", sdk: "/opt/coldstart/sdk.js" };
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "stacks-")));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

it("leads positions of lowered files back, and leaves the others", async () => {
  const file = join(root, "my app.ts");
  writeFileSync(
    file,
    "interface Gone {\n  a: 1;\n}\nexport const f = (): never => { throw new Error('x'); };",
  );
  const program = await lower(file, { root, cache: join(root, "cache"), sdk: "" });
  const map = stackMapper(program, ours);
  const url = pathToFileURL(file).href;
  expect(await map(`Error: x\n    at f (${url}:1:32)\n    at g (/other.js:7:9)`)).toBe(
    `Error: x\n    at f (${file}:4:39)\n    at g (/other.js:7:9)`,
  );
  expect(await map(`Error: x\n    at f (${file}:1:32)`)).toBe(`Error: x\n    at f (${file}:4:39)`);
});

it("leaves out the platform's own frames, in each error of a chain", async () => {
  const map = stackMapper({ files: {} }, ours);
  const stack = [
    "Error: outer",
    "    at handler (/app/a.js:1:1)",
    `    at ${ours.child}:3:77`,
    "    at Socket.emit (node:events:514:28)",
    "Caused by: TypeError: inner",
    "    at enter (/app/a.js:2:2)",
    `    at file://${ours.sdk}:208:17`,
    "    at load (/app/b.js:3:3)",
    `    at async E (${ours.child}:3:8610)`,
  ].join("\n");
  expect(await map(stack)).toBe(
    [
      "Error: outer",
      "    at handler (/app/a.js:1:1)",
      "Caused by: TypeError: inner",
      "    at enter (/app/a.js:2:2)",
      "    at load (/app/b.js:3:3)",
    ].join("\n"),
  );
});

it("names the file and the line where a script can't be read, its own or one that it imports", async () => {
  writeFileSync(join(root, "app.mjs"), 'import { b } from "./b.mjs";\nexport const f = () => b;\n');
  writeFileSync(join(root, "b.mjs"), "export const a = 1;\nexport const b = ;\n");
  const program = await lower(join(root, "app.mjs"), { root, cache: join(root, "cache"), sdk: "" });
  const map = stackMapper(program, ours);
  const title = "SyntaxError: Unexpected token ';'";
  const frames = "    at compileSourceTextModule (node:internal/modules/esm/utils:319:16)";
  expect(await map(`${title}\n${frames}`)).toBe(`${title}\n    at ${join(root, "b.mjs")}:2:18`);
  const above = `/app/a.cjs:7\nconst b = ;\n          ^\n\n${title}\n    at wrapSafe (node:internal/x:1:1)`;
  expect(await map(above)).toBe(`${title}\n    at /app/a.cjs:7`);
});

it("leaves the stack of text that is read while code runs", async () => {
  const stack = "SyntaxError: no JSON\n    at JSON.parse (<anonymous>)\n    at f (/app/a.js:1:1)";
  expect(await stackMapper({ files: {}, sources: [join(root, "gone.mjs")] }, ours)(stack)).toBe(stack);
});
