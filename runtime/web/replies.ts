// Answers that the server gives by itself: JSON, and refusals that say why without showing anything from within.
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { RuntimeError } from "../errors.ts";

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, jsonHead(Buffer.byteLength(text))).end(text);
}

export function jsonHead(length: number): OutgoingHttpHeaders {
  return {
    "content-type": "application/json; charset=utf-8",
    "content-length": length,
    "cache-control": "no-store",
  };
}

export function refuse(response: ServerResponse, status: number, name: string, message: string): void {
  sendJson(response, status, { error: { name, message } });
}

/** Tells a client of an endpoint that its function has failed. */
export function refuseFailed(response: ServerResponse, error: unknown): void {
  refuse(response, statusOf(error), nameOf(error), publicMessage(error));
}

/** What clients are told; the rest is for whoever serves the app. */
export function publicMessage(error: unknown): string {
  return PUBLIC[nameOf(error)] ?? "the function failed";
}

/** The status of a failure towards a client of an endpoint. */
export function statusOf(error: unknown): number {
  const kind = error instanceof RuntimeError ? error.run.kind : "defect";
  switch (kind) {
    case "timeout":
      return 504;
    case "lost":
    case "environment":
      return 502;
    case "cancelled":
      return 503;
    case "usage":
      return 400;
    case "error":
    case "defect":
      return 500;
  }
}

const PUBLIC: Readonly<Record<string, string>> = {
  Timeout: "the function took too long",
  ContainerLost: "the function's container ended before there was an answer",
  Cancelled: "the request was cancelled",
  FunctionFailed: "the function failed",
};

function nameOf(error: unknown): string {
  const kind = error instanceof RuntimeError ? error.run.kind : "defect";
  if (kind === "timeout") return "Timeout";
  if (kind === "lost") return "ContainerLost";
  return kind === "cancelled" ? "Cancelled" : "FunctionFailed";
}
