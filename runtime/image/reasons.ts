// Why a layer is built: what it was made from, compared with what the layer in its place was made from the last time.

/** What a layer is made from; labels say of which kind an input is: `file:a.json`, `variable:HF_HOME`, `packages`. */
export type Inputs = Readonly<Record<string, string>>;

/** A layer as it was, or as it is to be. */
export interface LayerFacts {
  readonly name: string;
  readonly kind: string;
  readonly hash: string;
  readonly inputs: Inputs;
}

/** Changes that are told one by one. */
const TOLD = 3;

export function reasonFor(now: LayerFacts, before: LayerFacts | undefined): string {
  if (before === undefined) return "no layer yet";
  if (before.hash === now.hash) return "its layer was removed";
  if (before.kind !== now.kind) return `in place of ${before.name}`;
  const all = new Set([...Object.keys(now.inputs), ...Object.keys(before.inputs)]);
  // What was said of the layer comes before what it takes in.
  const labels = [...all].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const changes = labels.flatMap((label) => {
    const [is, was] = [now.inputs[label], before.inputs[label]];
    return is === was ? [] : [change(label, is, was)];
  });
  if (changes.length === 0) return "the layer before changed";
  const more = changes.length - TOLD;
  return [
    ...changes.slice(0, TOLD),
    ...(more > 0 ? [`and ${more} more ${more === 1 ? "change" : "changes"}`] : []),
  ].join("; ");
}

const rank = (label: string) => (label.includes(":") ? 1 : 0);

function change(label: string, is: string | undefined, was: string | undefined): string {
  const split = label.indexOf(":");
  const [kind, name] = split < 0 ? [label, ""] : [label.slice(0, split), label.slice(split + 1)];
  const happened = is === undefined ? "is gone" : was === undefined ? "is new" : "changed";
  switch (kind) {
    case "file":
      return `${name} ${happened}`;
    case "variable":
      return `the variable ${name} ${happened}`;
    case "packages":
      return `the packages changed: ${difference(list(is), list(was))}`;
    case "interpreter":
      return `${is ?? "no interpreter"} in place of ${was ?? "none"}`;
    default:
      return `the ${kind} changed`;
  }
}

function difference(is: readonly string[], was: readonly string[]): string {
  const added = is.filter((each) => !was.includes(each)).map((each) => `+ ${each}`);
  const removed = was.filter((each) => !is.includes(each)).map((each) => `- ${each}`);
  return [...added, ...removed].join(", ") || "their order";
}

function list(text: string | undefined): readonly string[] {
  return text ? text.split("\n") : [];
}
