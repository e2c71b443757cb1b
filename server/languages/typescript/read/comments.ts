// Finds the comments of a file, which the compiler keeps in no list.
import type { Comment } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";

const known = new WeakMap<ts.SourceFile, readonly Comment[]>();

export function readComments(source: ts.SourceFile): readonly Comment[] {
  const found = known.get(source) ?? findComments(source);
  known.set(source, found);
  return found;
}

function findComments(source: ts.SourceFile): readonly Comment[] {
  const { text } = source;
  const comments: Comment[] = [];
  const mark = /\/[/*]/g;
  mark.lastIndex = ts.getShebang(text)?.length ?? 0;
  let match = mark.exec(text);
  while (match) {
    const start = match.index;
    const literal = literalAround(source, start);
    const end = literal ?? endOfComment(text, start);
    if (literal === undefined)
      comments.push({ text: contentOf(text.slice(start, end)), range: { start, end } });
    mark.lastIndex = end;
    match = mark.exec(text);
  }
  return comments;
}

function endOfComment(text: string, start: number): number {
  if (text[start + 1] === "*") {
    const end = text.indexOf("*/", start + 2);
    return end < 0 ? text.length : end + 2;
  }
  const lineBreak = /[\n\r\u2028\u2029]/g;
  lineBreak.lastIndex = start;
  return lineBreak.exec(text)?.index ?? text.length;
}

function contentOf(comment: string): string {
  if (comment.startsWith("//")) return comment.slice(2).trim();
  return comment
    .slice(2, comment.endsWith("*/") ? -2 : undefined)
    .replace(/^\*+/, "")
    .trim();
}

/** End of the string, template, regular expression or JSX text that holds a position; undefined where none does. */
function literalAround(source: ts.SourceFile, position: number): number | undefined {
  const holds = (node: ts.Node) => node.pos <= position && position < node.end;
  let node: ts.Node | undefined = statementAround(source, position);
  while (node) {
    if (isTextLike(node)) return position >= node.getStart(source) ? node.end : undefined;
    node = ts.forEachChild(node, (child) => (holds(child) ? child : undefined));
  }
  return undefined;
}

function isTextLike(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    node.kind === ts.SyntaxKind.RegularExpressionLiteral ||
    node.kind === ts.SyntaxKind.JsxText ||
    node.kind === ts.SyntaxKind.TemplateHead ||
    node.kind === ts.SyntaxKind.TemplateMiddle ||
    node.kind === ts.SyntaxKind.TemplateTail
  );
}

/** Files have many statements and many comments: a binary search keeps their product away. */
export function statementAround({ statements }: ts.SourceFile, position: number): ts.Statement | undefined {
  let low = 0;
  let high = statements.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const statement = statements[middle];
    if (!statement) return undefined;
    if (position < statement.pos) high = middle - 1;
    else if (position >= statement.end) low = middle + 1;
    else return statement;
  }
  return undefined;
}
