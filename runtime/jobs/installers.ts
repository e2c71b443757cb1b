// Programs that install packages of Python into an environment: uv and pip.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { allOnPath, onPath } from "../container/interpreters.ts";
import type { Python } from "../container/python.ts";
import { environmentError } from "../errors.ts";

const ask = promisify(execFile);

export interface Installer {
  readonly title: string;
  readonly program: string;
  readonly command: (python: string) => readonly string[];
}

/** uv where it is there, then a pip that can install for another Python. */
export async function findInstallers(python: Python): Promise<readonly Installer[]> {
  const uv = onPath("uv");
  const pip = await findPip(python);
  const installers: readonly (Installer | undefined)[] = [
    uv === undefined
      ? undefined
      : {
          title: "uv",
          program: uv,
          command: (into) => [uv, ..."pip install --compile-bytecode --quiet --python".split(" "), into],
        },
    pip === undefined
      ? undefined
      : {
          title: "pip",
          program: pip,
          command: (into) => [
            pip,
            "-m",
            "pip",
            "--python",
            into,
            ..."install --quiet --retries 1".split(" "),
          ],
        },
  ];
  const found = installers.filter((each) => each !== undefined);
  if (found.length > 0) return found;
  throw environmentError(
    "PipMissingError",
    "packages of Python are installed by uv or by pip 22.3 or newer, and there is neither; install one of them",
    { stage: "build" },
  );
}

/** A Python that has such a pip. */
async function findPip({ path: own }: Python): Promise<string | undefined> {
  for (const path of [own, ...allOnPath("python3")]) {
    const version = await ask(path, ["-m", "pip", "--version"], { cwd: "/" }).then(
      ({ stdout }) => /^pip (\d+)\.(\d+)/.exec(stdout),
      () => undefined,
    );
    if (version && Number(version[1]) * 100 + Number(version[2]) >= 2203) return path;
  }
  return undefined;
}
