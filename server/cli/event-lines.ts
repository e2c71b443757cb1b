// The lines of an events file: in the order in which events became known, at times that never go back, none left open.
import type { RuntimeEvent } from "../../runtime/trace/events.ts";

export interface EventLines {
  /**
   * A container tells of its own steps after they have happened, and other events may have been written meanwhile: such
   * an event gets the time of the line before it, and `at` says when it happened.
   */
  add(event: RuntimeEvent): string;
  /** Ends what is still open, which is nothing unless the runtime was killed: its containers end with it. */
  end(): string;
}

export function eventLines(): EventLines {
  let last = Number.NEGATIVE_INFINITY;
  const inputs = new Map<string, RuntimeEvent>();
  const containers = new Map<string, RuntimeEvent>();

  function follow(event: RuntimeEvent): void {
    const { type, input, container } = event;
    if (input !== undefined) {
      if (type === "input.finished" || type === "input.failed") inputs.delete(input);
      else if (type === "input.queued" || inputs.has(input)) inputs.set(input, event);
    }
    if (container !== undefined) {
      if (type === "container.spawned") containers.set(container, event);
      if (type === "container.exited") containers.delete(container);
    }
  }

  function add(event: RuntimeEvent): string {
    follow(event);
    const late = event.t < last;
    const t = late ? last : event.t;
    last = t;
    return `${JSON.stringify(late ? { ...event, t, at: event.t } : event)}\n`;
  }

  return {
    add,
    end() {
      const message = "the local runtime was ended from outside";
      const ends: RuntimeEvent[] = [];
      for (const event of inputs.values())
        ends.push({ ...about(event), type: "input.failed", reason: "lost", message });
      for (const event of containers.values())
        ends.push({ ...about(event), type: "container.exited", signal: "SIGKILL" });
      return ends.map(add).join("");
    },
  };

  /** What an event is about, and the time of the last one. */
  function about({ app, function: name, container, input }: RuntimeEvent) {
    return {
      v: 1 as const,
      t: last,
      ...(app !== undefined && { app }),
      ...(name !== undefined && { function: name }),
      ...(container !== undefined && { container }),
      ...(input !== undefined && { input }),
    };
  }
}
