// Code actions: offered quickly without edits, which are worked out when one is chosen.
import { type CodeAction, CodeActionKind, type CodeActionParams } from "vscode-languageserver/node";
import type { TextEdit } from "../facts/finding.ts";
import {
  type CodeAction as Action,
  codeActions,
  FIX_ALL,
  findFix,
  suppression,
} from "../features/code-actions.ts";
import { diagnostics } from "../features/diagnostics.ts";
import { toDiagnostic, toOffsets, toWorkspaceEdit } from "./convert.ts";
import { overtaken } from "./failures.ts";
import type { Session } from "./session.ts";
import { tell } from "./tell.ts";

/** What an action carries until it is resolved. */
type Data = { readonly uri: string; readonly version: number } & (
  | { readonly kind: "fix"; readonly rule: string; readonly start: number; readonly title: string }
  | { readonly kind: "suppress"; readonly rule: string; readonly start: number }
  | { readonly kind: "fix-all" }
);

export function handleActions(session: Session): void {
  const { client, connection, failures } = session;
  connection.onCodeAction(
    failures.guard<[CodeActionParams], CodeAction[]>([], async (params) => {
      const actions = await offer(session, params);
      return client.resolvesEdits ? actions : Promise.all(actions.map((action) => resolve(session, action)));
    }),
  );
  connection.onCodeActionResolve((action) =>
    failures.guard<[CodeAction], CodeAction>(action, (wanted) => resolve(session, wanted))(action),
  );
}

async function offer(
  session: Session,
  { textDocument: { uri }, range, context }: CodeActionParams,
): Promise<CodeAction[]> {
  const { enable } = await session.settings.for(uri);
  const read = enable ? await session.documents.report(uri) : undefined;
  if (!read) return [];
  const { document, report } = read;
  const wants = (kind: string) =>
    context.only?.some((only) => kind === only || kind.startsWith(`${only}.`) || only === "") ?? true;
  const shown = diagnostics(report, session.pages);
  return codeActions(report, toOffsets(document, range), wants).map((action) => {
    const diagnostic = action.kind === "fix-all" ? undefined : shown.find((one) => isOf(one, action.finding));
    return {
      title: action.title,
      kind: action.kind === "fix-all" ? FIX_ALL : CodeActionKind.QuickFix,
      ...(diagnostic && { diagnostics: [toDiagnostic(session, document, diagnostic)] }),
      ...(action.kind === "fix" && action.preferred && { isPreferred: true }),
      data: dataOf(action, uri, document.version),
    };
  });
}

const isOf = (
  diagnostic: { readonly code: string; readonly range: { readonly start: number } },
  finding: { readonly rule: string; readonly range: { readonly start: number } },
) => diagnostic.code === finding.rule && diagnostic.range.start === finding.range.start;

function dataOf(action: Action, uri: string, version: number): Data {
  const place = { uri, version };
  if (action.kind === "fix-all") return { ...place, kind: "fix-all" };
  const { rule, range } = action.finding;
  if (action.kind === "suppress") return { ...place, kind: "suppress", rule, start: range.start };
  return { ...place, kind: "fix", rule, start: range.start, title: action.fix.title };
}

async function resolve(session: Session, action: CodeAction): Promise<CodeAction> {
  const data: Data = action.data;
  const read = await session.documents.report(data.uri);
  if (!read || read.document.version !== data.version) throw overtaken();
  const edits = editsOf(session, data, read);
  const edit = edits.length > 0 ? toWorkspaceEdit(session, edits) : undefined;
  if (edit) return { ...action, edit };
  tell(session.connection, "warning", `coldstart: "${action.title}" can't be carried out on this code.`);
  return action;
}

type Read = NonNullable<Awaited<ReturnType<Session["documents"]["report"]>>>;

function editsOf({ linter }: Session, data: Data, { file, report, document }: Read): readonly TextEdit[] {
  switch (data.kind) {
    case "fix": {
      const fix = findFix(report, data);
      return fix ? linter.edits(fix) : [];
    }
    case "suppress":
      return [suppression(file, document.getText(), data)];
    case "fix-all": {
      const { texts } = linter.fixAll([file], { unsafe: false });
      return [...texts].map(([path, text]) => difference(path, linter.text(path) ?? "", text));
    }
  }
}

/** One edit of what lies between the first and the last difference, so that cursors and folds elsewhere stay. */
function difference(file: string, before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { file, range: { start, end: before.length - same }, text: after.slice(start, after.length - same) };
}
