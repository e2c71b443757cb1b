// Finds the catalogue's row for a qualified name; names in rows may hold `*` for any one word.
import type { CatalogueRow } from "../facts/project.ts";

export type Lookup = (name: string) => readonly CatalogueRow[];

const built = new WeakMap<readonly CatalogueRow[], Lookup>();

export function createLookup(catalogue: readonly CatalogueRow[]): Lookup {
  const cached = built.get(catalogue);
  if (cached) return cached;
  const exact = new Map<string, CatalogueRow[]>();
  const patterns: { readonly test: RegExp; readonly row: CatalogueRow }[] = [];
  for (const row of catalogue) {
    if (row.callee.includes("*")) patterns.push({ test: patternOf(row.callee), row });
    else exact.set(row.callee, [...(exact.get(row.callee) ?? []), row]);
  }
  const found = new Map<string, readonly CatalogueRow[]>();
  const lookup: Lookup = (name) => {
    const known = found.get(name);
    if (known) return known;
    const rows = exact.get(name) ?? patterns.filter(({ test }) => test.test(name)).map(({ row }) => row);
    found.set(name, rows);
    return rows;
  };
  built.set(catalogue, lookup);
  return lookup;
}

function patternOf(callee: string): RegExp {
  const escaped = callee.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "\\w[\\w-]*");
  return new RegExp(`^${escaped}$`);
}
