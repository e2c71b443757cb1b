// What it takes to launch a container: the job of the process, its surroundings, and where its news go.
import type { AppDescription, FunctionSettings } from "../child/description.ts";
import type { Plan } from "../child/messages.ts";
import type { ImportCost, RunError, Span } from "../options.ts";
import type { EventBody } from "../trace/events.ts";
import type { Answer, Container, Prepared, RequestHandler } from "./container.ts";
import type { OutputSink } from "./output.ts";

/** Takes an event; `at` is absolute monotonic milliseconds, now when left out. */
export type Emit = (event: EventBody, at?: number) => void;

export interface LaunchSpec {
  readonly id: string;
  /** `FILE::NAME` for messages, or `FILE::CLASS` where it takes inputs of all the class's methods. */
  readonly label: string;
  /** What its events say of what it was made for. */
  readonly about: Pick<EventBody, "function" | "class">;
  readonly plan: Plan;
  /** Folder that the process starts in. */
  readonly cwd: string;
  /** All that user code sees of the environment besides HOME and TMPDIR. */
  readonly env: Readonly<Record<string, string>>;
  /** The interpreter and the child's program, by their paths. */
  readonly command: readonly string[];
  /** Milliseconds until a container that is not ready is given up. */
  readonly bootTimeout: number;
  readonly emit: Emit;
  readonly output: OutputSink;
  readonly note: (text: string) => void;
  /** Leads a stack back to the sources that the user wrote. */
  readonly mapStack: (stack: string) => Promise<string>;
  /** Has the process group ended should this process be killed; returns what takes that back. */
  readonly guard: (pid: number) => () => void;
  /** Answers what code in the container asks of the platform. */
  readonly requests: RequestHandler;
}

/** The private folders of one container, and how a process gets to see them. */
export interface Box {
  readonly env: Readonly<Record<string, string>>;
  /** Folder that an image's packages are installed in, as the container sees it. */
  readonly packages: string;
  /** Goes before `sh`. */
  readonly wrapper: readonly string[];
  /** Shell lines that run before the process begins; `set -e` holds. */
  readonly setup: string;
  /** Command that gives up what the setup needed and user code must not have; "" for none. */
  readonly drop: string;
  remove(): Promise<void>;
}

export interface ProcessPrepared extends Prepared {
  start(): ProcessContainer;
  /** Whether its process still waits to be started. */
  stands(): boolean;
}

export interface ProcessContainer extends Container {
  /** Absolute time at which it was spawned. */
  readonly spawned: number;
  /** Absolute time at which the user's module began; undefined before. */
  booted(): number | undefined;
  /** When it became ready. */
  readyAt(): number | undefined;
  /** Resolves once global scope has run. */
  readonly loaded: Promise<FunctionSettings | undefined>;
  /** What the module defines; of containers in the mode `describe`. */
  readonly described: Promise<AppDescription>;
  /** The outcome of a build or an entry point. */
  readonly result: Promise<Answer>;
  /** What a profile run has found so far. */
  profile(): Profile;
  /** Bytes that it has read from files and elsewhere, where the system counts them. */
  bytesRead(): number | undefined;
  /** Ends it at once; whoever waits for it is told this reason. */
  abort(reason: RunError): Promise<void>;
}

export interface Profile {
  readonly spans: readonly Span[];
  readonly imports: readonly ImportCost[] | undefined;
}
