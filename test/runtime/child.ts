// Speaks with a container's process as its parent does, without a parent: what the tests of the child's half of the protocol go by.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { deserialize, serialize } from "node:v8";
import { createDecoder, encode } from "../../runtime/child/frames.ts";
import type { ChildMessage, ParentMessage, Plan, WireRequest } from "../../runtime/child/messages.ts";
import { childSources, choosePython, compileChild } from "../../runtime/container/python.ts";
import { contentKey } from "../../runtime/image/store.ts";

export type Said = ChildMessage & { readonly payload: Buffer };
export type SaidOf<Type extends ChildMessage["type"]> = Extract<ChildMessage, { type: Type }> & {
  readonly payload: Buffer;
};

export interface Child {
  readonly process: ChildProcess;
  readonly said: readonly Said[];
  send(message: ParentMessage, payload?: Uint8Array | string): void;
  /** Calls with JSON both ways, unless `more` says otherwise. */
  call(
    input: string,
    args: readonly unknown[],
    more?: Partial<Extract<ParentMessage, { type: "call" }>>,
  ): void;
  /** @param body Parts that follow, or all of it, which goes along. */
  request(input: string, request: Partial<WireRequest>, body?: readonly string[] | string): void;
  /** Cancels as a parent does, with the signal that the container asked for. */
  cancel(input: string, reason?: "cancelled" | "timeout"): void;
  /** The first thing of a kind that it says, or has said, and that fits. */
  next<Type extends ChildMessage["type"]>(
    type: Type,
    fits?: (message: SaidOf<Type>) => boolean,
  ): Promise<SaidOf<Type>>;
  /** How an input ended. */
  end(input: string): Promise<SaidOf<"result"> | SaidOf<"failed">>;
  /** The JSON that an input came to. */
  result(input: string): Promise<unknown>;
  /** Status, headers and body of an `http` input. */
  response(input: string): Promise<{ status: number; headers: Map<string, string>; body: string }>;
  readonly exited: Promise<number | NodeJS.Signals>;
  output(): string;
  /** Resolves once it has printed a text. */
  printed(text: string): Promise<void>;
}

export interface Nursery {
  start(file: string, name: string, plan?: Partial<Plan>): Promise<Child>;
  /** Ends all processes, and removes the files. */
  remove(): void;
}

/**
 * @param dist Holds the bundles; see `bundle` in harness.ts.
 * @param configured An interpreter, or the folder of a virtual environment.
 */
export function createNursery(
  dist: string,
  files: Readonly<Record<string, string>>,
  configured?: string,
): Nursery {
  const folder = mkdtempSync(join(tmpdir(), "coldstart-child-"));
  const root = join(folder, "project");
  for (const [path, text] of Object.entries({ "package.json": "{}", ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const children = new Set<ChildProcess>();
  let python: Promise<readonly string[]> | undefined;
  const commandOf = async (file: string) => {
    if (!file.endsWith(".py")) return [process.execPath, join(dist, "child/node.cjs")];
    python ??= pythonCommand(dist, folder, configured);
    return await python;
  };
  return {
    async start(file, name, plan) {
      const [command = "", ...args] = await commandOf(file);
      const child = spawn(command, args, {
        cwd: root,
        env: { PATH: process.env.PATH ?? "", HOME: folder },
        stdio: ["ignore", "pipe", "pipe", "pipe"],
      });
      children.add(child);
      child.once("exit", () => children.delete(child));
      return speak(child, planOf(root, file, name, plan));
    },
    remove() {
      for (const child of children) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function pythonCommand(dist: string, folder: string, configured?: string): Promise<readonly string[]> {
  const python = await choosePython({ from: folder, ...(configured === undefined ? {} : { configured }) });
  const source = join(dist, "child/python");
  const texts = (await childSources(source)).map((file) => readFileSync(file, "utf8"));
  return [python.path, await compileChild(python, source, join(folder, "python"), contentKey(...texts))];
}

function planOf(root: string, file: string, name: string, more: Partial<Plan> = {}): Plan {
  const isPython = file.endsWith(".py");
  return {
    type: "plan",
    mode: "serve",
    file: join(root, file),
    name,
    load: "import",
    ...(isPython
      ? {
          python: {
            root,
            module: file.slice(0, -3),
            path: [root],
            modal: readFileSync(join(root, file), "utf8").includes("import modal"),
            volumes: join(root, ".volumes"),
            secrets: [],
            private: false,
          },
        }
      : {}),
    ...more,
  };
}

function speak(process: ChildProcess, plan: Plan): Child {
  const channel = process.stdio[3] as Duplex;
  const said: Said[] = [];
  const waiting = new Set<() => void>();
  let output = "";
  let ended = false;
  const decode = createDecoder();
  channel.on("error", () => undefined);
  channel.on("data", (chunk: Buffer) => {
    for (const { header, payload } of decode(chunk)) {
      const message = { ...(header as ChildMessage), payload };
      said.push(message);
    }
    for (const look of waiting) look();
  });
  for (const stream of [process.stdout, process.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    process.once("close", (code, signal) => {
      ended = true;
      for (const look of waiting) look();
      resolve(signal ?? code ?? 0);
    });
  });
  const send: Child["send"] = (message, payload) => void channel.write(encode(message, payload));
  const find = <T extends Said>(fits: (message: Said) => message is T): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = said.find(fits);
        if (found) resolve(found);
        else if (ended) reject(new Error(`it ended; it said ${JSON.stringify(said)}, and printed ${output}`));
        else return false;
        waiting.delete(look);
        return true;
      };
      if (!look()) waiting.add(look);
    });
  const end: Child["end"] = (input) =>
    find(
      (message): message is SaidOf<"result"> | SaidOf<"failed"> =>
        (message.type === "result" || message.type === "failed") && message.input === input,
    );
  send(plan);
  return {
    process,
    said,
    send,
    call: (input, args, more) =>
      send(
        { type: "call", input, encoding: "json", answer: "json", ...more },
        more?.encoding === "clone" ? serialize(args) : JSON.stringify(args),
      ),
    request(input, request, body) {
      const all: WireRequest = {
        method: "GET",
        url: "/",
        headers: [["host", "localhost"]],
        base: "http://localhost",
        client: ["127.0.0.1", 50_000],
        ...request,
      };
      const call = { type: "call", input, encoding: "http", answer: "http", request: all } as const;
      if (typeof body !== "object") {
        send({ ...call, whole: true }, body);
        return;
      }
      send(call);
      for (const part of body) send({ type: "body", input }, part);
      send({ type: "body", input, end: true });
    },
    cancel(input, reason = "cancelled") {
      send({ type: "cancel", input, reason });
      const interrupt = (message: SaidOf<"ready">) => message.interrupt && process.kill(message.interrupt);
      const isReady = (message: Said): message is SaidOf<"ready"> => message.type === "ready";
      const ready = said.find(isReady);
      if (ready) interrupt(ready);
      // What it prints may be heard before what it says.
      else find(isReady).then(interrupt, () => undefined);
    },
    next: <Type extends ChildMessage["type"]>(
      type: Type,
      fits: (message: SaidOf<Type>) => boolean = () => true,
    ) => find((message): message is SaidOf<Type> => message.type === type && fits(message as SaidOf<Type>)),
    end,
    async result(input) {
      const message = await end(input);
      if (message.type === "failed") throw new Error(`${message.failure.name}: ${message.failure.message}`);
      return JSON.parse(message.payload.toString());
    },
    async response(input) {
      const message = await end(input);
      if (message.type === "result" && message.status !== undefined)
        return {
          status: message.status,
          headers: new Map(message.headers),
          body: message.payload.toString(),
        };
      const head = said.find((each) => each.type === "response" && each.input === input);
      if (message.type === "failed" || head?.type !== "response")
        throw new Error(`no response: ${JSON.stringify(message)}`);
      const chunks = said.filter((each) => each.type === "chunk" && each.input === input);
      return {
        status: head.status,
        headers: new Map(head.headers),
        body: Buffer.concat(chunks.map(({ payload }) => payload)).toString(),
      };
    },
    exited,
    output: () => output,
    printed: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!output.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** What a payload of Node's containers holds. */
export function clone(payload: Buffer): unknown {
  return deserialize(payload);
}
