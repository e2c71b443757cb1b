// Outlives a runtime that is killed, just long enough to end its containers and remove their folders: no orphan, ever.
import { type ChildProcess, spawn } from "node:child_process";
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
 * Waits for a word, and takes the end of its input for the death of whoever should have said it. Then all marked
 * processes are killed, and whatever else lives in their mount namespaces. Namespaces are looked up again in each
 * round: the system gives names of dead ones to new ones.
 */
const script = `
read -r word && exit 0
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
for folder in "$2" "$3"*; do
  chmod -R u+rwX "$folder"
  rm -rf "$folder"
done
for lock in "$5"/*.lock; do
  if grep -qxF "$4" "$lock"; then rm -f "$lock"; fi
done
`;

/** Returns what calls it off. */
export function watch({ mark, folder, drafts, owner, locks }: Watched): () => void {
  let dog: ChildProcess | undefined;
  try {
    dog = spawn("/bin/sh", ["-c", script, "sh", mark, folder, drafts, owner, locks], {
      cwd: "/",
      // A session of its own: whoever kills the runtime's process group does not reach it.
      detached: true,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
    });
  } catch {
    return () => undefined;
  }
  dog.on("error", () => undefined);
  dog.stdin?.on("error", () => undefined);
  dog.unref();
  (dog.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return () => dog.stdin?.end("done\n");
}
