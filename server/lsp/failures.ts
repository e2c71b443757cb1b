// Defects of the server: each is logged with its stack and shown to the user once, none is swallowed.
import { type Connection, LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import { tell } from "./tell.ts";

export interface Failures {
  readonly report: (error: unknown) => void;
  /** Wraps a handler: what it throws is reported, and the client gets `otherwise`. */
  guard<A extends readonly unknown[], R>(
    otherwise: R,
    handler: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<R>;
}

export function createFailures(connection: Connection): Failures {
  const shown = new Set<string>();
  const report = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(text);
    const [first = text] = text.split("\n");
    if (shown.has(first)) return;
    shown.add(first);
    tell(
      connection,
      "error",
      `coldstart has a defect: ${first}. Its output holds the stack; please report it.`,
    );
  };
  return {
    report,
    guard:
      (otherwise, handler) =>
      async (...args) => {
        try {
          return await handler(...args);
        } catch (error) {
          // An answer that was overtaken by an edit or taken back is no defect.
          if (error instanceof ResponseError) throw error;
          report(error);
          return otherwise;
        }
      },
  };
}

export const overtaken = () => new ResponseError(LSPErrorCodes.ContentModified, "the document has changed");
