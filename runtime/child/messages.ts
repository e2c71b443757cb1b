// What parent and container say to each other in the headers of frames. All times are absolute monotonic milliseconds.
import type { AppDescription, FunctionSettings, Scaling } from "./description.ts";

/** First frame of every container, written before the process starts; the child reads it without an event loop. */
export interface Plan {
  readonly type: "plan";
  /**
   * `serve` takes inputs. `build` runs the build hook and ends; a function that has none is served at once. `entrypoint`
   * runs the app's local entry point and ends. `describe` loads the module, says what it defines and ends.
   */
  readonly mode: "serve" | "build" | "entrypoint" | "describe";
  /** The first input has been written as well: it is taken as soon as the container is ready. */
  readonly first?: boolean;
  /** Of builds: index of the image's step that is run; the function's own build hooks when left out. */
  readonly step?: number;
  /** Absolute path of the file that holds the function. */
  readonly file: string;
  /** The function's name; "" for entry points. */
  readonly name: string;
  /** Arguments of the entry point. */
  readonly args?: readonly unknown[];
  /** Inputs will come as `http`: what answers them is made ready while entering, and not by the first of them. */
  readonly http?: boolean;
  /** How Node would load the file in production. */
  readonly load: "import" | "require";
  /** Path of the Program as JSON, where module hooks are needed. */
  readonly program?: string;
  readonly python?: PythonPlan;
  /** Packages of Node that the image holds. */
  readonly packages?: PackagesPlan;
  /** Specifiers of the entry's direct imports, to be timed one after another; profile runs only. */
  readonly imports?: readonly string[];
  /** Whether the sources hold span marks; profile runs only. */
  readonly spans?: boolean;
}

/** Packages of an image, for code of the project: they are taken where the project has none of that name. */
export interface PackagesPlan {
  /** Folder that their `node_modules` lies in. */
  readonly folder: string;
  /** Names of those that are taken though the project has them, in another version. */
  readonly preferred: readonly string[];
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
  /** Payload: the arguments, encoded as `encoding` says; of `http`, see `whole`. */
  | {
      readonly type: "call";
      readonly input: string;
      /** Which method of the container's class; the function that the container was made for when left out. */
      readonly method?: string;
      readonly encoding: Encoding;
      readonly answer: Encoding;
      /** Milliseconds; the function's own when left out. */
      readonly timeout?: number;
      /** What a generator yields is wanted one by one, as `yield`, and not as a list in the end. */
      readonly stream?: boolean;
      /** The request of an `http` input; its body follows as `body`. */
      readonly request?: WireRequest;
      /** The payload is all of the request's body: none follows. */
      readonly whole?: boolean;
    }
  /**
   * A part of the request's body, the payload; with `end` the last one, which may be empty. It always comes to an `end`
   * unless the input is cancelled. Not more than {@link WINDOW} come before the container says `pull`.
   */
  | { readonly type: "body"; readonly input: string; readonly end?: boolean }
  /**
   * Nobody waits for this input any more: end it as soon as user code lets you, and say `failed` (or `result`: whichever
   * ends it frees the container's place). One that has not ended in two seconds, in a container without other inputs,
   * is ended with the container. The signal that `ready` asked for is sent right after it. What it has asked for itself
   * and waits for is given up as well.
   */
  | { readonly type: "cancel"; readonly input: string; readonly reason: "cancelled" | "timeout" }
  /** One more `yield` or `chunk` may come; see {@link WINDOW}. */
  | { readonly type: "pull"; readonly input: string }
  /**
   * Answers a `request`. Payload: the result, or the error that was thrown where it could be cloned. With `more` it is
   * one value of several, and the last answer has none.
   */
  | {
      readonly type: "answer";
      readonly call: number;
      readonly failure?: WireFailure;
      readonly more?: boolean;
      /** What was asked for where that is no value of user code: an id, figures. */
      readonly value?: unknown;
    }
  /** Run exit hooks and end. */
  | { readonly type: "stop" };

/** So many parts (`yield`, `chunk`, `body`, answers with `more`) may be under way before one is taken. */
export const WINDOW = 16;

export type ChildMessage =
  /** Said just before the user's module is loaded. */
  | { readonly type: "booted"; readonly t: number }
  | { readonly type: "loaded"; readonly t: number; readonly function?: FunctionSettings }
  | { readonly type: "entered"; readonly t: number; readonly hook: string; readonly started: number }
  | {
      readonly type: "ready";
      readonly t: number;
      /** To be sent to the process after each `cancel`: its user code may keep it from reading. */
      readonly interrupt?: "SIGUSR1" | "SIGUSR2";
    }
  /** What the module defines; ends the mode `describe`. */
  | { readonly type: "described"; readonly app: AppDescription }
  /** One value of a generator, encoded as the call's `answer` says. */
  | { readonly type: "yield"; readonly input: string }
  /** The head of the response to an `http` input; its body follows as `chunk`, and `result` ends it. */
  | {
      readonly type: "response";
      readonly input: string;
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
    }
  | { readonly type: "chunk"; readonly input: string }
  /** A part of the body of an `http` input has been taken: one more `body` may come. */
  | { readonly type: "pull"; readonly input: string }
  /**
   * Payload: the result. Also ends builds and entry points, with `input` "". With a `status` it is a whole response, the
   * payload its body, and there was no `response` before.
   */
  | {
      readonly type: "result";
      readonly input: string;
      readonly started: number;
      readonly status?: number;
      readonly headers?: readonly (readonly [string, string])[];
    }
  /** An input failed. Payload: the error as a structured clone, where that was asked for and could be made. */
  | { readonly type: "failed"; readonly input: string; readonly failure: WireFailure }
  /** Why the process is about to end, unless a handler of user code catches the error: then other frames follow. */
  | { readonly type: "fatal"; readonly failure: WireFailure }
  /** Asks the platform for something; answered by `answer`s with the same `call`. `input`: the one whose code asks. */
  | ({ readonly type: "request"; readonly call: number; readonly input?: string } & AppRequest)
  /** The answer to a request is no longer wanted; a call is cancelled. */
  | { readonly type: "abort"; readonly call: number }
  /** One more answer with `more` may come. */
  | { readonly type: "more"; readonly call: number }
  /** A line for the user. */
  | { readonly type: "note"; readonly text: string }
  /** Environment variables that project code read and that were not there. */
  | { readonly type: "missing"; readonly names: readonly string[] }
  /** A timed expression; `cpu`, `queued` and `loop` as in `Span` of `runtime/options.ts`. */
  | {
      readonly type: "span";
      readonly id: number;
      readonly started: number;
      readonly ms: number;
      readonly cpu?: number;
      readonly queued?: number;
      readonly loop?: boolean;
    }
  | {
      readonly type: "imports";
      readonly costs: readonly WireImport[];
    };

export interface WireImport {
  readonly specifier: string;
  readonly ms: number;
  readonly stage?: "enter" | "body";
  /** What it loaded in its turn. */
  readonly imports?: readonly WireImport[];
}

/** `clone`: a structured clone in Node, a pickle in Python. `http`: a request as input, a response as answer. */
export type Encoding = "json" | "clone" | "http";

export interface WireRequest {
  readonly method: string;
  /** Path and query, below the function's own address; begins with "/". */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Address under which the client reached us, such as `http://127.0.0.1:8000/f/search`: what `url` is below. */
  readonly base: string;
  /** The client's address and port. */
  readonly client: readonly [string, number];
  /**
   * It asks for a web socket; status 101 accepts it. Of an `asgi` application the parts of both bodies are messages: `t`
   * and text, `b` and bytes, or `c`, a code of two bytes (big endian) and a reason. Those of a `server` are bytes as they
   * come. The body ends when the client has left.
   */
  readonly socket?: true;
}

/** What code in a container may ask of the platform. */
export type AppRequest =
  /** Runs a function. Payload: the arguments as a clone. The answer's payload is the result. */
  | (Called & { readonly ask: "call"; readonly stream?: boolean })
  /** The same without waiting. The answer's value is the call's id, at once. */
  | (Called & { readonly ask: "spawn" })
  /**
   * Waits for a spawned call, whoever spawned it. `timeout`: milliseconds; then the answer is a failure of kind timeout
   * named `ResultTimeoutError`, and the call goes on.
   */
  | { readonly ask: "result"; readonly id: string; readonly timeout?: number }
  | { readonly ask: "cancel"; readonly id: string }
  /** Changes the pool of a function while the app runs. */
  | (Called & { readonly ask: "configure"; readonly settings: Partial<Scaling> })
  /** The answer's value is a {@link PoolFigures}. */
  | (Called & { readonly ask: "figures" });

interface Called {
  readonly file: string;
  readonly name: string;
  /** What the caller knows of the function's definition. */
  readonly function?: FunctionSettings;
}

export interface PoolFigures {
  /** Inputs that wait. */
  readonly backlog: number;
  /** Containers, those that boot included. */
  readonly containers: number;
  /** Inputs that containers are at work on. */
  readonly running: number;
  /** Further inputs that warm containers could take at once. */
  readonly room: number;
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
