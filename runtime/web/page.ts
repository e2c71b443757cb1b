// The files of the page at `/`; they need nothing from the network.
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { refuse } from "./replies.ts";

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
};

export async function sendPage(folder: string, path: string, response: ServerResponse): Promise<void> {
  const found = FILES[path];
  if (!found)
    return refuse(response, 404, "NotFound", "there is nothing at this address; see / for what is served");
  const [file, type] = found;
  const text = await readFile(join(folder, file));
  response
    .writeHead(200, {
      "content-type": type,
      "content-length": text.length,
      "cache-control": "no-cache",
      "content-security-policy":
        "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
    })
    .end(text);
}
