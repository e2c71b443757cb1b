// What parent and container say to each other in the headers of frames. All times are absolute monotonic milliseconds.

/** First frame of every container, written before the process starts; the child reads it without an event loop. */
export interface Plan {
  readonly type: "plan";
  /**
   * `serve` takes inputs. `build` runs the build hook and ends; a function that has none is served at once. `entrypoint`
   * runs the app's local entry point and ends.
   */
  readonly mode: "serve" | "build" | "entrypoint";
  /** The first input has been written as well: it is taken as soon as the container is ready. */
  readonly first?: boolean;
  /** Absolute path of the file that holds the function. */
  readonly file: string;
  /** The function's name; "" for entry points. */
  readonly name: string;
  /** How Node would load the file in production. */
  readonly load: "import" | "require";
  /** Path of the Program as JSON, where module hooks are needed. */
  readonly program?: string;
  readonly python?: PythonPlan;
  /** Specifiers of the entry's direct imports, to be timed one after another; profile runs only. */
  readonly imports?: readonly string[];
  /** Whether the sources hold span marks; profile runs only. */
  readonly spans?: boolean;
}

/** What only Python has to be told. */
export interface PythonPlan {
  /** Folder of the project. */
  readonly root: string;
  /** Name that the file is imported as. */
  readonly module: string;
  /** Folders that stand first in `sys.path`. */
  readonly path: readonly string[];
  /** Whether the program speaks of Modal. */
  readonly modal: boolean;
  /** Folder that volumes lie in. */
  readonly volumes: string;
  /** Secrets whose variables are in the environment already. */
  readonly secrets: readonly string[];
  /** Whether the file system is the container's own, so that links may be made in it. */
  readonly private: boolean;
}

export type ParentMessage =
  | Plan
  /** Payload: the arguments, encoded as `encoding` says. */
  | {
      readonly type: "call";
      readonly input: string;
      readonly encoding: Encoding;
      readonly answer: Encoding;
      /** Milliseconds; the function's own when left out. */
      readonly timeout?: number;
    }
  /** Answers a `remote`. Payload: the result, or the error that was thrown where it could be cloned. */
  | { readonly type: "answer"; readonly call: number; readonly failure?: WireFailure }
  /** Run exit hooks and end. */
  | { readonly type: "stop" };

export type ChildMessage =
  /** Said just before the user's module is loaded. */
  | { readonly type: "booted"; readonly t: number }
  | { readonly type: "loaded"; readonly t: number; readonly function?: FunctionSettings }
  | { readonly type: "entered"; readonly t: number; readonly hook: string; readonly started: number }
  | { readonly type: "ready"; readonly t: number }
  /** Payload: the result. Also ends builds and entry points, with `input` "". */
  | { readonly type: "result"; readonly input: string; readonly started: number }
  /** An input failed. Payload: the error as a structured clone, where that was asked for and could be made. */
  | { readonly type: "failed"; readonly input: string; readonly failure: WireFailure }
  /** Why the process is about to end, unless a handler of user code catches the error: then other frames follow. */
  | { readonly type: "fatal"; readonly failure: WireFailure }
  /** Payload: the arguments as a structured clone. */
  | {
      readonly type: "remote";
      readonly call: number;
      readonly file: string;
      readonly name: string;
      readonly function?: FunctionSettings;
    }
  /** A line for the user. */
  | { readonly type: "note"; readonly text: string }
  /** Environment variables that project code read and that were not there. */
  | { readonly type: "missing"; readonly names: readonly string[] }
  /** `cpu`: milliseconds of processor time that its thread took, where the span has one. */
  | {
      readonly type: "span";
      readonly id: number;
      readonly started: number;
      readonly ms: number;
      readonly cpu?: number;
    }
  | {
      readonly type: "imports";
      readonly costs: readonly WireImport[];
    };

export interface WireImport {
  readonly specifier: string;
  readonly ms: number;
  /** What it loaded in its turn. */
  readonly imports?: readonly WireImport[];
}

export type Encoding = "json" | "clone";

/** What the parent must know of a function to treat it well; seconds, as users write them. */
export interface FunctionSettings {
  readonly app?: string;
  readonly build: boolean;
  readonly timeout: number;
  readonly keepWarm: number;
  readonly containerIdleTimeout: number;
}

export interface WireFailure {
  readonly kind: "error" | "timeout" | "lost" | "cancelled" | "environment" | "usage" | "defect";
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Offset in `stack` from which on it leads to the user's own lines already. */
  readonly original?: number;
  readonly output?: string;
  /** What the computer or the network lacks, where that is the root of it. */
  readonly lacks?: "disk" | "network" | "package" | "gpu";
}
