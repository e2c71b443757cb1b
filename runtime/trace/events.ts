// The events of the local platform: the truth from which every figure, picture and log is folded.

/** What every event carries. `t` is milliseconds since the command's start, on the monotonic clock. */
interface Base {
  readonly v: 1;
  readonly t: number;
  readonly app?: string;
  /** `FILE::NAME`; of a container, the function that it was made for. */
  readonly function?: string;
  /** `FILE::CLASS` of methods and of their containers: each of these takes inputs of all the class's methods. */
  readonly class?: string;
  readonly container?: string;
  readonly input?: string;
}

export type RuntimeEvent = Base &
  (
    | {
        readonly type: "image.layer.started";
        readonly layer: string;
        readonly hash: string;
        /** Why it is built: what has changed since the last time. */
        readonly reason: string;
      }
    | { readonly type: "image.layer.cached"; readonly layer: string; readonly hash: string }
    | {
        readonly type: "image.layer.built";
        readonly layer: string;
        readonly hash: string;
        readonly reason: string;
        readonly ms: number;
      }
    /** `socket`: it is a web socket, and lasts as long as that. */
    | { readonly type: "input.queued"; readonly socket?: true }
    | { readonly type: "input.started" }
    | { readonly type: "input.finished" }
    | { readonly type: "input.failed"; readonly reason: FailureReason; readonly message: string }
    | { readonly type: "container.spawned"; readonly pid: number }
    /** Global scope has run; `booted` is when it began, so boot = booted − spawned and global = t − booted. */
    | { readonly type: "container.loaded"; readonly booted: number }
    /** One enter hook has completed; `hook` names it. */
    | { readonly type: "container.entered"; readonly hook: string; readonly started: number }
    | { readonly type: "container.ready" }
    | { readonly type: "container.exited"; readonly code?: number; readonly signal?: string }
    /** A timed expression (profile runs only); `t` is its start. */
    | { readonly type: "span"; readonly name: string; readonly ms: number; readonly span: number }
  );

/** An event before it is stamped with the time; what the parts of the runtime hand to the one place that writes events. */
export type EventBody = Unstamped<RuntimeEvent>;

type Unstamped<Event> = Event extends unknown ? Omit<Event, "v" | "t"> : never;

export type FailureReason = "error" | "timeout" | "lost" | "cancelled";

/** Stages of a cold start, in milliseconds; they add up to the wall time. */
export interface Stages {
  /** Queued → container spawned, and container ready → input started. */
  readonly queue: number;
  /** Spawned → the function's own module begins. */
  readonly boot: number;
  readonly global: number;
  readonly enter: number;
  readonly body: number;
}
