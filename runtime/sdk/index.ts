// The package `coldstart`: what the code of serverless functions imports.
export { App } from "./app.ts";
export {
  ContainerLostError,
  DecoratorError,
  FunctionTimeoutError,
  NotInContainerError,
  OptionError,
  OptionRangeError,
  ParameterError,
  RemoteError,
  UnnamedFunctionError,
} from "./errors.ts";
export type { FunctionHandle } from "./handle.ts";
export { Image } from "./image.ts";
export {
  build,
  enter,
  exit,
  type MethodOptions,
  method,
  type WebEndpointOptions,
  webEndpoint,
} from "./marks.ts";
export type {
  AppOptions,
  ClassOptions,
  FunctionOptions,
  Nothing,
  StatefulOptions,
  StatelessOptions,
  WarmOptions,
} from "./options.ts";
export { Cron, type Duration, Period } from "./schedule.ts";
