// The command line: commands and options as users see them, and one place where every ending gets its exit code.
import { Command, CommanderError, Option } from "commander";
import { type Failure, failure } from "../measure/failure.ts";
import { version } from "../measure/installation.ts";
import { defect, report } from "./errors.ts";
import { createTerminal, type Format, type Terminal } from "./terminal.ts";

type Act = (terminal: Terminal) => Promise<number | Failure>;

interface Chosen {
  readonly act: Act;
  readonly format: Format;
  /** It sees to interrupts by itself. */
  readonly endsItself: boolean;
}

/** Runs one command to its end. @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  let chosen: Chosen | undefined;
  const program = describe((act, format, { endsItself = false } = {}) => {
    chosen = { act, format, endsItself };
  });
  const terminal = (format: Format) => createTerminal(format, interrupted.signal);
  survivesReader();
  try {
    await program.parseAsync(args, { from: "user" });
    if (!chosen) return 0;
    if (!chosen.endsItself) endWith(interrupted);
    const ended = await chosen.act(terminal(chosen.format));
    if (typeof ended !== "number") return report(ended, terminal(chosen.format));
    return interrupted.signal.aborted ? 130 : ended;
  } catch (error) {
    const fallback = terminal(chosen?.format ?? (wantsJson(args) ? "json" : "text"));
    if (!(error instanceof CommanderError)) return report(defect(error), fallback);
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return 2;
    return report(failure("usage", "BadUsage", error.message.replace(/^error: /, "")), fallback);
  }
}

/** The first Ctrl-C ends what runs in good order, the second one ends this process. */
function endWith(interrupted: AbortController): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  }
}

/** `coldstart … | head` closes our output: then there is nobody to tell anything, and that is no error. */
function survivesReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

const wantsJson = (args: readonly string[]) => /--format[= ]json/.test(args.join(" "));

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
async function serve(): Promise<number> {
  const { serve } = await import("../lsp/main.ts");
  serve();
  return 0;
}

const EXAMPLES = `
Functions are named FILE::NAME: the file, and the name under which it exports the function.

  coldstart lint src
  coldstart run search.ts::search --input '["green tea"]' --profile
  coldstart measure search.ts::search --input '["green tea"]'
  coldstart verify search.ts::search --input '["green tea"]'
  coldstart serve search.ts

Exit codes: 0 all well; 1 findings, a failed function or another verdict; 2 wrong usage; 3 the environment
failed; 70 a defect of coldstart; 130 interrupted.`;
