// Settings of Modal's decorators: what they say of the pool, the values that they take, and which of them are outdated.
import type { Outdated, Setting } from "../../facts/function.ts";
import type { ModuleFacts, Value } from "../../facts/module.ts";
import type { Questions } from "../../facts/project.ts";
import type { CallValue } from "../definitions.ts";
import type { Argument, Arguments } from "./arguments.ts";

interface Known {
  readonly role: NonNullable<Setting["role"]>;
  readonly limits: NonNullable<Setting["limits"]>;
}

/**
 * Ranges of the guide "Cold start performance" (2 seconds to 20 minutes) and of modal 1.6.4's own checks
 * (`_functions.py`: `scaledown_window` from 2 to 3600).
 */
const pool: Readonly<Record<string, Known>> = {
  keep_warm: { role: "minimum", limits: { least: 0 } },
  min_containers: { role: "minimum", limits: { least: 0 } },
  concurrency_limit: { role: "maximum", limits: { least: 0 } },
  max_containers: { role: "maximum", limits: { least: 0 } },
  buffer_containers: { role: "buffer", limits: { least: 0 } },
  container_idle_timeout: { role: "idle", limits: { least: 2, most: 1200, unit: "s" } },
  scaledown_window: { role: "idle", limits: { least: 2, most: 3600, unit: "s" } },
};

/** The settings that stand in this file. */
export function settingsOf(
  module: ModuleFacts,
  given: Arguments,
  ask: Questions,
): readonly (Setting & Pick<Argument, "nameRange" | "spread">)[] {
  return given.all
    .filter((argument) => argument.module === module)
    .map(({ name, nameRange, value, range, spread }) => {
      const constant = constantOf(module, value, ask);
      const known = Object.hasOwn(pool, name) ? pool[name] : undefined;
      return {
        name,
        nameRange,
        spread,
        range,
        valueRange: value.range,
        ...(constant !== undefined && { value: constant }),
        ...known,
      };
    });
}

function constantOf(
  module: ModuleFacts,
  value: Value,
  ask: Questions,
): string | number | boolean | undefined {
  const found = ask.valueOf(module, value)?.value;
  if (found?.kind === "operation" && found.operator === "*") {
    const factors = found.operands.map((operand) => constantOf(module, operand, ask));
    return factors.every((factor) => typeof factor === "number")
      ? factors.reduce((product: number, factor) => product * factor, 1)
      : undefined;
  }
  if (found?.kind !== "literal") return undefined;
  const known = found.value;
  return typeof known === "string" || typeof known === "number" || typeof known === "boolean"
    ? known
    : undefined;
}

interface Renamed {
  readonly to: string;
  /** Version that brought the new name. */
  readonly since: string;
  /** Version that refuses the old one. */
  readonly ended?: string;
}

/** Source: modal 1.6.4, `_utils/deprecation.py` and `app.py`, and the "Modal 1.0 migration guide". */
const renamed: Readonly<Record<string, Renamed>> = {
  keep_warm: { to: "min_containers", since: "0.73.76", ended: "1.4.0" },
  concurrency_limit: { to: "max_containers", since: "0.73.76", ended: "1.4.0" },
  container_idle_timeout: { to: "scaledown_window", since: "0.73.76", ended: "1.4.0" },
};

/** What is to be done where old and new name stand side by side: Python takes neither twice. */
const both = (name: string) => ({ note: `That stands there too, so take \`${name}\` out.` });

/**
 * @param isInUse Whether a version of `modal` is the one in use, or older than it.
 * @param isConcurrent Whether `@modal.concurrent` stands on the same definition.
 */
export function outdatedSettings(
  call: CallValue,
  settings: ReturnType<typeof settingsOf>,
  isInUse: (version: string) => boolean,
  isConcurrent: boolean,
): readonly Outdated[] {
  return settings.flatMap((setting): readonly Outdated[] => {
    const { name, nameRange, range, valueRange, spread } = setting;
    const own = Object.hasOwn(renamed, name) ? renamed[name] : undefined;
    if (own && isInUse(own.since)) {
      const change = { kind: "replace", parts: [{ range: nameRange, text: own.to }] } as const;
      const ended = own.ended !== undefined && isInUse(own.ended) ? { ended: own.ended } : {};
      const isGiven = settings.some((other) => other.name === own.to);
      return [{ range, name, instead: own.to, ...ended, ...(isGiven ? both(name) : { change }) }];
    }
    if (name === "allow_concurrent_inputs" && isInUse("0.73.148")) {
      const decorator = { decorator: "modal.concurrent", as: "max_inputs" };
      return [
        {
          range,
          name,
          instead: "@modal.concurrent(max_inputs=…)",
          ...(isInUse("1.4.0") && { ended: "1.4.0" }),
          ...(isConcurrent && both(name)),
          ...(!spread &&
            !isConcurrent && {
              change: { kind: "decorate", call: call.range, setting: name, ...decorator } as const,
            }),
        },
      ];
    }
    if (name === "secret" && isInUse("0.56")) {
      const isGiven = settings.some((other) => other.name === "secrets");
      const { start, end } = valueRange;
      const parts = [
        { range: nameRange, text: "secrets" },
        { range: { start, end: start }, text: "[" },
        { range: { start: end, end }, text: "]" },
      ];
      return [
        {
          range,
          name,
          instead: "secrets=[…]",
          ...(isInUse("1.0.0") && { ended: "1.0.0" }),
          ...(isGiven ? both(name) : { change: { kind: "replace", parts } as const }),
        },
      ];
    }
    if (name === "max_inputs" && setting.value === 1 && isInUse("1.3.0")) {
      const parts = [
        { range: nameRange, text: "single_use_containers" },
        { range: valueRange, text: "True" },
      ];
      return [
        {
          range,
          name: "max_inputs=1",
          instead: "single_use_containers=True",
          change: { kind: "replace", parts },
        },
      ];
    }
    return [];
  });
}
