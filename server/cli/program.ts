// The command line: commands and options as users see them.
import { Command, CommanderError, Option } from "commander";
import { type Failure, failure } from "../measure/failure.ts";
import { version } from "../measure/installation.ts";
import type { Format, Terminal } from "./terminal.ts";

/** Undefined: it goes on, and ends the process by itself. */
export type Act = (terminal: Terminal) => Promise<number | Failure | undefined>;

/** What a command line asks for. */
export interface Chosen {
  readonly act: Act;
  readonly format: Format;
  /** It sees to interrupts by itself. */
  readonly endsItself?: boolean;
}

/** Reads a command line. @returns an exit code where everything is said already. */
export async function read(args: readonly string[]): Promise<Chosen | Failure | number> {
  let chosen: Chosen | undefined;
  const program = describe((act, format, how) => {
    chosen = { act, format, ...how };
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return chosen ?? 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return 2;
    return failure("usage", "BadUsage", error.message.replace(/^error: /, ""));
  }
}

const collect = (value: string, list: readonly string[] = []) => [...list, value];

type Choose = (act: Act, format: Format, how?: Partial<Pick<Chosen, "endsItself">>) => void;

const INPUT = ["--input <json>", "arguments, a JSON array or @file.json: '[\"green tea\"]'"] as const;

function describe(choose: Choose): Command {
  const program = new Command("coldstart")
    .description(
      "Finds cold-start problems in serverless functions, fixes them, and proves each fix by running it.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .addHelpText("after", EXAMPLES);

  const command = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .addOption(
        new Option("--format <format>", "form of the answer").choices(["text", "json"]).default("text"),
      );

  const running = (usage: string, description: string, { input = true } = {}) =>
    (input ? command(usage, description).option(...INPUT) : command(usage, description))
      .option("--env <name[=value]>", "pass a variable to the function (repeatable)", collect)
      .option("--env-file <file>", "pass the variables of a file (repeatable)", collect)
      .option("--events <file>", "write what happens as JSON lines")
      .option("--trace <file>", "write a Chrome trace that Perfetto opens");

  command("lint [path...]", "find cold-start problems; runs nothing of yours")
    .option("--fix", "apply safe fixes")
    .option("--fix-unsafe", "apply safe and unsafe fixes")
    .action((paths, options) =>
      choose(
        async (terminal) => (await import("./commands/lint.ts")).lintCommand(paths, options, terminal),
        options.format,
      ),
    );
  running("run <file[::name]>", "one cold start and one input; without ::name the app's local entry point")
    .option("--profile", "time the loads and the imports, too")
    .action((target, options) =>
      choose(
        async (terminal) => (await import("./commands/run.ts")).runCommand(target, options, terminal),
        options.format,
      ),
    );
  running("measure <file::name>", "distributions of cold starts and warm calls")
    .option("--cold <n>", "cold starts (default: 10)")
    .option("--warm <m>", "warm calls (default: 20)")
    .action((target, options) =>
      choose(
        async (terminal) => (await import("./commands/measure.ts")).measureCommand(target, options, terminal),
        options.format,
      ),
    );
  running("verify <file::name>", "compare the original with its fixed copy, cold, in random pairs")
    .option("--rule <id>", "only fixes of this rule (repeatable)", collect)
    .option("--fix-unsafe", "unsafe fixes, too")
    .option("--against <file::name>", "compare with this function instead")
    .option("--pairs <n>", "pairs of cold starts that count (default: 10)")
    .action((target, options) =>
      choose(
        async (terminal) => (await import("./commands/verify.ts")).verifyCommand(target, options, terminal),
        options.format,
      ),
    );
  running("fix <file...>", "apply the fixes that a verify run proves, and say why the others are left", {
    input: false,
  })
    .option("--verified", "run each fix before it is applied")
    .option("--fix-unsafe", "unsafe fixes, too")
    .option("--pairs <n>", "pairs of cold starts that count, for each fix (default: 10)")
    .action((files, options) =>
      choose(
        async (terminal) => (await import("./commands/fix.ts")).fixCommand(files, options, terminal),
        options.format,
      ),
    );
  running("serve <file>", "keep the app up: endpoints, calls, schedules, warm pools", { input: false })
    .option("--port <n>", "port to listen on; 0 takes a free one (default: 8000)")
    .option("--host <address>", "address to listen on, if not this computer's own alone")
    .option("--max-body <megabytes>", "what a request's body may have (default: 100)")
    .option("--at <time>", "begin at this time of day, to try schedules: 2026-01-31T05:59:50Z")
    .action((target, options) =>
      choose(
        async (terminal) => (await import("./commands/serve.ts")).serveCommand(target, options, terminal),
        options.format,
        { endsItself: true },
      ),
    );
  running("build <file>", "build the images of an app's functions", { input: false })
    .option("--prune", "also remove layers that nothing needs any more")
    .action((target, options) =>
      choose(
        async (terminal) => (await import("./commands/build.ts")).buildCommand(target, options, terminal),
        options.format,
      ),
    );
  command("call <url-or-port> <name>", "send an input to a served app")
    .option(...INPUT)
    .action((where, name, options) =>
      choose(
        async (terminal) => (await import("./commands/call.ts")).callCommand(where, name, options, terminal),
        options.format,
      ),
    );
  program
    .command("lsp")
    .description("the language server, on standard input and output")
    .option("--stdio", "accepted, since editors pass it")
    // Editors add more of their own, such as the id of their process.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => choose(serve, "text", { endsItself: true }));
  return program;
}

/** The server ends the process itself when its client leaves. */
async function serve(): Promise<undefined> {
  const { serve } = await import("../lsp/main.ts");
  serve();
  return undefined;
}

const EXAMPLES = `
Functions are named FILE::NAME: the file, and the name under which it exports the function.

  coldstart lint src
  coldstart run search.ts::search --input '["green tea"]' --profile
  coldstart measure search.ts::search --input '["green tea"]'
  coldstart verify search.ts::search --input '["green tea"]'
  coldstart build search.ts --prune
  coldstart serve search.ts

Exit codes: 0 all well; 1 findings, a failed function or another verdict; 2 wrong usage; 3 the environment
failed; 70 a defect of coldstart; 130 interrupted.`;
