// Names whose a folder is, so that what a killed run left behind can be told from what a living one uses.
import { readFileSync, readlinkSync } from "node:fs";

/** Process ids mean something only in their namespace, and for a while. */
export function ownerName(): string {
  return [pidNamespace(), process.pid, startTime(process.pid)].join("-");
}

/** False where it cannot be known: in a cache that containers of Docker share. */
export function isGone(owner: string): boolean {
  const [namespace, pid, time] = owner.split("-");
  return namespace === pidNamespace() && startTime(Number(pid)) !== time;
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
  } catch {
    return "0";
  }
}

/** When the process with that id began, in the system's own unit; undefined when there is none. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return process.platform !== "linux" && isAlive(pid) ? "0" : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
