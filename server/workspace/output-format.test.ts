// What builds make of a source file, and which handlers deployment files name.

import { describe, expect, it } from "vitest";
import { readDeployment } from "./deployment.ts";
import { loadYaml, yamlParser } from "./languages.ts";
import { manifestFor } from "./manifest.ts";
import { outputFormat } from "./output-format.ts";
import { tsconfigFor } from "./tsconfig.ts";

await loadYaml();
const parse = yamlParser();

function format(files: Readonly<Record<string, string>>, file = "/p/src/app.ts") {
  const read = (path: string) => files[path];
  const manifest = manifestFor(file, read);
  const deployments = Object.keys(files)
    .filter((path) => path.endsWith(".yaml") || path.endsWith(".yml"))
    .map((path) => readDeployment(path, files[path] ?? "", parse, manifest?.type));
  const configs = Object.keys(files).filter((path) => path.includes("esbuild"));
  const buildConfigs = configs.map((path) => files[path] ?? "");
  return outputFormat(file, { manifest, tsconfig: tsconfigFor(file, read), deployments, buildConfigs });
}

describe("the output format", () => {
  it.each([
    ["nothing says anything", {}, "cjs"],
    ["package.json says module", { "/p/package.json": '{"type": "module"}' }, "esm"],
    [
      "tsconfig makes CommonJS in spite of the type",
      {
        "/p/package.json": '{"type": "module"}',
        "/p/tsconfig.json": '{"compilerOptions": {"module": "CommonJS"}}',
      },
      "cjs",
    ],
    [
      "tsconfig follows package.json",
      {
        "/p/package.json": '{"type": "module"}',
        "/p/tsconfig.json": '{"compilerOptions": {"module": "NodeNext"}}',
      },
      "esm",
    ],
    ["tsconfig makes ES modules", { "/p/tsconfig.json": '{"compilerOptions": {"module": "es2022"}}' }, "esm"],
    [
      "a script bundles for node",
      {
        "/p/package.json":
          '{"type": "module", "scripts": {"build": "tsc && esbuild src/app.ts --bundle --platform=node"}}',
      },
      "cjs",
    ],
    [
      "a script bundles as ESM",
      { "/p/package.json": '{"scripts": {"build": "esbuild src/app.ts --bundle --format=esm"}}' },
      "esm",
    ],
    [
      "a config bundles as ESM",
      {
        "/p/esbuild.config.mjs":
          'import { build } from "esbuild"; build({ platform: "node", format: "esm" })',
      },
      "esm",
    ],
    [
      "SAM bundles by default",
      { "/p/package.json": '{"type": "module"}', "/p/template.yaml": sam("") },
      "cjs",
    ],
    [
      "SAM bundles as ESM",
      { "/p/template.yaml": sam("\n      BuildProperties:\n        Format: esm") },
      "esm",
    ],
    [
      "serverless-esbuild bundles by default",
      { "/p/package.json": '{"type": "module"}', "/p/serverless.yml": "plugins: [serverless-esbuild]" },
      "cjs",
    ],
    [
      "serverless-esbuild bundles as ESM",
      { "/p/serverless.yml": "plugins: [serverless-esbuild]\ncustom: {esbuild: {format: esm}}" },
      "esm",
    ],
  ] as const)("when %s", (_, files, expected) => {
    expect(format(files)).toBe(expected);
  });

  it("is a plain file's own where nothing bundles it", () => {
    expect(format({}, "/p/app.mjs")).toBe("esm");
    expect(format({ "/p/package.json": '{"type": "module"}' }, "/p/app.cjs")).toBe("cjs");
  });
});

describe("deployment files", () => {
  it("name handlers by SAM, with tags that YAML does not know", () => {
    const { handlers } = readDeployment("/p/template.yaml", sam(""), parse, undefined);
    expect(handlers).toEqual([{ stem: "/p/src/app", name: "lambdaHandler", format: "cjs" }]);
  });

  it("name handlers by the Serverless framework", () => {
    const text =
      "functions:\n  a: {handler: src/functions/a.main}\n  b: {handler: b.handler}\n  c: {image: x}";
    expect(readDeployment("/p/serverless.yml", text, parse, undefined).handlers).toEqual([
      { stem: "/p/src/functions/a", name: "main" },
      { stem: "/p/b", name: "handler" },
    ]);
  });

  it("say nothing when they are broken", () => {
    expect(readDeployment("/p/template.yaml", "a: [", parse, undefined)).toEqual({ handlers: [] });
  });
});

function sam(properties: string): string {
  return `Resources:
  Search:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.lambdaHandler
      Role: !GetAtt Role.Arn
    Metadata:
      BuildMethod: esbuild${properties}
  Table:
    Type: AWS::DynamoDB::Table
`;
}
