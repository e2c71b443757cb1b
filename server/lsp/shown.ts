// What is shown beside the code: lenses, hovers and inlay hints.
import { type CodeLens, InlayHintKind, MarkupKind } from "vscode-languageserver/node";
import { hover } from "../features/hover.ts";
import { inlayHints } from "../features/inlay-hints.ts";
import { type LensKind, lenses, lensTitle } from "../features/lenses.ts";
import { COMMANDS } from "./capabilities.ts";
import { toOffsets, toRange } from "./convert.ts";
import type { FunctionTarget } from "./messages.ts";
import { pathOf } from "./paths.ts";
import type { Session } from "./session.ts";

interface LensData extends FunctionTarget {
  readonly kind: LensKind;
}

export function handleShown(session: Session): void {
  const { bench, client, connection, failures, pages } = session;

  connection.onCodeLens(
    failures.guard([], async ({ textDocument: { uri } }) => {
      const read = await reportIfEnabled(session, uri);
      if (!read) return [];
      return lenses(read.report).map(({ kind, range, function: name }): CodeLens => {
        const data: LensData = { kind, uri, function: name };
        return { range: toRange(read.document, range), data };
      });
    }),
  );

  connection.onCodeLensResolve((lens) =>
    failures.guard<[CodeLens], CodeLens>(lens, async (wanted) => {
      const { kind, ...target }: LensData = wanted.data;
      const file = pathOf(target.uri) ?? "";
      await session.linter.prepare([file]);
      const title = lensTitle(kind, bench.measured(file, target.function));
      return { ...wanted, command: { title, command: COMMANDS[kind], arguments: [target] } };
    })(lens),
  );

  connection.onHover(
    failures.guard(undefined, async ({ textDocument: { uri }, position }) => {
      const read = await reportIfEnabled(session, uri);
      if (!read) return undefined;
      const measured = (name: string) => bench.measured(read.file, name);
      const offset = read.document.offsetAt(position);
      const found = hover(read.report, offset, { measured, pages, now: Date.now() });
      if (!found) return undefined;
      return {
        range: toRange(read.document, found.range),
        contents: client.markdown
          ? { kind: MarkupKind.Markdown, value: found.markdown }
          : { kind: MarkupKind.PlainText, value: found.markdown.replace(/[*_]{1,2}/g, "") },
      };
    }),
  );

  connection.languages.inlayHint.on(
    failures.guard([], async ({ textDocument: { uri }, range }) => {
      const read = await reportIfEnabled(session, uri);
      if (!read) return [];
      const { start, end } = toOffsets(read.document, range);
      return inlayHints(read.report, (name) => bench.measured(read.file, name))
        .filter(({ at }) => start <= at && at <= end)
        .map(({ at, label, tooltip }) => ({
          position: read.document.positionAt(at),
          ...{ label, tooltip, kind: InlayHintKind.Type, paddingLeft: true },
        }));
    }),
  );
}

async function reportIfEnabled(session: Session, uri: string) {
  const { enable } = await session.settings.for(uri);
  return enable ? session.documents.report(uri) : undefined;
}
