// The package `coldstart`: what the code of serverless functions imports.
export { App } from "./app.ts";
export { currentInput } from "./current.ts";
export type { CurrentInput, PoolFigures, ScalingChange } from "./definition.ts";
export {
  ContainerLostError,
  DecoratorError,
  FunctionCancelledError,
  FunctionTimeoutError,
  NotInContainerError,
  OptionError,
  OptionRangeError,
  ParameterError,
  RemoteError,
  ResultTimeoutError,
  UnnamedFunctionError,
} from "./errors.ts";
export type {
  CallError,
  CallOptions,
  FunctionHandle,
  GeneratorCalls,
  HandleOf,
  RemoteCalls,
  ResultOf,
} from "./handle.ts";
export { Image } from "./image.ts";
export type { Inputs, MapOptions, MapResults } from "./map.ts";
export {
  build,
  enter,
  exit,
  type MethodOptions,
  method,
  type WebEndpointOptions,
  webEndpoint,
} from "./marks.ts";
export type { MethodCalls } from "./methods.ts";
export type {
  AppOptions,
  ClassOptions,
  FunctionOptions,
  Nothing,
  StatefulOptions,
  StatelessOptions,
  WarmOptions,
} from "./options.ts";
export type { Retries } from "./retries.ts";
export { Cron, type Duration, Period } from "./schedule.ts";
export { FunctionCall, type GetOptions } from "./spawned.ts";
