import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import fc from "fast-check";
import { expect, it } from "vitest";
import { lower } from "./lowering.ts";
import { run } from "./running.ts";

/** How module `i` uses a later module; each adds a number to its sum. */
type Use = (i: number, j: number, specifier: string) => { readonly top: string; readonly term: string };

const uses: readonly Use[] = [
  (_, j, s) => ({ top: `import { v${j}, T${j} } from "${s}"; const t${j}: T${j} = v${j};`, term: `t${j}` }),
  (_, j, s) => ({ top: `import { type T${j}, v${j} as w${j} } from "${s}";`, term: `(w${j} as T${j})` }),
  (_, j, s) => ({ top: `import * as n${j} from "${s}";`, term: `n${j}.v${j} + n${j}.E${j}.A` }),
  (_, j, s) => ({
    top: `import d${j}, { C${j}, I${j} } from "${s}"; const c${j}: I${j} = new C${j}(2);`,
    term: `c${j}.n + d${j}()`,
  }),
  (i, j, s) => ({ top: `export { v${j} as r${i}${j}, T${j}, I${j} as J${i}${j} } from "${s}";`, term: "0" }),
  (_, _j, s) => ({ top: `export * from "${s}";`, term: "0" }),
  (_, j, s) => ({
    top: `import { E${j}, U${j} } from "${s}"; export { U${j} as Again${j} };`,
    term: `E${j}.B.length`,
  }),
  (_, j, s) => ({ top: `import type { T${j} } from "${s}"; import "${s}";`, term: `(1 satisfies T${j})` }),
  (_, j, s) => ({ top: `const late${j} = () => import("${s}");`, term: `0 * late${j}.length` }),
];

const spellings = [(j: number) => `./m${j}`, (j: number) => `./m${j}.js`, (j: number) => `@/m${j}`] as const;

interface Edge {
  readonly to: number;
  readonly use: number;
  readonly spelling: number;
}

function moduleText(i: number, edges: readonly Edge[]): string {
  const used = edges.map(({ to, use, spelling }) => uses[use]?.(i, to, spellings[spelling]?.(to) ?? ""));
  return `
    ${used.map((u) => u?.top).join("\n")}
    console.log("loads ${i}");
    export type T${i} = number;
    export type U${i} = string;
    export interface I${i} { readonly n: number }
    export enum E${i} { A = ${i + 1}, B = "b${i}" }
    export class C${i} implements I${i} { constructor(readonly n: number, private extra?: string) {} }
    export default function (): number { return ${i}; }
    export const v${i}: number = ${["1", ...used.map((u) => u?.term)].join(" + ")};
    console.log("m${i}", v${i});`;
}

const programs = fc.integer({ min: 2, max: 6 }).chain((count) =>
  fc.record({
    commonjs: fc.boolean(),
    edges: fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        i === count - 1
          ? fc.constant([])
          : fc.uniqueArray(
              fc.record({
                to: fc.integer({ min: i + 1, max: count - 1 }),
                use: fc.nat(uses.length - 1),
                spelling: fc.nat(spellings.length - 1),
              }),
              { selector: ({ to }) => to, minLength: 1, maxLength: 3 },
            ),
      ),
    ),
  }),
);

it("runs as the program's bundle does: same values, modules loaded in the same order", async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "lowering-")));
  let count = 0;
  try {
    await fc.assert(
      fc.asyncProperty(programs, async ({ commonjs, edges }) => {
        const folder = join(root, String(count++));
        mkdirSync(folder);
        const compilerOptions = { paths: { "@/*": ["./*"] }, ...(commonjs && { module: "commonjs" }) };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
        writeFileSync(join(folder, "package.json"), commonjs ? "{}" : `{ "type": "module" }`);
        edges.forEach((e, i) => {
          writeFileSync(join(folder, `m${i}.ts`), moduleText(i, e));
        });
        const entry = join(folder, "m0.ts");
        const outfile = join(folder, "bundle.mjs");
        await build({
          entryPoints: [entry],
          bundle: true,
          format: "esm",
          platform: "node",
          outfile,
          logLevel: "error",
        });
        const bundled = execFileSync(process.execPath, [outfile], { encoding: "utf8" }).trim();
        const program = await lower(entry, { root: folder, cache: join(root, "cache"), sdk: "" });
        expect(program.format).toBe(commonjs ? "commonjs" : "module");
        expect(await run(program, folder)).toBe(bundled);
      }),
      { numRuns: 15 },
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});
