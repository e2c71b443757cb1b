// Requests to a served app: warm against a bare server, cold and warm against what others serve functions with.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Benchmark, inTurn, median } from "./bench.ts";

const REQUESTS = 600;
const ROUNDS = 7;
const cli = resolve(import.meta.dirname, "../../dist/cli.js");
/** What the peers are measured in; the first run of a benchmark installs it. */
const PEERS = { "@google-cloud/functions-framework": "5.0.5", miniflare: "4.20260730.0" };

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Milliseconds from a request to the whole of its answer. */
async function once(url: string, agent?: Agent): Promise<number> {
  const begun = performance.now();
  await new Promise<void>((done, failed) => {
    request(url, { agent }, (response) => {
      if (response.statusCode !== 200) failed(new Error(`${url} answered ${response.statusCode}`));
      response.resume().once("end", done);
    })
      .once("error", failed)
      .end();
  });
  return performance.now() - begun;
}

async function warm(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < REQUESTS / 3; i++) await once(url, agent);
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) times.push(await once(url, agent));
  agent.destroy();
  return median(times);
}

/** Starts a program and waits until it says where it listens, or, by its port, until it answers. */
async function start(args: readonly string[], cwd: string, port?: number): Promise<Server> {
  const [script = "", ...rest] = args;
  const child = spawn(process.execPath, [script, ...rest], { cwd, stdio: ["ignore", "pipe", "ignore"] });
  const said = new Promise<string>((found, failed) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const url = /listening on (http:\S+)/.exec(text)?.[1];
      if (url) found(url);
    });
    child.once("exit", (code) => failed(new Error(`${args.join(" ")} ended with ${code}`)));
  });
  said.catch(() => undefined);
  const url = port === undefined ? await said : await answers(`http://127.0.0.1:${port}`, child);
  return {
    url,
    stop: () =>
      new Promise((done) => {
        child.once("close", () => done());
        child.kill("SIGTERM");
      }),
  };
}

async function answers(url: string, child: ChildProcess): Promise<string> {
  while (child.exitCode === null) {
    const there = await once(url).then(
      () => true,
      () => false,
    );
    if (there) return url;
    await new Promise((done) => setTimeout(done, 1));
  }
  throw new Error(`the server for ${url} ended with ${child.exitCode}`);
}

const ENDPOINT = `import { App } from "coldstart";
const app = new App("bench");
export const hello = app.function({ webEndpoint: true, containerIdleTimeout: 2 }, () => ({ hello: "world" }));
`;
const BARE = `import { createServer } from "node:http";
const server = createServer((request, response) => {
  const text = JSON.stringify({ hello: "world" });
  response.writeHead(200, { "content-type": "application/json", "content-length": text.length }).end(text);
});
server.listen(0, "127.0.0.1", () => console.log("listening on http://127.0.0.1:" + server.address().port));
`;
const FRAMEWORK = `exports.hello = (request, response) => response.json({ hello: "world" });\n`;
const MINIFLARE = `import { Miniflare } from "miniflare";
const script = 'export default { fetch: () => Response.json({ hello: "world" }) };';
const miniflare = new Miniflare({ modules: true, script, port: Number(process.argv[2]) });
await miniflare.ready;
process.on("SIGTERM", () => miniflare.dispose().then(() => process.exit()));
`;

/** The peers' packages, installed once. */
function peers(): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "coldstart-test");
  const versions = Object.values(PEERS).join("-");
  const folder = join(cache, `peers-${versions}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, "package.json"), JSON.stringify({ private: true, dependencies: PEERS }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: draft,
    stdio: ["ignore", "ignore", "inherit"],
  });
  renameSync(draft, folder);
  return folder;
}

let nextPort = 20_000 + (process.pid % 20_000);

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "coldstart-bench-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"private": true, "type": "module"}');
    writeFileSync(join(folder, "hello.mjs"), ENDPOINT);
    writeFileSync(join(folder, "bare.mjs"), BARE);
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const serve = (folder: string) => start([cli, "serve", "hello.mjs", "--port", "0"], folder);

function framework(folder: string): Promise<Server> {
  const home = peers();
  mkdirSync(join(folder, "framework"), { recursive: true });
  writeFileSync(join(folder, "framework/package.json"), '{"main": "index.js"}');
  writeFileSync(join(folder, "framework/index.js"), FRAMEWORK);
  const port = nextPort++;
  const program = join(home, "node_modules/@google-cloud/functions-framework/build/src/main.js");
  return start([program, "--target=hello", `--port=${port}`], join(folder, "framework"), port);
}

function miniflare(): Promise<Server> {
  const home = peers();
  writeFileSync(join(home, "serve.mjs"), MINIFLARE);
  const port = nextPort++;
  return start([join(home, "serve.mjs"), String(port)], home, port);
}

const against = (
  name: string,
  goal: number,
  text: string,
  theirs: (folder: string) => Promise<Server>,
): Benchmark => ({
  name,
  goal,
  against: text,
  run: () =>
    inFolder(async (folder) => {
      const [us, them] = [await serve(folder), await theirs(folder)];
      try {
        return await inTurn(
          ROUNDS,
          () => warm(`${us.url}/f/hello`),
          () => warm(them.url),
        );
      } finally {
        await Promise.all([us.stop(), them.stop()]);
      }
    }),
});

/** They have no cold start but that of the whole process; a function of a served app has one of its own. */
const coldAgainst = (name: string, text: string, theirs: (folder: string) => Promise<Server>): Benchmark => ({
  name,
  goal: 1,
  against: text,
  run: () =>
    inFolder(async (folder) => {
      const us = await serve(folder);
      try {
        return await inTurn(
          ROUNDS,
          async () => {
            // Its container ends two seconds after its last input.
            for (let live = 1; live > 0; ) {
              const shown = await fetch(us.url, { headers: { accept: "application/json" } });
              const { functions } = (await shown.json()) as { functions: { containers: unknown[] }[] };
              live = functions[0]?.containers.length ?? 0;
              if (live > 0) await new Promise((done) => setTimeout(done, 100));
            }
            return once(`${us.url}/f/hello`);
          },
          async () => {
            const begun = performance.now();
            const server = await theirs(folder);
            const ms = performance.now() - begun;
            await server.stop();
            return ms;
          },
        );
      } finally {
        await us.stop();
      }
    }),
});

const bare = (folder: string) => start([join(folder, "bare.mjs")], folder);

export const http: readonly Benchmark[] = [
  against("http", 2, "a bare node:http server with the same answer, one hop less", bare),
  against("http-miniflare", 1, "miniflare, warm", miniflare),
  coldAgainst("http-cold-framework", "functions-framework from its start to its first answer", framework),
  coldAgainst("http-cold-miniflare", "miniflare from its start to its first answer", miniflare),
];
