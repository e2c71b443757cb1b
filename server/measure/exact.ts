// Reads JSON without rounding: an integer that no double holds stays as it was written, and is written so again.

/** What newer engines have and the types don't tell yet: https://tc39.es/proposal-json-parse-with-source/ */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

/** As `JSON.parse`; such an integer becomes an opaque object that `JSON.stringify` writes as the number that it was. */
export function parseExactly(text: string): unknown {
  // Most texts have none, and a reviver makes reading many times slower.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const { parse, rawJSON } = JSON as unknown as ExactJson;
  return parse(text, (_key, value, { source }) =>
    source !== undefined && Number.isInteger(value) && !Number.isSafeInteger(value) ? rawJSON(source) : value,
  );
}
