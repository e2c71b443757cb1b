// What a file defines, as far as a platform has to know: functions, their settings, images, schedules and addresses.

/** How a pool scales; seconds, as users write them. */
export interface Scaling {
  readonly keepWarm: number;
  readonly maxContainers?: number;
  /** Containers beyond those that inputs need, while there are inputs. */
  readonly bufferContainers?: number;
  readonly containerIdleTimeout: number;
}

/** What the parent must know of a function to treat it well; seconds, as users write them. */
export interface FunctionSettings extends Scaling {
  readonly app?: string;
  readonly build: boolean;
  readonly timeout: number;
  /**
   * Of a method of a class: its own name, the last part of the function's. What stands before it names the class, whose
   * methods share containers, and with them all settings.
   */
  readonly method?: string;
  /** Until a container must be ready; the session's own limit when left out. */
  readonly startupTimeout?: number;
  readonly concurrency?: Concurrency;
  readonly retries?: Retries;
  /** A container ends after its first input. */
  readonly singleUse?: boolean;
}

export interface Concurrency {
  /** Inputs that a container takes at once; 1 when nothing is said. */
  readonly max: number;
  /** Inputs for each container at which more are booted; `max` when left out. */
  readonly target?: number;
}

export interface Retries {
  /** Attempts after the first one. */
  readonly max: number;
  /** Seconds before the first of them. */
  readonly initialDelay: number;
  /** Each pause is so many times the one before. */
  readonly backoff: number;
  /** Seconds that a pause takes at most. */
  readonly maxDelay: number;
}

/** What a file defines, as far as a platform has to know. */
export interface AppDescription {
  readonly functions: readonly FunctionDescription[];
  readonly entrypoint: boolean;
  /**
   * What lies on this computer had a say in what its images are: to be asked anew each time. The files among it; what
   * steps take in is said by the steps.
   */
  readonly local?: readonly string[];
}

export interface FunctionDescription {
  /** Absolute path of the file that has to be loaded to get at it. */
  readonly file: string;
  /** NAME of `FILE::NAME`. */
  readonly name: string;
  readonly settings: FunctionSettings;
  readonly image?: ImageDescription;
  /** Names of build hooks, in the order in which they run. */
  readonly builds: readonly string[];
  readonly schedule?: ScheduleDescription;
  readonly web?: WebDescription;
  /** Whether it yields values one by one. */
  readonly generator: boolean;
  /** Its class wants these parameters before a container can be made; such a function is not started by itself. */
  readonly parameters?: readonly string[];
}

export type ScheduleDescription =
  | { readonly kind: "cron"; readonly expression: string; readonly timeZone?: string }
  | { readonly kind: "period"; readonly seconds: number };

export type WebDescription =
  /**
   * One function behind one address. With `cors` the platform lets pages of all sites use it; what stands before a
   * Python function sees to that itself.
   */
  | { readonly kind: "endpoint"; readonly method: string; readonly cors?: true }
  /** A whole application behind an address and all below it. */
  | { readonly kind: "asgi" | "wsgi" }
  | { readonly kind: "server"; readonly port: number };

/** An image: a chain of steps, plain data, so that equal chains are one image. */
export interface ImageDescription {
  readonly base: string;
  readonly steps: readonly ImageStep[];
}

export type ImageStep =
  | { readonly kind: "npmInstall"; readonly packages: readonly string[] }
  | {
      readonly kind: "pipInstall";
      readonly packages: readonly string[];
      /** Files that list packages, relative to where the app is run. */
      readonly files?: readonly string[];
      readonly options?: readonly string[];
      /** Projects whose lists of packages are installed, at the versions of their lock files where they have one. */
      readonly projects?: readonly ProjectPackages[];
      /** What the installer sees in its environment. */
      readonly variables?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "runCommands";
      readonly commands: readonly string[];
      readonly variables?: Readonly<Record<string, string>>;
      /** They are run by a container in the mode `build`, which knows their secrets; `digest` tells those from others. */
      readonly inside?: { readonly index: number; readonly digest: string };
    }
  /** The function lies at this index among the steps (its own one when left out), and is run by a container in the mode `build`. */
  | {
      readonly kind: "runFunction";
      readonly name: string;
      readonly source: string;
      readonly index?: number;
      /** The module that says, with what it imports, what the function does; the whole program when left out. */
      readonly file?: string;
    }
  | { readonly kind: "env"; readonly variables: Readonly<Record<string, string>> }
  | {
      readonly kind: "addLocal";
      readonly what: "file" | "folder";
      readonly local: string;
      readonly remote: string;
      /** Files of the folder that are left out, relative to it. */
      readonly ignore?: readonly string[];
    }
  | { readonly kind: "workdir"; readonly path: string }
  /** A step that a process can't carry out (`aptInstall`, Dockerfile commands). */
  | { readonly kind: "other"; readonly name: string; readonly args: readonly string[] };

/** Packages that a project's own files list. Paths are relative to where the app is run. */
export interface ProjectPackages {
  readonly kind: "pyproject" | "poetry" | "uv";
  /** Its `pyproject.toml`. */
  readonly file: string;
  readonly lock?: string;
  readonly extras?: readonly string[];
  /** Groups beyond those that are installed by default. */
  readonly groups?: readonly string[];
  readonly without?: readonly string[];
  /** These groups alone. */
  readonly only?: readonly string[];
}
