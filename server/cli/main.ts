#!/usr/bin/env node
// The entry of `coldstart`: a Node that is too old gets one clear line before anything newer is loaded.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
// In the editor Electron's own Node serves the analysis alone, for which it is new enough.
const serves = process.versions.electron !== undefined && process.argv[2] === "lsp";

if (serves || major > 22 || (major === 22 && minor >= 15)) {
  // The compiler's bytecode is kept between commands of ours; containers are other processes and never see it.
  process.getBuiltinModule("node:module").enableCompileCache?.();
  const { main } = await import("./start.ts");
  const code = await main(process.argv.slice(2));
  // Taking down the heap piece by piece takes longer than reading a hundred files.
  if (code !== undefined) process.exit(code);
} else {
  const message = `coldstart needs Node 22.15 or newer; this is ${process.versions.node} (${process.execPath}). Install a newer one from https://nodejs.org.`;
  const error = { kind: "environment", name: "NodeTooOld", message };
  if (/--format[= ]json/.test(process.argv.join(" "))) console.log(JSON.stringify({ version: 1, error }));
  console.error(message);
  process.exitCode = 3;
}
