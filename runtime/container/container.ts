// The container as the rest of the runtime sees it; the process backend is the default one behind it.

/** A prepared container: its folders and mounts stand, no process of the user's runs yet. */
export interface Prepared {
  readonly id: string;
  /** Spawns it. The time of this call is the start of the cold start. */
  start(): Container;
  /** Gives up a container that was never started. */
  discard(): Promise<void>;
}

export interface Container {
  readonly id: string;
  readonly pid: number;
  /** Resolves once global scope and all enter hooks have completed; rejects with a ContainerError. */
  readonly ready: Promise<void>;
  /** Hands over one input; rejects with a ContainerError. Only after `ready`, one at a time. */
  call(call: Call): Promise<Answer>;
  /** Runs exit hooks, then ends the process group; kills it after a grace period. */
  stop(): Promise<void>;
  /** Ends the process group at once. */
  kill(): Promise<void>;
  /** Resolves when the process and everything that it started is gone and its folders are removed. */
  readonly exited: Promise<Exit>;
}

export interface Call {
  readonly input: string;
  readonly args: Payload;
  /** How the answer is wanted: JSON for the outside, a structured clone for callers inside the app. */
  readonly answer: Payload["encoding"];
  /** Milliseconds; the container is ended when it takes longer. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly value: Payload;
  /** Absolute monotonic milliseconds at which the container began the input. */
  readonly started: number;
}

/** Values on their way, opaque to the parent: never decoded where nobody looks at them. */
export type Payload =
  | { readonly encoding: "json"; readonly text: string }
  | { readonly encoding: "clone"; readonly bytes: Uint8Array };

export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}
