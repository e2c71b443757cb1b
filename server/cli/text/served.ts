// Says what a served app offers: a line a function, with its address or its schedule.
import type { Served } from "../../measure/runtime-process.ts";
import type { Colors } from "../terminal.ts";

/** @param before What was served the last time: of changed code only what is new or gone is told. */
export function servedText(served: Served, before: Served | undefined, c: Colors): string {
  const now = offers(served, c);
  if (!served.again) {
    const { url } = served;
    const port = new URL(url).port;
    const page = `  what it does and waits for: ${url}/   inputs: coldstart call ${port} NAME`;
    return [...lines(now, c), c.dim(page)].join("\n");
  }
  const then = before ? offers(before, c) : new Map<string, string>();
  const fresh = [...now].filter(([name, how]) => then.get(name) !== how);
  const gone = [...then.keys()].filter((name) => !now.has(name));
  const without = gone.length > 0 ? `, without ${gone.join(", ")}` : "";
  return [c.dim(`serving the changed code${without}`), ...lines(fresh, c)].join("\n");
}

/** By function: how it is reached. */
function offers({ functions }: Served, c: Colors): ReadonlyMap<string, string> {
  return new Map(
    functions.map(({ name, class: owner, method, url, schedule, keepWarm }) => {
      const whose = owner === undefined ? "" : ` for all of ${owner.replace(/^.*?::/, "")}`;
      const how = [
        ...(url === undefined ? [] : [`${method ?? "ANY"} ${c.cyan(url)}`]),
        ...(schedule === undefined ? [] : [schedule]),
        ...(keepWarm > 0 ? [c.dim(`${keepWarm} kept warm${whose}`)] : []),
      ];
      return [name, how.join("  ") || c.dim("calls only")];
    }),
  );
}

function lines(offered: Iterable<readonly [string, string]>, c: Colors): readonly string[] {
  const all = [...offered];
  const width = Math.max(...all.map(([name]) => name.length), 0);
  return all.map(([name, how]) => `  ${c.bold(name.padEnd(width))}  ${how}`);
}
