// The baseline of the queue benchmark: worker processes that echo the protocol's frames over a pipe, each handed the next input when it has answered.
import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { createDecoder, encode, type Frame } from "../../runtime/child/frames.ts";

const args = process.argv.slice(2);
if (args[0] === "child") answer(new Socket({ fd: 3 }));
else await ask(args.map(Number));

function answer(socket: Socket): void {
  eachFrame(socket, ({ header, payload }) => {
    const { input } = header as { input: string };
    const [event] = JSON.parse(payload.toString()) as unknown[];
    socket.write(encode({ type: "result", input, started: performance.now() }, JSON.stringify(event)));
  });
}

async function ask([inputs = 1, workers = 1, rounds = 1]: readonly number[]): Promise<void> {
  const children: ChildProcess[] = [];
  const sockets: Socket[] = [];
  for (let i = 0; i < workers; i++) {
    // A session of its own, as a container must have to be ended as a whole: a busy system schedules by sessions.
    const child = spawn(process.execPath, [import.meta.filename, "child"], {
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    children.push(child);
    sockets.push(child.stdio[3] as Socket);
  }
  let answered: (socket: Socket, frame: Frame) => void = () => {};
  for (const socket of sockets) eachFrame(socket, (frame) => answered(socket, frame));
  const round = async (count: number): Promise<number> => {
    const began = performance.now();
    await new Promise<void>((resolve) => {
      let sent = 0;
      let left = count;
      const next = (socket: Socket) => {
        if (sent === count) return;
        const header = {
          type: "call",
          input: `in-${sent}`,
          encoding: "json",
          answer: "json",
          timeout: 300_000,
        };
        socket.write(encode(header, JSON.stringify([{ id: sent++ }])));
      };
      answered = (socket, { payload }) => {
        JSON.parse(payload.toString());
        left--;
        if (left === 0) resolve();
        else next(socket);
      };
      for (const socket of sockets) next(socket);
    });
    return performance.now() - began;
  };
  await round(500);
  for (let i = 0; i < rounds; i++) console.log(await round(inputs));
  for (const child of children) child.kill("SIGKILL");
}

function eachFrame(socket: Socket, on: (frame: Frame) => void): void {
  const decode = createDecoder();
  socket.on("data", (chunk: Buffer) => {
    for (const frame of decode(chunk)) on(frame);
  });
}
