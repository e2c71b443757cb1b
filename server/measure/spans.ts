// Spans of a profile run: which expressions are timed, and where their times belong in the source.
import type { Span, Variant } from "../../runtime/options.ts";
import type { FunctionFacts, WorkItem } from "../facts/function.ts";
import type { Linter } from "../lint.ts";
import { position } from "../workspace/lines.ts";

/** A timed work item. Lines and columns count from 1, columns in UTF-16 units. */
export interface TimedWork {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly label: string;
  /** The analysis' label, where the work is handed to a pool of threads and so has another one than by itself. */
  readonly submitted?: string;
  /** Milliseconds since the container was spawned. */
  readonly start: number;
  readonly ms: number;
  /** Milliseconds that its thread computed meanwhile, or its event loop was busy. */
  readonly cpu?: number;
  /** Milliseconds that its thread waited for a free processor. */
  readonly queued?: number;
  /** It shares an event loop with others: `cpu` is the loop's. */
  readonly loop?: boolean;
}

export interface SpanPlan {
  readonly marked: NonNullable<Variant["marked"]>;
  /** What the runtime's spans were, by position in the source. */
  place(spans: readonly Span[]): readonly TimedWork[];
}

/** Plans spans for the work of a function; the build phase is no part of a cold start. */
export function planSpans(file: string, name: string, linter: Linter): SpanPlan {
  const facts = linter.lint(file).functions.find((each) => each.name === name);
  const items = facts ? timedItems(facts) : [];
  const marked: Record<string, string> = {};
  for (const each of new Set(items.map((item) => item.place.file))) {
    const spans = items.flatMap((item, id) =>
      item.place.file === each ? [{ id, range: item.place.range }] : [],
    );
    const text = linter.instrument(each, spans);
    if (text !== undefined) marked[each] = text;
  }
  return {
    marked,
    place: (spans) =>
      spans.flatMap(({ id, ...timed }) => {
        const item = items[id];
        if (!item) return [];
        const label = labelOf(item, linter);
        const submitted = label === item.label ? {} : { submitted: item.label };
        return [{ ...positionOf(item, linter), label, ...submitted, ...timed }];
      }),
  };
}

/** One span a place: a call of a helper that does several things is timed as a whole. */
function timedItems({ work: { global, enter, body } }: FunctionFacts): readonly WorkItem[] {
  const places = new Map<string, WorkItem>();
  for (const item of [...global, ...enter, ...body]) {
    const { file, range } = item.place;
    const key = `${file} ${range.start} ${range.end}`;
    if (!places.has(key)) places.set(key, item);
  }
  return [...places.values()];
}

/** Work that is handed to a pool of threads goes by the name that it has alone, cut short as the analysis does. */
function labelOf({ label, place: { file, range } }: WorkItem, linter: Linter): string {
  if (!/\.submit\(/.test(label)) return label;
  const text = (linter.text(file) ?? "").slice(range.start, range.end).replace(/\s+/g, " ");
  const [, body, callee, rest] =
    /\.submit\( ?(?:lambda ?: ?(.*?)|([\w.]+) ?,? ?(.*?)),? ?\)$/.exec(text) ?? [];
  const given = callee === undefined ? body : `${callee}(${rest})`;
  if (given === undefined) return label;
  return given.length <= 40 ? given : `${given.replace(/\(.*/, "")}(…)`;
}

function positionOf({ place }: WorkItem, linter: Linter): Pick<TimedWork, "file" | "line" | "column"> {
  return { file: place.file, ...position(linter.text(place.file) ?? "", place.range.start) };
}

/** Where the lines of the text begin that was asked about last: most questions are about one file. */
