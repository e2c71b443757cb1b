// Finds and ends what a container's process has left behind: children that took themselves out of its process group.
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Name of the variable that marks every process of a container. */
export const MARK = "COLDSTART_CONTAINER";

/** Ends a whole process group; fine when it is gone already. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The mount namespace of a process: its descendants cannot shed it as they can shed variables. */
function mountNamespace(pid: number | "self"): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

/**
 * The name of a process's mount namespace, which stays its own until it is let go: the system gives names of dead
 * namespaces to new ones. Undefined when it is ours, or cannot be known.
 */
export function holdNamespace(pid: number): { readonly name: string; release(): void } | undefined {
  try {
    const held = openSync(`/proc/${pid}/ns/mnt`, "r");
    const name = readlinkSync(`/proc/self/fd/${held}`);
    if (name !== mountNamespace("self")) return { name, release: () => closeSync(held) };
    closeSync(held);
  } catch {
    // No /proc, or the process is gone already.
  }
  return undefined;
}

/** Kills every process that carries the mark or lives in the namespace, until there is none. */
export function reap(mark: string, namespace: string | undefined): void {
  // A process may fork between being listed and being killed; its child is found by the next round.
  for (let round = 0; round < 20; round++) {
    const found = processes().filter((pid) => belongs(pid, mark, namespace));
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone by itself.
      }
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    // No /proc (macOS): the process group is all that can be found.
    return [];
  }
}

function belongs(pid: number, mark: string, namespace: string | undefined): boolean {
  if (pid === process.pid || isZombie(pid)) return false;
  if (namespace !== undefined && mountNamespace(pid) === namespace) return true;
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${MARK}=${mark}\0`);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.charAt(stat.lastIndexOf(")") + 2) === "Z";
  } catch {
    return true;
  }
}
