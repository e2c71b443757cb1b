// body-amortized-work: loads, clients and compilations in the body that no input has a say in.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts, WorkItem, WorkKind } from "../facts/function.ts";
import type { Rule } from "./rule.ts";
import { before, insideHelper, named } from "./words.ts";

export const bodyAmortizedWork: Rule = {
  id: "body-amortized-work",
  severity: "warning",
  summary: "Work in the body that does not depend on the input",
  check(facts) {
    const { body } = facts.work;
    if (facts.singleUse) return [];
    return body
      .filter((item) => isAmortizable(item, body))
      .map(
        (item): Detection => ({
          rule: "body-amortized-work",
          // Inputs that end before it never pay: whether it belongs earlier is the author's to say.
          severity: item.guarded ? "hint" : "warning",
          message: message(item, facts),
          function: facts.name,
          phase: "body",
          ...item.place,
          related: insideHelper(item),
          proposal: { kind: "enter", item },
        }),
      );
  },
};

function isAmortizable(item: WorkItem, body: readonly WorkItem[]): boolean {
  if (item.kind === "import" || item.dependsOn.input || item.conditional || item.ends) return false;
  if (item.small || item.volatile) return false;
  const rests = item.dependsOn.items.map((index) => body[index]).filter((each) => each !== undefined);
  // Connecting a client is reported with the client that is connected.
  if (item.kind === "client" && rests.some((each) => each.kind === "client")) return false;
  return !rests.some((each) => each.volatile || each.ends || each.conditional);
}

const repeats: Readonly<Record<WorkKind, string>> = {
  load: "loads the same data for every input; load it once",
  download: "downloads the same files for every input; fetch them once",
  client: "sets up another client for every input; share one, made once",
  compile: "compiles the same code for every input; compile it once",
  import: "imports the same module for every input; import it once",
};

function message(item: WorkItem, facts: FunctionFacts): string {
  const where = before(facts);
  const said = item.memoized
    ? `The first input of each new container waits for ${named(item)}; run it ${where}.`
    : item.cached
      ? `The first input of each new container waits while ${named(item)} fetches its files${again(item)}, ${where}.`
      : `${named(item)} ${repeats[item.kind]}, ${where}.`;
  return item.movable?.kind === "never" ? `${said} ${item.movable.why}` : said;
}

/** What later inputs still pay for where the container has the files. */
function again(item: WorkItem): string {
  return item.shared ? ", and every input loads them again; load it once" : "; fetch them earlier";
}
