// Notices that a served program has changed: looks at it again when something happens in the folders of its files.
import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";

export interface Changes {
  /** The files that count from now on. */
  follow(files: readonly string[]): void;
  stop(): void;
}

/** Editors save in several steps: milliseconds without another one until a change is complete. */
const CALM = 80;

/**
 * Folders are watched and not files, since many editors put a new file in the place of the old one.
 * @param changed may be called where nothing has changed that counts; not again before it has ended
 */
export function watchChanges(changed: () => Promise<void>): Changes {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let stopped = false;

  function later(): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(look, CALM);
  }

  function look(): void {
    // What happens meanwhile is looked at afterwards.
    if (working) later();
    else {
      working = changed().finally(() => {
        working = undefined;
      });
    }
  }

  function open(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, later);
      // The folder is gone: whoever follows its files next will see.
      watcher.on("error", later);
      return watcher;
    } catch {
      return undefined;
    }
  }

  return {
    follow(files) {
      const wanted = new Set(files.map((file) => dirname(file)));
      for (const [folder, watcher] of watchers) {
        if (wanted.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of wanted) {
        if (watchers.has(folder)) continue;
        const watcher = open(folder);
        if (watcher) watchers.set(folder, watcher);
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
