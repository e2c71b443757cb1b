// What client and server say to each other beside the Language Server Protocol: names and shapes, typed once for both.

/** Sent with `initialize`; every field may be missing, so that any editor can start the server. */
export interface InitializationOptions {
  /** False while the user hasn't trusted the workspace: analysis works, nothing of the user's is run. Default true. */
  readonly trusted?: boolean;
  /** True when the client takes the notifications below; else what functions print is logged. Default false. */
  readonly takesNotifications?: boolean;
}

/** Settings of the section `coldstart`, asked for with `workspace/configuration`. */
export interface Settings {
  /** False turns diagnostics, lenses and hovers off. Default true. */
  readonly enable: boolean;
  /** Path of the Node that runs functions; empty to let the project decide. */
  readonly node: string;
  /** Path of the Python that runs functions, or of its virtual environment; empty to let the project decide. */
  readonly python: string;
  /** Path of the Python that was chosen in the editor's extension for Python; empty where none was. Read after `python`. */
  readonly chosenPython: string;
}

/** Notifications from server to client. */
export interface ServerNotifications {
  /** What user code printed while it ran, and which function of which container it was. */
  readonly "coldstart/output": OutputParams;
  /** What the server is doing. */
  readonly "coldstart/status": StatusParams;
  /** The user wants to say what a function is run with. */
  readonly "coldstart/inputWanted": FunctionTarget;
}

export interface OutputParams {
  /** `FILE::NAME`. */
  readonly function: string;
  readonly container: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

export interface StatusParams {
  /** Runs of functions under way, as the user would name them: `search cold`. */
  readonly running: readonly string[];
  readonly analysing: boolean;
  /** Problems of the last analysis or run that the user should see; empty when all is well. */
  readonly problems: readonly string[];
}

/** `coldstart/input`: what a function is run with. Asked with a {@link FunctionTarget}. */
export interface InputAnswer {
  /** The arguments that the config keeps for it, as JSON; undefined when it keeps none. */
  readonly input?: string;
  /** Name of the file that keeps them, or is going to. */
  readonly config: string;
}

/** `coldstart/keepInput`: keeps arguments for a function in the config. */
export interface KeepInputParams extends FunctionTarget {
  /** A JSON array. */
  readonly input: string;
}

export interface KeepInputAnswer {
  /** Why they are not kept, and what to do. */
  readonly why?: string;
}

/** Notifications from client to server. */
export interface ClientNotifications {
  /** The user has trusted the workspace. */
  readonly "coldstart/trusted": undefined;
}

/** `coldstart/functions`: the functions of a file, for commands that start at the cursor. */
export interface FunctionsParams {
  readonly uri: string;
}

export interface FunctionEntry {
  readonly name: string;
  /** Lines from the first to the last of its definition, counted from 0. */
  readonly startLine: number;
  readonly endLine: number;
}

/** The argument of `coldstart.runCold`, `coldstart.measure` and `coldstart.verifyFix`. */
export interface FunctionTarget {
  readonly uri: string;
  readonly function: string;
  /** Path of the Python that the editor has chosen for the file; settings and the config go before it. */
  readonly python?: string;
}
