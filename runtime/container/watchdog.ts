// Outlives a runtime that is killed, just long enough to end its containers and remove their folders: no orphan, ever.
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { MARK } from "./reaper.ts";

export interface Watched {
  /** What the marks of all containers of this run begin with. */
  readonly mark: string;
  /** Folder of its boxes. */
  readonly folder: string;
  /** Paths that its unfinished folders and locks begin with. */
  readonly drafts: string;
  readonly owner: string;
  readonly locks: string;
}

/**
 * Keeps a list of process groups until it is told to stop, and takes the end of its input for the death of whoever
 * should have said so. Then all marked processes are killed, whatever else lives in their mount namespaces, and these
 * groups. Namespaces are looked up again in each round: the system gives names of dead ones to new ones.
 */
const script = `
groups=
while read -r word pid; do
  case "$word" in
    done) exit 0;;
    began) groups="$groups $pid ";;
    ended) groups="\${groups%% $pid *} \${groups#* $pid }";;
  esac
done
own=$(readlink /proc/self/ns/mnt)
for round in 1 2 3; do
  spaces= marked=
  for process in /proc/[0-9]*; do
    if grep -qz "^${MARK}=$1" "$process/environ"; then
      marked="$marked \${process#/proc/}"
      space=$(readlink "$process/ns/mnt")
      test "$space" = "$own" || spaces="$spaces $space "
    fi
  done
  for process in /proc/[0-9]*; do
    case "$spaces" in *" $(readlink "$process/ns/mnt") "*) marked="$marked \${process#/proc/}";; esac
  done
  test -z "$marked" || kill -9 $marked
done
for pid in $groups; do kill -9 -- "-$pid"; done
for folder in "$2" "$3"*; do
  chmod -R u+rwX "$folder"
  rm -rf "$folder"
done
for lock in "$5"/*.lock; do
  if grep -qxF "$4" "$lock"; then rm -f "$lock"; fi
done
`;

export interface Watchdog {
  /** A container's process group is to be ended; returns what takes that back. */
  add(pid: number): () => void;
  callOff(): void;
}

export function watch({ mark, folder, drafts, owner, locks }: Watched): Watchdog {
  // A session of its own: whoever kills the runtime's process group does not reach it.
  const dog = spawn("/bin/sh", ["-c", script, "sh", mark, folder, drafts, owner, locks], {
    cwd: "/",
    detached: true,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"],
  });
  dog.on("error", () => undefined);
  dog.stdin.on("error", () => undefined);
  dog.unref();
  if (dog.stdin instanceof Socket) dog.stdin.unref();
  const say = (line: string) => dog.stdin.write(`${line}\n`);
  return {
    add(pid) {
      say(`began ${pid}`);
      return () => say(`ended ${pid}`);
    },
    callOff: () => say("done"),
  };
}
