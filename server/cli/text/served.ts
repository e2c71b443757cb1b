// Says what a served app offers: a line a function, with its address or its schedule.
import type { Served } from "../../measure/runtime-process.ts";
import type { Colors } from "../terminal.ts";

export function servedText({ again, functions, url }: Served, c: Colors): string {
  if (again) return c.dim("serving the changed code");
  const width = Math.max(...functions.map(({ name }) => name.length), 0);
  const lines = functions.map(({ name, class: owner, method, url: address, schedule, keepWarm }) => {
    const whose = owner === undefined ? "" : ` for all of ${owner}`;
    const how = [
      ...(address === undefined ? [] : [`${method ?? "ANY"} ${c.cyan(address)}`]),
      ...(schedule === undefined ? [] : [schedule]),
      ...(keepWarm > 0 ? [c.dim(`${keepWarm} kept warm${whose}`)] : []),
    ];
    return `  ${c.bold(name.padEnd(width))}  ${how.join("  ") || c.dim("calls only")}`;
  });
  const page = c.dim(
    `  what it does and waits for: ${url}/   inputs: coldstart call ${new URL(url).port} NAME`,
  );
  return [...lines, page].join("\n");
}
