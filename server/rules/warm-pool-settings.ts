// warm-pool-settings: values that the platform does not take, and settings of one pool that contradict each other.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts, Setting } from "../facts/function.ts";
import type { Rule } from "./rule.ts";

export const warmPoolSettings: Rule = {
  id: "warm-pool-settings",
  severity: "warning",
  summary: "Settings of the warm pool that are out of range or contradict each other",
  check(facts) {
    const said = [
      ...facts.settings.flatMap((setting) => ({ setting, message: outOfRange(setting) })),
      ...contradictions(facts.settings),
    ];
    return said.flatMap(({ setting, message }) =>
      message === undefined ? [] : [detection(facts, setting, message)],
    );
  },
};

function detection(facts: FunctionFacts, { range }: Setting, message: string): Detection {
  return {
    rule: "warm-pool-settings",
    severity: "warning",
    message,
    function: facts.name,
    phase: "global",
    file: facts.file,
    range,
    related: [],
  };
}

function outOfRange({ name, value, limits }: Setting): string | undefined {
  if (!limits || typeof value !== "number") return undefined;
  const { least, most, unit } = limits;
  const amount = (number: number) => (unit === undefined ? String(number) : `${number} ${unit}`);
  if (value >= least && (most === undefined || value <= most)) return undefined;
  const range = most === undefined ? `at least ${amount(least)}` : `${amount(least)} to ${amount(most)}`;
  return `\`${name}\` is ${amount(value)}, which the platform refuses; it takes ${range}.`;
}

interface Said {
  readonly setting: Setting;
  readonly message: string;
}

function contradictions(settings: readonly Setting[]): readonly Said[] {
  const one = (role: Setting["role"]) =>
    settings.find((each) => each.role === role && typeof each.value === "number");
  const [minimum, maximum, buffer] = [one("minimum"), one("maximum"), one("buffer")];
  const most = amountOf(maximum);
  // A maximum of 0 says nothing.
  if (!maximum || most <= 0) return [];
  if (minimum && amountOf(minimum) > most) {
    const message = `\`${minimum.name}\` (${amountOf(minimum)}) is above \`${maximum.name}\` (${most}), so that many containers are never there; raise the one or lower the other.`;
    return [{ setting: minimum, message }];
  }
  if (buffer && amountOf(buffer) >= most) {
    const message = `\`${buffer.name}\` (${amountOf(buffer)}) leaves no room below \`${maximum.name}\` (${most}), so the spare containers are never there; raise the one or lower the other.`;
    return [{ setting: buffer, message }];
  }
  return [];
}

function amountOf(setting: Setting | undefined): number {
  return typeof setting?.value === "number" ? setting.value : 0;
}
