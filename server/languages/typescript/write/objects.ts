// Adds properties to an object literal in the way that it is laid out.
import type { ts } from "../compiler.ts";
import { type Draft, insert, rangeOf, replace } from "./draft.ts";
import { indentAt, lineEnd, lineStart } from "./layout.ts";

/** @param entries Given the white space that their lines begin with, the texts of the new properties. */
export function addProperties(
  draft: Draft,
  literal: ts.ObjectLiteralExpression,
  entries: (indent: string) => readonly string[],
): void {
  const { text, style, source } = draft;
  const { start, end } = rangeOf(draft, literal);
  const close = end - 1;
  const indent = indentAt(text, start);
  const last = literal.properties.at(-1);
  if (last && text.slice(lineStart(text, close), close).trim() === "") {
    const deep = indentAt(text, last.getStart(source));
    const hasComma = literal.properties.hasTrailingComma;
    if (!hasComma) insert(draft, last.end, ",");
    const lines = entries(deep).map((entry) => deep + entry);
    const comma = hasComma ? "," : "";
    insert(draft, lineStart(text, close), lines.join(`,${style.newline}`) + comma + style.newline);
    return;
  }
  const deep = indent + style.indent;
  const texts = entries(deep);
  const line = text.slice(lineStart(text, start), lineEnd(text, end));
  const fits =
    line.length + texts.join(", ").length + 4 <= style.width && !texts.some((entry) => entry.includes("\n"));
  if (fits) {
    const space = /^\{\S/.test(text.slice(start, end)) && last ? "" : " ";
    if (last) insert(draft, last.end, `, ${texts.join(", ")}`);
    else replace(draft, { start: start + 1, end: close }, `${space}${texts.join(", ")}${space}`);
    return;
  }
  spread(draft, literal, deep);
  const added = texts.join(`,${style.newline}${deep}`) + style.trailingComma;
  const before = last ? `,${style.newline}${deep}` : `${style.newline}${deep}`;
  const from = last ? last.end : start + 1;
  const rest = text.slice(from, close).replace(/^\s*,/, "").trim();
  replace(
    draft,
    { start: from, end: close },
    `${rest === "" ? "" : ` ${rest}`}${before}${added}${style.newline}${indent}`,
  );
}

/** Gives each property of a literal on one line a line of its own, and says what these begin with. */
export function openUp(draft: Draft, literal: ts.ObjectLiteralExpression): string {
  const { text, style, source } = draft;
  const indent = indentAt(text, literal.getStart(source));
  const last = literal.properties.at(-1);
  spread(draft, literal, indent + style.indent);
  const comma = literal.properties.hasTrailingComma ? "," : style.trailingComma;
  if (last) replace(draft, { start: last.end, end: literal.end - 1 }, comma + style.newline + indent);
  return indent + style.indent;
}

function spread(draft: Draft, literal: ts.ObjectLiteralExpression, indent: string): void {
  const { text, style, source } = draft;
  let from = literal.getStart(source) + 1;
  for (const property of literal.properties) {
    const start = property.getStart(source);
    const gap = text.slice(from, start);
    replace(draft, { start: from, end: start }, gap.trimEnd() + style.newline + indent);
    from = property.end;
  }
}
