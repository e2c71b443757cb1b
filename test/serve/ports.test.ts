// Servers on a port of the computer: one container at a time holds it, whatever the settings say, across versions too.
import { expect, it } from "vitest";
import { freePort } from "../runtime/harness.ts";
import { serve } from "./in-test.ts";
import { of } from "./served.ts";

const app = (port: number, answer: string) => `import modal

app = modal.App("ports")


@app.function(min_containers=2, buffer_containers=1)
@modal.web_server(${port})
def server():
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", "${answer.length}")
            self.end_headers()
            self.wfile.write(b"${answer}")

    server = ThreadingHTTPServer(("0.0.0.0", ${port}), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
`;

it("a server on a port has one container, says so, and hands its port on to the next version", async () => {
  const port = await freePort();
  const served = await serve({ "ports.py": app(port, "one") }, "ports.py");
  const get = async () => (await fetch(`${served.url}/f/server/`)).text();
  await served.until((events) => of(events, "container.ready").length === 1);
  expect(await Promise.all([get(), get(), get()])).toEqual(["one", "one", "one"]);
  expect(of(served.events(), "container.spawned")).toHaveLength(1);
  expect(served.stderr()).toMatch(
    /server serves on a port of this computer, so that one container has to do/,
  );
  served.write({ "ports.py": app(port, "two") });
  await served.said("serving the changed code");
  expect(await get()).toBe("two");
  await served.until((events) => of(events, "container.exited").length === 1);
  expect(of(served.events(), "container.spawned")).toHaveLength(2);
});
