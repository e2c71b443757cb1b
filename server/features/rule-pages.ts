// What features tell of a rule beside the finding's own message.

export interface RulePage {
  /** One paragraph of Markdown. */
  readonly summary: string;
  /** Where the whole page stands. */
  readonly url: string;
}

/** The page of a rule; undefined for rules without one. */
export type RulePages = (rule: string) => RulePage | undefined;

/** The first paragraph below the heading of a rule's page. */
export function summaryOf(page: string): string {
  const paragraphs = page
    .replace(/^---\n.*?\n---\n/s, "")
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) => paragraph.trim());
  return (
    paragraphs.find((paragraph) => paragraph !== "" && !paragraph.startsWith("#"))?.replace(/\s*\n/g, " ") ??
    ""
  );
}
