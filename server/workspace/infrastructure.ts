// Handlers that infrastructure written as code names: CDK, SST, Pulumi, Terraform. Such files are programs, and are not
// run here: whatever text in them may be a handler is held against whatever may be the folder of its code.
import { posix } from "node:path";
import { type DeployedHandler, type Deployment, split } from "./deployment.ts";

/** Files by which a folder says that it holds such a program. */
const MARKS = /^(?:cdk\.json|sst\.config\.[cm]?[jt]s|Pulumi\.ya?ml|[\w.-]+\.tf)$/;
/** Where its parts lie, below the folder with the mark; or where all of it lies, below the project. */
const PARTS = [
  ...["bin", "lib", "src", "stacks", "stack", "infra", "infrastructure", "cdk", "deploy", "deployment"],
  ...["iac", "terraform", "pulumi", "sst", "constructs"],
];
const SOURCE = /\.(?:[cm]?[jt]s|py|tf)$/;
/** What such a program says somewhere, and other code hardly ever. */
const NAMES_HANDLERS = /\bhandler\s*[:=]|\b(?:entry|index)\s*[:=]/;

/** The files of such a program in a folder or just below it; none where nothing marks one. */
export function infrastructureFiles(
  folder: string,
  list: (folder: string) => readonly string[],
): readonly string[] {
  const names = list(folder);
  const parts = names.filter((name) => PARTS.includes(name)).map((name) => posix.join(folder, name));
  const isMarked = (listed: readonly string[]) => listed.some((name) => MARKS.test(name));
  const below = parts.map((part) => ({ part, names: list(part) }));
  if (!isMarked(names) && !below.some((each) => isMarked(each.names))) return [];
  const inside = (part: string, listed: readonly string[]) =>
    listed.filter((name) => SOURCE.test(name)).map((name) => posix.join(part, name));
  return [
    ...inside(folder, names),
    ...below.flatMap((each) => [
      ...inside(each.part, each.names),
      ...each.names
        .filter((name) => PARTS.includes(name))
        .flatMap((name) => {
          const deeper = posix.join(each.part, name);
          return inside(deeper, list(deeper));
        }),
    ]),
  ];
}

/** @param root The folder that the program was found for: paths in it are relative to that, or to its own. */
export function readInfrastructure(
  path: string,
  text: string,
  root: string,
  isFolder: (path: string) => boolean,
): Deployment {
  if (!NAMES_HANDLERS.test(text)) return { handlers: [] };
  const homes = [...new Set([posix.dirname(path), root])];
  const written = pathsIn(text).flatMap((each) => homes.map((home) => posix.resolve(home, each)));
  const folders = [...new Set([...homes, ...written.filter(isFolder)])];
  const named = [...text.matchAll(/\bhandler\s*[:=]\s*["'`]([\w./$-]+)["'`]/g)].map(
    (match) => match[1] ?? "",
  );
  const plain = named.filter((each) => !each.includes("."));
  const format = formatOf(text);
  const handlers = [
    ...named.filter((each) => each.includes(".")).flatMap((each) => folders.map((home) => split(home, each))),
    ...sourcesIn(text, written, folders).flatMap((stem) =>
      [...new Set([...plain, "handler"])].map((name) => ({ stem, name })),
    ),
  ];
  return { handlers: handlers.map((each) => ({ ...each, ...format })) };
}

/** The CDK's bundler makes CommonJS unless it is told otherwise. */
function formatOf(text: string): Pick<DeployedHandler, "format"> {
  if (!/\bNodejsFunction\b/.test(text)) return {};
  return { format: /\bOutputFormat\.ESM\b/.test(text) ? "esm" : "cjs" };
}

/** Texts that may be paths, those that are put together of several parts, too. */
function pathsIn(text: string): readonly string[] {
  const joined = [...text.matchAll(/\b(?:join|resolve)\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)].map((match) =>
    literalsIn(match[1] ?? "").join("/"),
  );
  return [...new Set([...literalsIn(text), ...joined])].filter(
    (each) => each !== "" && !each.startsWith("/"),
  );
}

function literalsIn(text: string): readonly string[] {
  return [...text.matchAll(/["'`]((?:\$\{path\.\w+\}\/)?[\w@./-]{1,200})["'`]/g)].map((match) =>
    (match[1] ?? "").replace(/^\$\{path\.\w+\}\//, ""),
  );
}

/** Sources that are named with their endings, `entry: "src/app.ts"`, without these. */
function sourcesIn(text: string, written: readonly string[], folders: readonly string[]): readonly string[] {
  const index = [...text.matchAll(/\bindex\s*[:=]\s*["']([\w./-]+\.py)["']/g)].map((match) => match[1] ?? "");
  const all = [...written, ...index.flatMap((each) => folders.map((folder) => posix.resolve(folder, each)))];
  return [...new Set(all)]
    .filter((each) => /\.(?:[cm]?[jt]sx?|py)$/.test(each))
    .map((each) => each.replace(/\.\w+$/, ""));
}
