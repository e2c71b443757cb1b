// The package `coldstart`: what the code of serverless functions imports.
export { App } from "./app.ts";
export {
  ContainerLostError,
  FunctionTimeoutError,
  NotInContainerError,
  OptionError,
  OptionRangeError,
  RemoteError,
  UnnamedFunctionError,
} from "./errors.ts";
export type { FunctionHandle } from "./handle.ts";
export type {
  AppOptions,
  FunctionOptions,
  Nothing,
  StatefulOptions,
  StatelessOptions,
  WarmOptions,
} from "./options.ts";
