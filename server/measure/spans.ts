// Spans of a profile run: which expressions are timed, and where their times belong in the source.
import type { ImportCost, Span, Variant } from "../../runtime/options.ts";
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
  /** What functions of the file imported while they ran. @param ready When the body began, since the spawn. */
  imports(spans: readonly Span[], ready: number): readonly ImportCost[];
}

/** Plans spans for the work of a function; the build phase is no part of a cold start. */
export function planSpans(file: string, name: string, linter: Linter): SpanPlan {
  const facts = linter.lint(file).functions.find((each) => each.name === name);
  const items = facts ? timedItems(facts) : [];
  // Of Python the container tells by itself.
  const lazy = file.endsWith(".py") ? [] : linter.lazyImports(file);
  const marked: Record<string, string> = {};
  const places = [...items.map((item) => item.place), ...lazy.map(({ range }) => ({ file, range }))];
  for (const each of new Set(places.map((place) => place.file))) {
    const spans = places.flatMap((place, id) => (place.file === each ? [{ id, range: place.range }] : []));
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
    imports: (spans, ready) =>
      spans.flatMap(({ id, start, ms }): readonly ImportCost[] => {
        const { specifier } = lazy[id - items.length] ?? {};
        return specifier === undefined ? [] : [{ specifier, ms, stage: start < ready ? "enter" : "body" }];
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
