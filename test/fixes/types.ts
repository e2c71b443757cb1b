// Checks the types of many programs in one run of the compiler.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");

const options = {
  strict: true,
  noUnusedLocals: true,
  target: "es2024",
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  lib: ["es2024", "esnext.disposable"],
  typeRoots: [join(root, "node_modules/@types")],
  types: ["node"],
  jsx: "preserve",
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  paths: { coldstart: [join(root, "runtime/sdk/index.ts")] },
};

/** @returns for each program what the compiler says of it, without places */
export function typeErrors(programs: readonly ReadonlyMap<string, string>[]): readonly (readonly string[])[] {
  const scratch = mkdtempSync("/var/tmp/coldstart-types-");
  const packages = new Set(programs.flatMap((texts) => [...texts.values()].flatMap(packagesOf)));
  writeFileSync(
    join(scratch, "packages.d.ts"),
    [...packages].map((name) => `declare module "${name}";\n`).join(""),
  );
  writeFileSync(
    join(scratch, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, include: ["**/*"] }),
  );
  programs.forEach((texts, index) => {
    for (const [path, text] of texts) {
      const file = join(scratch, `${index}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  });
  const { stdout, error } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", ".", "--pretty", "false"], {
    cwd: scratch,
    encoding: "utf8",
  });
  rmSync(scratch, { recursive: true, force: true });
  if (error) throw error;
  const found: string[][] = programs.map(() => []);
  for (const line of stdout.split("\n")) {
    const [, index, message] = /^(\d+)\/.*?\(\d+,\d+\): error (.*)$/.exec(line) ?? [];
    if (message !== undefined) found[Number(index)]?.push(message);
    else if (/error TS/.test(line)) throw new Error(line);
  }
  return found;
}

function packagesOf(text: string): readonly string[] {
  return [...text.matchAll(/from ["']([@a-z][^"':]*)["']/g)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "coldstart" && !name.startsWith("node:"));
}
