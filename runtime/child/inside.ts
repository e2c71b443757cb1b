// A request that is made without HTTP: `coldstart run app.ts::web --input '["/path"]'`, and figures of endpoints.
import { isResponse } from "./web.ts";

/** `[]`, `["/path"]` or `["POST", "/path", body]`; what comes otherwise is passed on as it is. */
export function insideRequest(args: readonly unknown[], method: string): Request | undefined {
  if (args.length > 3 || !args.slice(0, 2).every((each) => typeof each === "string")) return undefined;
  const [verb, path, body] = args.length < 2 ? [method, args[0] ?? "/", undefined] : args;
  const has = body !== undefined && verb !== "GET" && verb !== "HEAD";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Request(new URL(String(path), "http://localhost"), {
    method: String(verb),
    ...(has ? { body: text, headers: { "content-type": "application/json" } } : {}),
  });
}

/** What the call results in: the status, and the body as JSON or text. */
export async function insideResponse(value: unknown): Promise<unknown> {
  if (!isResponse(value)) return { status: 200, body: value ?? null };
  const text = await value.text();
  const isJson = value.headers.get("content-type")?.includes("json");
  return { status: value.status, body: isJson ? (JSON.parse(text) as unknown) : text };
}
