// Leads stacks of lowered code back to the lines that the user wrote, and leaves out what is ours.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TraceMap } from "@jridgewell/trace-mapping";
import type { Program } from "./program.ts";
import { syntaxPlace } from "./syntax-place.ts";

const FRAME = /(file:\/\/[^\s()]+|\/[^\s():]+(?: [^\s():]+)*):(\d+):(\d+)/g;

/**
 * Positions in files that were not lowered, or that have no map, stay as they are.
 * @param ours Files of the platform that take part in calls of user code.
 */
export function stackMapper(
  program: Pick<Program, "files"> & Partial<Pick<Program, "sources">>,
  ours: { readonly child: string; readonly sdk: string },
): (stack: string) => Promise<string> {
  const maps = new Map<string, TraceMap | undefined>();
  return async (whole) => {
    const place = await syntaxPlace(whole, program);
    if (place !== undefined) return `${/^SyntaxError: .*$/m.exec(whole)?.[0] ?? ""}\n    at ${place}`;
    const stack = withoutPlatform(whole, ours);
    if (Object.keys(program.files).length === 0) return stack;
    const { TraceMap, originalPositionFor } = await import("@jridgewell/trace-mapping");
    const mapOf = (path: string): TraceMap | undefined => {
      if (!maps.has(path)) {
        const source = program.files[path]?.source;
        const text = source === undefined ? undefined : inlineMap(source);
        maps.set(path, text === undefined ? undefined : new TraceMap(text));
      }
      return maps.get(path);
    };
    return stack.replaceAll(FRAME, (frame, place: string, line: string, column: string) => {
      const path = toPath(place);
      const map = path === undefined ? undefined : mapOf(path);
      if (path === undefined || map === undefined) return frame;
      const found = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
      return found.line === null ? frame : `${path}:${found.line}:${found.column + 1}`;
    });
  };
}

/** What stands below the first frame of the child is the platform's, down to the next error of a chain of causes. */
function withoutPlatform(stack: string, ours: { readonly child: string; readonly sdk: string }): string {
  let below = false;
  const lines = stack.split("\n").filter((line) => {
    if (!/^\s+at /.test(line)) {
      below = false;
      return true;
    }
    below ||= line.includes(`${ours.child}:`);
    return !below && !line.includes(`${ours.sdk}:`);
  });
  return lines.join("\n");
}

function toPath(place: string): string | undefined {
  if (!place.startsWith("file:")) return place;
  try {
    return fileURLToPath(place.replace(/[?#].*$/, ""));
  } catch {
    return undefined;
  }
}

function inlineMap(source: string): string | undefined {
  const match = /\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([\w+/=]+)\s*$/.exec(
    readFileSync(source, "utf8"),
  );
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], "base64").toString();
}
