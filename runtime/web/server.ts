// The web server of a served app: its endpoints below `/f/`, calls below `/api/`, and the page that shows it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { environmentError } from "../errors.ts";
import { addressOf, decode } from "./address.ts";
import { answerCall } from "./call.ts";
import { answerEndpoint } from "./endpoint.ts";
import { isForeign, isLoopback } from "./origin.ts";
import { sendPage } from "./page.ts";
import { refuse, sendJson } from "./replies.ts";
import type { Site } from "./site.ts";
import { sendSnapshots } from "./snapshots.ts";
import { acceptSockets, wantsSocket } from "./upgrade.ts";

export interface WebOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Bytes that a request's body may have. */
  readonly maxBody: number;
  /** Folder of the page's files. */
  readonly page: string;
  /** Told of what went wrong within; clients are not. */
  readonly note: (text: string) => void;
}

export interface Web {
  /** Where it is reached from this computer, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no more connections; resolves when the last answer is out. */
  close(): Promise<void>;
  /** Tells the clients of web sockets that the app is being stopped. */
  hangUp(): void;
  /** Breaks off all connections. */
  destroy(): void;
}

/** Milliseconds that a connection waits for its next request; longer than those of most clients, so that these close first. */
const KEEP_ALIVE = 65_000;

/** @throws RuntimeError of kind environment where it cannot listen */
export async function openWeb(site: Site, options: WebOptions): Promise<Web> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE, shouldUpgradeCallback: wantsSocket },
    (request, response) => {
      route(site, options, request, response).catch((error: unknown) => {
        options.note(`a request failed: ${error instanceof Error ? error.stack : error}`);
        if (response.headersSent) response.destroy();
        else refuse(response, 500, "InternalError", "the request could not be answered");
      });
    },
  );
  const sockets = acceptSockets(server, site, options);
  const { port } = await listen(server, options);
  const shown = options.host === "0.0.0.0" || options.host === "::" ? "127.0.0.1" : options.host;
  return {
    url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    hangUp: sockets.hangUp,
    destroy() {
      sockets.destroy();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, { host, port }: WebOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `port ${port} of ${host} is taken; choose another one by --port, or --port 0 for a free one`;
      const message =
        error.code === "EADDRINUSE" ? taken : `cannot listen on ${host}:${port}: ${error.message}`;
      reject(environmentError("ListenError", message));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

async function route(
  site: Site,
  options: WebOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, area, name } = addressOf(request.url);
  // On loopback no other site may reach us, neither by its own name for this address nor from a page of its own.
  if (isLoopback(options.host) && isForeign(request, pathname.startsWith("/api/"))) {
    refuse(
      response,
      403,
      "ForeignOrigin",
      "this server answers to this computer only; start it with --host to open it",
    );
    return;
  }
  if (site.closing && (area === "f" || area === "api")) {
    response.setHeader("connection", "close");
    refuse(response, 503, "Closing", "the app is being stopped and takes no more inputs");
    return;
  }
  if (area === "f") return answerEndpoint(site, options, request, response, name);
  if (area === "api" && name === "snapshots") return sendSnapshots(site, request, response);
  if (area === "api" && name === "call") {
    return answerCall(site, options, request, response, decode(pathname.slice("/api/call/".length)));
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET");
    return refuse(response, 405, "WrongMethod", "the page is there to be read; inputs go to /f/NAME");
  }
  if (pathname === "/" && wantsJson(request)) return sendJson(response, 200, site.snapshot());
  return sendPage(options.page, pathname, response);
}

function wantsJson({ headers }: IncomingMessage): boolean {
  const accept = headers.accept ?? "";
  return accept.includes("application/json") && !accept.includes("text/html");
}
