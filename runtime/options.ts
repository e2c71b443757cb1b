// What `runtime/main` takes (one JSON document on standard input) and what it says (JSON lines on standard output).
import type { RuntimeEvent, Stages } from "./trace/events.ts";

export interface RuntimeOptions {
  readonly version: 1;
  /** Folder that containers start in and that function names are relative to. Absolute. */
  readonly root: string;
  /** Folder for image layers and lowered sources. Absolute; made when missing. */
  readonly cache: string;
  /** Interpreter that the config or the editor chose; else the project's own, else the one on the path. */
  readonly node?: string;
  /** The same for Python: an executable, or the folder of a virtual environment. Else the project's own, else the one on the path. */
  readonly python?: string;
  /** What containers see besides PATH HOME TMPDIR LANG TZ. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of secrets whose variables `env` holds. */
  readonly secrets?: readonly string[];
  /** Takes no more isolation than this; default is the most that the computer allows. */
  readonly isolation?: Where["isolation"];
  /** Milliseconds until a container that is not ready is given up. Default 300 000. */
  readonly bootTimeout?: number;
  /** Nobody listens to what becomes of inputs: their events, which are many, are not said. */
  readonly quiet?: boolean;
  readonly job: ColdJob | EntrypointJob | ServeJob | BuildJob;
}

/** Cold starts one after another, each in a fresh container: `run`, `measure`, `verify`. */
export interface ColdJob {
  readonly kind: "cold";
  readonly variants: readonly Variant[];
  /** Carried out in this order, one at a time. The job ends at the first step that fails, unless `keepGoing`. */
  readonly steps: readonly Step[];
}

/** An app's local entry point: functions run in pools of containers. */
export interface EntrypointJob {
  readonly kind: "entrypoint";
  readonly variant: Omit<Variant, "function">;
  /** Its arguments. */
  readonly input?: readonly unknown[];
}

/** The app stays up: endpoints, schedules, warm pools. Ends when the process is told to. */
export interface ServeJob {
  readonly kind: "serve";
  readonly variant: Omit<Variant, "function">;
  /** 0 takes a free one. */
  readonly port: number;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Names of plain handlers (Lambda's) that are served beside what the app defines. */
  readonly handlers: readonly string[];
  /** What the analysis has found, for the diagnosis. */
  readonly findings: readonly KnownFinding[];
  /** Bytes that a request's body may have. Default 100 MB. */
  readonly maxBody?: number;
  /** Time of day that schedules and, where libfaketime is there, containers begin at; milliseconds since 1970. */
  readonly at?: number;
}

export interface KnownFinding {
  readonly rule: string;
  /** Relative to the root. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
  /** `FILE::NAME`. */
  readonly function: string;
}

/** Builds the images of an app's functions. */
export interface BuildJob {
  readonly kind: "build";
  readonly variant: Omit<Variant, "function">;
  /** Also removes layers that no longer belong to anything. */
  readonly prune?: boolean;
}

/** A program: files as they stand, with some texts replaced in memory. */
export interface Variant {
  readonly id: string;
  /** Absolute path of the file. */
  readonly file: string;
  readonly function: string;
  /** Absolute path → text that is run in its place, at its own path. */
  readonly overlay?: Readonly<Record<string, string>>;
  /**
   * Absolute path → the file's text (or the overlay's) with span marks, which profile steps run in its place. Marks
   * change no meaning, so that a profile uses the image that was built for the text without them.
   */
  readonly marked?: Readonly<Record<string, string>>;
}

export interface Step {
  readonly variant: string;
  /** Arguments of the first (cold) call. */
  readonly input: readonly unknown[];
  /** Further calls of the same container, with the same arguments. Default 0. */
  readonly warm?: number;
  /** Time imports one after another and collect spans of the variant's `marked` texts. */
  readonly profile?: boolean;
}

export type RuntimeMessage =
  | { readonly type: "event"; readonly event: RuntimeEvent }
  /** Where the figures come from; said once, before the first container. */
  | { readonly type: "where"; readonly where: Where }
  /** A line for the user: which SDK was taken, which variables are missing. */
  | { readonly type: "note"; readonly text: string }
  /** What user code printed. */
  | {
      readonly type: "output";
      readonly function: string;
      readonly container: string;
      readonly stream: "stdout" | "stderr";
      readonly text: string;
    }
  | ServedMessage
  /** A step (by index), the entry point, a served app or a build (step 0) has ended. */
  | { readonly type: "outcome"; readonly step: number; readonly outcome: Outcome };

/** A served app takes requests: from now on, or `again` after a change of its code. */
export interface ServedMessage {
  readonly type: "served";
  readonly url: string;
  readonly again: boolean;
  readonly functions: readonly {
    /** `FILE::NAME`. */
    readonly name: string;
    /** `FILE::CLASS` of a method, whose containers it shares. */
    readonly class?: string;
    /** Method and address of endpoints. */
    readonly method?: string;
    readonly url?: string;
    /** Such as `0 * * * * (UTC)`. */
    readonly schedule?: string;
    readonly keepWarm: number;
  }[];
}

/** What may follow the options on standard input, one JSON document a line. */
export interface ControlMessage {
  readonly type: "findings";
  readonly findings: readonly KnownFinding[];
}

export type Outcome =
  | {
      readonly ok: true;
      /** JSON value that the first call returned; undefined → null. */
      readonly result: unknown;
      /** Absent for entry points. */
      readonly stages?: Stages;
      /** Queued → finished, the sum of the stages. */
      readonly wall: number;
      /** Body milliseconds of the warm calls. */
      readonly warm: readonly number[];
      /** Bytes that the container had read when its first input ended, where the system counts them. */
      readonly bytesRead?: number;
      readonly spans?: readonly Span[];
      readonly imports?: readonly ImportCost[];
    }
  | {
      readonly ok: false;
      readonly error: RunError;
      readonly stages?: Partial<Stages>;
      readonly wall?: number;
    };

/** A timed expression of a profile run; `start` is milliseconds since the container was spawned. */
export interface Span {
  readonly id: number;
  readonly start: number;
  readonly ms: number;
  /** Milliseconds that its thread computed meanwhile, or its event loop was busy, whatever with. */
  readonly cpu?: number;
  /** Milliseconds that its thread could have computed but found no processor free; Python on Linux only. */
  readonly queued?: number;
  /** It shares an event loop with others: `cpu` is the loop's. */
  readonly loop?: boolean;
}

/** Time to load and run one direct import of the entry, in order; the sum is the time of all, those within stages apart. */
export interface ImportCost {
  readonly specifier: string;
  readonly ms: number;
  /** It was imported by code that ran then, not by the module as it was loaded. */
  readonly stage?: "enter" | "body";
  /** The modules that it loaded in its turn, the slowest first; Python only. */
  readonly imports?: readonly ImportCost[];
}

/** One failed run; the shape that CONTRACT calls `error`. */
export interface RunError {
  readonly kind: "error" | "timeout" | "lost" | "cancelled" | "environment" | "usage" | "defect";
  readonly stage?: "build" | "boot" | "global" | "enter" | "body";
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly signal?: string;
  readonly exitCode?: number;
  /** The last that the container printed, at most 8 KB. */
  readonly output?: string;
}

/** Where figures were measured. */
export interface Where {
  readonly interpreter: {
    /** Node when left out. */
    readonly name?: "node" | "python";
    readonly path: string;
    readonly version: string;
  };
  readonly os: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** `mounts`: own root, temp and home by overlay mounts. `folders`: own home and temp folders only; absolute paths are shared. */
  readonly isolation: "mounts" | "folders";
  /** Whether files may have been in memory already. */
  readonly pageCache: "warm" | "dropped";
  /** Whose SDK the functions import. */
  readonly sdk: "project" | "bundled" | "none";
}
