// Tells requests of this computer's own programs and pages from those that other sites bring about.
import type { IncomingMessage } from "node:http";

/** Whether an address reaches this computer alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * A name that resolves to this computer may belong to anybody, so that `Host` has to be one of its own. A page of
 * another site may send requests here, too: endpoints answer them as they would in production, calls don't.
 */
export function isForeign({ headers }: IncomingMessage, strict: boolean): boolean {
  if (!isLoopback(nameOf(headers.host ?? ""))) return true;
  const { origin } = headers;
  return strict && origin !== undefined && origin !== `http://${headers.host}`;
}

/** A page of another site: no browser keeps it from reading what a web socket says, whatever the app answers. */
export function isForeignPage({ headers }: IncomingMessage): boolean {
  const { origin } = headers;
  return origin !== undefined && !isLoopback(nameOf(origin.replace(/^[a-z]+:\/\//i, "")));
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}
