// The baseline of the warm-call benchmark: a parent and a child that send the protocol's frames to each other over fd 3, and do nothing else.
import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { createDecoder, encode, type Frame } from "../../runtime/child/frames.ts";

const [calls] = process.argv.slice(2);
if (calls === "child") answer(new Socket({ fd: 3 }));
else await ask(Number(calls));

function answer(socket: Socket): void {
  eachFrame(socket, ({ header, payload }) => {
    const { input } = header as { input: string };
    const [event] = JSON.parse(payload.toString()) as unknown[];
    socket.write(encode({ type: "result", input, started: performance.now() }, JSON.stringify(event)));
  });
}

async function ask(count: number): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename, "child"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const socket = child.stdio[3] as Socket;
  let answered: (frame: Frame) => void = () => {};
  eachFrame(socket, (frame) => answered(frame));
  const times: number[] = [];
  for (let call = 0; call <= count; call++) {
    const began = performance.now();
    const frame = new Promise<Frame>((resolve) => {
      answered = resolve;
    });
    const header = { type: "call", input: `in-${call}`, encoding: "json", answer: "json", timeout: 300_000 };
    socket.write(encode(header, JSON.stringify([{ id: 7 }])));
    JSON.parse((await frame).payload.toString());
    if (call > 0) times.push(performance.now() - began);
  }
  child.kill("SIGKILL");
  times.sort((a, b) => a - b);
  console.log(times[times.length >> 1]);
}

function eachFrame(socket: Socket, on: (frame: Frame) => void): void {
  const decode = createDecoder();
  socket.on("data", (chunk: Buffer) => {
    for (const frame of decode(chunk)) on(frame);
  });
}
