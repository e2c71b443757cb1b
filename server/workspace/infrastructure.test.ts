// Handlers that the CDK, SST, Pulumi and Terraform name are found in the files of their code.
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { infrastructureFiles, readInfrastructure } from "./infrastructure.ts";

/** The handlers among these files, as `path::name`. */
function handlers(files: Readonly<Record<string, string>>): readonly string[] {
  const paths = Object.keys(files).map((path) => `/p/${path}`);
  const isFolder = (folder: string) => paths.some((path) => path.startsWith(`${folder}/`));
  const list = (folder: string) => [
    ...new Set(
      paths
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
    ),
  ];
  const found = infrastructureFiles("/p", list).flatMap(
    (path) => readInfrastructure(path, files[path.slice(3)] ?? "", "/p", isFolder).handlers,
  );
  const named = found.flatMap(({ stem, name }) =>
    paths
      .filter((path) => path.slice(0, -posix.extname(path).length) === stem)
      .map((path) => `${path}::${name}`),
  );
  return [...new Set(named)].sort();
}

describe("handlers", () => {
  it("of the CDK in TypeScript, with a folder of code or an entry", () => {
    const stack = `
      new lambda.Function(this, "A", { code: lambda.Code.fromAsset("src/search"), handler: "index.search" });
      new NodejsFunction(this, "B", { entry: path.join(__dirname, "..", "src/rank.ts"), handler: "rank" });
      new NodejsFunction(this, "C", { entry: "src/plain.ts" });`;
    const files = { "cdk.json": "{}", "lib/stack.ts": stack };
    const sources = { "src/search/index.ts": "", "src/rank.ts": "", "src/plain.ts": "", "src/other.ts": "" };
    const found = handlers({ ...files, ...sources });
    expect(found).toContain("/p/src/search/index.ts::search");
    expect(found).toContain("/p/src/rank.ts::rank");
    expect(found).toContain("/p/src/plain.ts::handler");
    expect(found.some((each) => each.includes("other"))).toBe(false);
  });

  it("of the CDK in Python", () => {
    const stack = `
_lambda.Function(self, "A", code=_lambda.Code.from_asset("functions"), handler="app.answer")
PythonFunction(self, "B", entry=os.path.join(os.path.dirname(__file__), "..", "model"), index="main.py", handler="run")`;
    const files = { "cdk.json": "{}", "infra/stack.py": stack, "functions/app.py": "", "model/main.py": "" };
    const found = handlers(files);
    expect(found).toContain("/p/functions/app.py::answer");
    expect(found).toContain("/p/model/main.py::run");
  });

  it("of SST, Pulumi and Terraform", () => {
    const sst = `new sst.aws.Function("F", { handler: "packages/api/src/app.main" });`;
    expect(handlers({ "sst.config.ts": sst, "packages/api/src/app.ts": "" })).toEqual([
      "/p/packages/api/src/app.ts::main",
    ]);
    const pulumi = `new aws.lambda.Function("f", { handler: "index.go", code: new pulumi.asset.FileArchive("./app") });`;
    expect(handlers({ "Pulumi.yaml": "", "index.ts": pulumi, "app/index.js": "" })).toContain(
      "/p/app/index.js::go",
    );
    const terraform = `
data "archive_file" "z" { source_dir = "\${path.module}/../src" }
resource "aws_lambda_function" "f" { handler = "app.answer" }`;
    expect(handlers({ "terraform/main.tf": terraform, "src/app.py": "" })).toEqual(["/p/src/app.py::answer"]);
  });

  it("are none without such a program", () => {
    expect(handlers({ "lib/stack.ts": `f({ handler: "index.search" })`, "lib/index.ts": "" })).toEqual([]);
  });
});
