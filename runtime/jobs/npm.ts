// `npmInstall`: packages of npm in a layer, beside those that the project has itself.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import semver from "semver";
import type { ImageStep } from "../child/description.ts";
import type { CommandEnd } from "../container/command.ts";
import { allOnPath, type Interpreter } from "../container/interpreters.ts";
import { environmentError, type RuntimeError } from "../errors.ts";
import { nodeFolder } from "../image/image.ts";
import { digestsOf } from "../image/inputs.ts";
import { installedPackage } from "../image/packages.ts";
import { openSources } from "../image/sources.ts";
import { findLocal } from "./locals.ts";
import { homeFile, isUnreachable, networkSettings, settingsInputs } from "./network.ts";
import { called, labelled, type Planned, type StepContext } from "./step.ts";

const NPM = /^npm_config_/i;

/** A package as it is asked for. */
interface Wanted {
  /** As npm is to be told. */
  readonly spec: string;
  /** Undefined where only the package itself says it. */
  readonly name?: string;
  /** Version of the project's own, where that fits. */
  readonly own?: string;
}

export async function planNpm(
  { packages }: Extract<ImageStep, { kind: "npmInstall" }>,
  context: StepContext,
): Promise<Planned> {
  const { session, target } = context;
  const name = called("npmInstall", packages, context);
  const files: Record<string, string> = {};
  const wanted: Wanted[] = [];
  for (const spec of packages) {
    if (isPath(spec)) {
      const path = findLocal(spec, context, name);
      Object.assign(files, await digestsOf(path, spec, ["node_modules", ".git"]));
      wanted.push({ spec: path });
    } else wanted.push(look(spec, target.file));
  }
  const own = wanted.flatMap((each) => (each.own === undefined ? [] : [`${each.name} ${each.own}`]));
  if (own.length > 0) session.note(`${name}: the project's own ${own.join(", ")} is taken`);
  if (own.length === wanted.length) return undefined;
  const node = (await session.languages.node()) ?? target.interpreter;
  const fitting = new Set(wanted.flatMap((each) => (each.own !== undefined && each.name ? [each.name] : [])));
  return {
    work: {
      kind: "npmInstall",
      name,
      inputs: {
        packages: packages.join("\n"),
        ...labelled("file", files),
        interpreter: `Node ${node.version}`,
        ...settingsInputs(session.options.env, NPM),
      },
      fill: (layer) => install(wanted, packages, node, layer, name, context),
      adopt: (before, layer) => ({
        ...before,
        node: {
          preferred: dependencies(session.boxes.packagesOf(layer)).filter(
            (each) =>
              before.node?.preferred.includes(each) ||
              (!fitting.has(each) && versionOf(each, target.file) !== undefined),
          ),
        },
      }),
    },
  };
}

const isPath = (spec: string) =>
  /^(\.{0,2}\/|~\/|\.{1,2}$|file:)/.test(spec) || /\.(tgz|tar\.gz|tar)$/.test(spec);

function look(spec: string, file: string): Wanted {
  const [, name, range = "*"] = /^((?:@[\w.~-]+\/)?[\w.~-]+)(?:@(.+))?$/.exec(spec) ?? [];
  if (name === undefined) return { spec };
  const version = versionOf(name, file);
  return version !== undefined && semver.satisfies(version, range, { includePrerelease: true })
    ? { spec, name, own: version }
    : { spec, name };
}

/** Version of a package that the project has in its `node_modules`. */
function versionOf(name: string, file: string): string | undefined {
  const folder = installedPackage(name, file, openSources({}));
  return folder === undefined
    ? undefined
    : (readJson(join(folder, "package.json")).version as string | undefined);
}

/** What has been asked for by name or by path, under the names that the packages have. */
function dependencies(packages: string): readonly string[] {
  return Object.keys(
    (readJson(join(nodeFolder(packages), "package.json")).dependencies as object | undefined) ?? {},
  );
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function install(
  wanted: readonly Wanted[],
  packages: readonly string[],
  node: Interpreter,
  layer: string,
  name: string,
  { session, image }: StepContext,
): Promise<void> {
  const npm = findNpm(node);
  const downloads = join(session.options.cache, "downloads", "npm");
  await mkdir(downloads, { recursive: true });
  const settings = homeFile(".npmrc");
  const projectSettings = join(session.options.root, ".npmrc");
  const script = `mkdir -p -- "$1" && cd -- "$1" && shift
test -e package.json || echo '{"private":true}' > package.json
exec "$@"`;
  const end = await session.execute({
    label: name,
    image,
    layer,
    needed: [
      node.path,
      dirname(dirname(npm)),
      ...wanted.flatMap(({ spec }) => (spec.startsWith("/") ? [spec] : [])),
    ],
    shared: [downloads],
    env: {
      ...networkSettings(),
      npm_config_cache: downloads,
      // npm's own would lie in the image's temp folder.
      NODE_DISABLE_COMPILE_CACHE: "1",
      ...(settings === undefined ? {} : { npm_config_userconfig: settings }),
      ...(existsSync(projectSettings) ? { npm_config_globalconfig: projectSettings } : {}),
    },
    command: (at) => [
      "/bin/sh",
      "-ec",
      script,
      "sh",
      nodeFolder(at),
      node.path,
      npm,
      "install",
      "--install-links",
      "--no-audit",
      "--no-fund",
      "--no-update-notifier",
      "--logs-max=0",
      "--loglevel=error",
      "--fetch-retries=1",
      ...wanted.map(({ spec }) => spec),
    ],
  });
  if (end.code !== 0) throw failed(end, packages, name);
}

function failed({ tail, code, signal }: CommandEnd, packages: readonly string[], name: string): RuntimeError {
  const more = { stage: "build", output: tail } as const;
  const which = packages.join(", ");
  if (/\bE404\b|ETARGET|ENOVERSIONS/.test(tail)) {
    const culprit = packages.find((each) => tail.includes(each)) ?? which;
    const message = `${name}: the registry has no ${culprit}; correct the name or the version`;
    return environmentError("PackageNotFoundError", message, more);
  }
  if (isUnreachable(tail)) {
    const message = `${name}: the registry cannot be reached, so that ${which} cannot be installed; check the network and npm's settings`;
    return environmentError("RegistryUnreachableError", message, more);
  }
  const why =
    /^npm (?:error|ERR!) (?!code|A complete log)(.+)$/m.exec(tail)?.[1] ?? `npm ended with ${signal ?? code}`;
  return environmentError("PackageInstallError", `${name}: ${which} cannot be installed: ${why}`, more);
}

/** npm's program: the one that came with this Node, else the one on the path. */
function findNpm(node: Interpreter): string {
  const beside = join(dirname(dirname(node.path)), "lib", "node_modules", "npm", "bin", "npm-cli.js");
  if (existsSync(beside)) return beside;
  for (const found of allOnPath("npm")) {
    const real = realpathSync(found);
    const candidates = [
      real,
      join(dirname(real), "npm-cli.js"),
      join(dirname(dirname(real)), "lib/node_modules/npm/bin/npm-cli.js"),
    ];
    const program = candidates.find((each) => each.endsWith("npm-cli.js") && existsSync(each));
    if (program !== undefined) return program;
  }
  throw environmentError(
    "NpmMissingError",
    `npmInstall: there is no npm beside ${node.path} nor on the path; install Node with its npm from https://nodejs.org`,
    { stage: "build" },
  );
}
