// Figures for findings, out of the store: what the load took in the last profile, and what a fix may save by it.
import type { Finding } from "../facts/finding.ts";
import type { Linter } from "../lint.ts";
import { position } from "../workspace/lines.ts";
import { relativeTo } from "../workspace/paths.ts";
import { historyOf, readStore, type StoredResult } from "./store.ts";

export interface Figures {
  /** Nothing where the source was not profiled as it stands. */
  of(finding: Finding): { readonly measured?: number; readonly expected?: number };
}

type Spans = NonNullable<StoredResult["spans"]>;

export function createFigures(linter: Linter): Figures {
  const stores = new Map<string, readonly StoredResult[]>();
  const profiles = new Map<string, Spans>();

  function resultsOf(root: string): readonly StoredResult[] {
    const known = stores.get(root) ?? readStore(root).results;
    stores.set(root, known);
    return known;
  }

  /** Spans of the last profile of a function, when its source is the same still. */
  function spansOf(file: string, name: string): Spans {
    const key = `${file}::${name}`;
    const known = profiles.get(key);
    if (known) return known;
    const root = linter.root(file);
    const results = resultsOf(root);
    const hash = results.length > 0 ? linter.sourceHash(file, name) : undefined;
    const { profile } = historyOf(results, `${relativeTo(root, file)}::${name}`, hash);
    const spans = profile && profile.hash === hash ? (profile.spans ?? []) : [];
    profiles.set(key, spans);
    return spans;
  }

  function msAt(file: string, offset: number, spans: Spans): number | undefined {
    if (spans.length === 0) return undefined;
    const place = position(linter.text(file) ?? "", offset);
    const path = relativeTo(linter.root(file), file);
    return spans.find(
      (span) => span.file === path && span.line === place.line && span.column === place.column,
    )?.ms;
  }

  return {
    of(finding) {
      const spans = finding.function ? spansOf(finding.file, finding.function) : [];
      const measured = msAt(finding.file, finding.range.start, spans);
      if (measured === undefined) return {};
      const change = finding.fixes[0]?.change;
      if (change?.kind !== "concurrently") return { measured, ...(change && { expected: measured }) };
      const times = change.items.map((item) => msAt(change.file, item.call.start, spans) ?? 0);
      // Started together, loads take as long as the longest of them.
      return { measured, expected: times.reduce((sum, ms) => sum + ms, 0) - Math.max(...times) };
    },
  };
}
