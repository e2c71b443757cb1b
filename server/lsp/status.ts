// Tells the client what the server is doing, whenever that changes.
import type { Connection } from "vscode-languageserver/node";
import type { StatusParams } from "./messages.ts";

export interface Status {
  /** Adds a run, named as the user would; the answer takes it away. */
  running(name: string): () => void;
  analysing(now: boolean): void;
  problems(now: readonly string[]): void;
}

/** `shown` is false for clients that wouldn't know what to do with it. */
export function createStatus(connection: Connection, shown: boolean): Status {
  const runs: string[] = [];
  let analysing = false;
  let problems: readonly string[] = [];
  let said = "";

  const say = () => {
    const params: StatusParams = { running: [...runs], analysing, problems };
    const text = JSON.stringify(params);
    if (!shown || text === said) return;
    said = text;
    void connection.sendNotification("coldstart/status", params);
  };
  return {
    running(name) {
      runs.push(name);
      say();
      return () => {
        runs.splice(runs.indexOf(name), 1);
        say();
      };
    },
    analysing(now) {
      analysing = now;
      say();
    },
    problems(now) {
      problems = now;
      say();
    },
  };
}
