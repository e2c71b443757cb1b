// The baseline of the warm-call benchmark: a parent and a child that send JSON lines to each other over fd 3.
import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";

const [calls] = process.argv.slice(2);
if (calls === "child") answer(new Socket({ fd: 3 }));
else await ask(Number(calls));

function answer(socket: Socket): void {
  eachLine(socket, (line) => {
    const { input, args } = JSON.parse(line) as { input: string; args: unknown[] };
    socket.write(`${JSON.stringify({ input, result: args[0] })}\n`);
  });
}

async function ask(count: number): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename, "child"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const socket = child.stdio[3] as Socket;
  let answered: (line: string) => void = () => {};
  eachLine(socket, (line) => answered(line));
  const times: number[] = [];
  for (let call = 0; call <= count; call++) {
    const began = performance.now();
    const line = new Promise<string>((resolve) => {
      answered = resolve;
    });
    socket.write(`${JSON.stringify({ input: `in-${call}`, args: [{ id: 7 }] })}\n`);
    JSON.parse(await line);
    if (call > 0) times.push(performance.now() - began);
  }
  child.kill("SIGKILL");
  times.sort((a, b) => a - b);
  console.log(times[times.length >> 1]);
}

function eachLine(socket: Socket, line: (text: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const each of lines) line(each);
  });
}
