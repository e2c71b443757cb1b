// Comments that take findings out: `coldstart-disable-next-line rule -- why`, `…-line`, and `coldstart-disable` for a
// file; in Python `# coldstart: ignore[rule]`, too.
import type { Finding, Severity } from "../facts/finding.ts";
import type { Comment, Range } from "../facts/module.ts";
import { position } from "./lines.ts";

interface Suppression {
  readonly range: Range;
  /** Lines, from 1, that it holds for. */
  readonly from: number;
  readonly to: number;
  /** Rules that it names; all rules when it names none. */
  readonly rules: readonly string[];
}

export interface Suppressed<F> {
  readonly kept: readonly F[];
  /** Comments, or rules named in them, that took nothing out. */
  readonly unused: readonly { readonly range: Range; readonly message: string }[];
}

const MARK = /^coldstart-disable(-next-line|-line)?(?![\w-])\s*(.*)$/s;

/** Takes the findings out that the comments of a file speak of. */
export function suppress<F extends Pick<Finding, "rule" | "range">>(
  findings: readonly F[],
  comments: readonly Comment[],
  text: string,
  knownRules: readonly string[],
): Suppressed<F> {
  const suppressions = comments.flatMap((comment) => read(comment, text));
  if (suppressions.length === 0) return { kept: findings, unused: [] };
  const used = new Set<string>();
  const kept = findings.filter((finding) => {
    const line = position(text, finding.range.start).line;
    const hits = suppressions.filter(
      ({ from, to, rules }) =>
        from <= line && line <= to && (rules.length === 0 || rules.includes(finding.rule)),
    );
    for (const hit of hits) used.add(key(hit, hit.rules.length === 0 ? undefined : finding.rule));
    return hits.length === 0;
  });
  const unused = suppressions.flatMap((each) =>
    (each.rules.length === 0 ? [undefined] : each.rules)
      .filter((rule) => !used.has(key(each, rule)))
      .map((rule) => ({ range: each.range, message: complaint(rule, knownRules) })),
  );
  return { kept, unused };
}

const key = (suppression: Suppression, rule: string | undefined) =>
  `${suppression.range.start} ${rule ?? ""}`;

function complaint(rule: string | undefined, known: readonly string[]): string {
  if (rule === undefined) return "This comment takes no finding out; remove it.";
  if (!known.includes(rule)) return `There is no rule \`${rule}\`; the rules are ${known.join(", ")}.`;
  return `No finding of \`${rule}\` here is taken out by this comment; remove it.`;
}

/** `coldstart: ignore[rule, rule]`, behind what it speaks of or on a line of its own above it. */
const IGNORE = /^coldstart:\s*ignore(?![\w-])\s*(?:\[([^\]]*)\])?/;

function readIgnore(comment: Comment, text: string): Suppression[] {
  const match = comment.text.match(IGNORE);
  if (!match) return [];
  const rules = (match[1] ?? "").split(/[\s,]+/).filter(Boolean);
  const line = position(text, comment.range.start).line;
  const before = text.slice(text.lastIndexOf("\n", comment.range.start - 1) + 1, comment.range.start);
  const own = before.trim() === "" ? line + 1 : line;
  return [{ range: comment.range, rules, from: own, to: own }];
}

function read(comment: Comment, text: string): Suppression[] {
  const match = comment.text.match(MARK);
  if (!match) return readIgnore(comment, text);
  const [names = ""] = (match[2] ?? "").split("--");
  const rules = names.split(/[\s,]+/).filter(Boolean);
  const first = position(text, comment.range.start).line;
  const last = position(text, comment.range.end).line;
  const lines =
    match[1] === "-next-line"
      ? { from: last + 1, to: last + 1 }
      : match[1] === "-line"
        ? { from: first, to: last }
        : { from: 0, to: Number.POSITIVE_INFINITY };
  return [{ range: comment.range, rules, ...lines }];
}

/** How severe an unused suppression is unless the config says otherwise. */
export const UNUSED_SEVERITY: Severity = "hint";
