// Turns calls that the catalogue knows into work items and effects, and sees when fetched bytes go to disk.
import type { WorkKind } from "../facts/function.ts";
import type { CatalogueRow } from "../facts/project.ts";
import { type Call, given, runCallbacks } from "./calls.ts";
import { isInside, normalize, pathOf } from "./constants.ts";
import type { Draft, Walk } from "./draft.ts";
import { ANY } from "./effects.ts";
import { current } from "./expressions.ts";
import { callName, constructs } from "./names.ts";
import { carry, derive, type Known, nothing, textOf, withItems } from "./values.ts";

/** The row that holds for a call with these arguments. */
export function rowFor(
  walk: Walk,
  name: string,
  call: Pick<Call, "args" | "named">,
): CatalogueRow | undefined {
  const rows = walk.lookup(name);
  const row = rows.find(
    (each) =>
      (!each.when || holds(each.when, call)) &&
      !(each.unless && walk.set.get(each.unless.place) === each.unless.is),
  );
  const isPath = row?.kind === "download" && row.target?.kind === "name" && isFetched(walk, call, row.target);
  return (isPath && rows.find(({ target, kind }) => kind === "load" && target?.kind === "path")) || row;
}

/** Whether what names a model is the path that a call gave which fetches files: `snapshot_download(…)`. */
function isFetched(
  walk: Walk,
  call: Pick<Call, "args" | "named">,
  target: NonNullable<CatalogueRow["target"]>,
): boolean {
  return [...(argumentOf(call, target)?.holds ?? [])].some((id) => {
    const draft = walk.drafts[id];
    return draft?.kind === "download" && draft.row.shared !== true;
  });
}

function holds(when: NonNullable<CatalogueRow["when"]>, call: Pick<Call, "args" | "named">): boolean {
  const argument = argumentOf(call, when);
  if (!argument) return when.optional === true;
  if (when.field !== undefined && !argument.fields) return false;
  const known = when.field === undefined ? argument : argument.fields?.get(when.field);
  if (!known) return when.optional === true;
  if (typeof when.is === "string") return known.name === when.is;
  return known.constant !== undefined && when.is.test(String(known.constant));
}

function argumentOf(
  { args, named }: Pick<Call, "args" | "named">,
  { argument, keyword }: { readonly argument: number; readonly keyword?: string },
): Known | undefined {
  return (keyword === undefined ? undefined : named.get(keyword)) ?? args[argument];
}

export function applyRow(walk: Walk, call: Call, row: CatalogueRow, name: string): Known {
  switch (row.kind) {
    case "pure": {
      const result = carry(...(call.receiver ? [call.receiver] : []), ...given(call));
      if (!row.later) runCallbacks(walk, call, [result]);
      if (name === "JSON.parse") return { ...result, parsed: call.args[0]?.holds ?? result.holds };
      // What Python's calls give has methods of its own: `logging.getLogger().info`.
      if (call.frame.module.language === "python")
        return {
          ...result,
          name: callName(name, constructs(call.frame.module, call.value, name), undefined),
        };
      return call.value.construct ? { ...result, name } : result;
    }
    case "print":
      current(walk).prints = true;
      current(walk).again = true;
      return nothing;
    case "probe": {
      walk.probes += 1;
      readFile(walk, targetOf(walk, call, row));
      return { ...derive(...given(call)), environment: true, probe: true };
    }
    case "write": {
      const file = writtenBy(walk, call, row);
      keep(walk, given(call), file);
      if (!given(call).some((arg) => arg.fetched.size > 0)) {
        walk.written.set(file, undefined);
        current(walk).again = true;
      }
      return nothing;
    }
    case "folder":
      current(walk).folders.add(targetOf(walk, call, row) ?? ANY);
      return nothing;
    case "stream":
      return { ...derive(...given(call)), sink: writtenBy(walk, call, row) };
    case "once": {
      const [wrapped = nothing] = call.args;
      return { ...wrapped, once: true };
    }
    default:
      return applyWork(walk, call, row, row.kind, name);
  }
}

function applyWork(walk: Walk, call: Call, row: CatalogueRow, kind: WorkKind, name: string): Known {
  const target = targetOf(walk, call, row);
  const rests = derive(...(call.receiver ? [call.receiver] : []), ...given(call));
  const known = row.source === "disk" ? readFile(walk, target, rests) : rests;
  const draft = createDraft(walk, call, row, kind, name, known, target);
  if (row.writes !== undefined) walk.written.set(writtenBy(walk, call, row), draft.id);
  else if (kind === "download" && draft.folder !== undefined) walk.written.set(draft.folder, draft.id);
  else if (row.command) walk.written.set(ANY, draft.id);
  const own = new Set([draft.id]);
  const result: Known = {
    ...withItems(known, own),
    holds: own,
    inside: own,
    fetched: row.source === "network" ? own : nothing.fetched,
    nature: row.shared ? "shared" : "data",
    ...(row.shared && {
      name: callName(name, constructs(call.frame.module, call.value, name), undefined),
    }),
  };
  if (row.later) return result;
  const called = runCallbacks(walk, call, [result, result]);
  return called ? { ...result, ...withItems(result, called.items) } : result;
}

function createDraft(
  walk: Walk,
  call: Call,
  row: CatalogueRow,
  kind: WorkKind,
  name: string,
  known: Known,
  target: string | undefined,
): Draft {
  const [outer, ...inner] = walk.chain;
  const { site } = call;
  const own = { file: site.file, range: site.range };
  const { position } = walk;
  const draft: Draft = {
    id: walk.drafts.length,
    phase: walk.phase,
    kind,
    row,
    callee: name,
    label: outer?.label ?? site.label,
    place: outer ? { file: outer.file, range: outer.range } : own,
    scope: position.scope,
    statement: position.statement,
    outermost: position.outermost,
    via: outer ? [...inner.map(({ file, range }) => ({ file, range })), own] : [],
    guards: [...walk.guards],
    inLoop: walk.loops > 0,
    inTry: walk.tries > 0,
    known,
    sites: new Set([position.outermost]),
    defines: [],
    ...(target !== undefined && { target }),
    ...cacheOf(walk, call, row),
    unsure: target === undefined && mayBePath(call, row),
    ...fetchOf(walk, call, row),
    concurrent: walk.pools > 0,
    volatile: row.volatile === true && !(target !== undefined && isWeights(target)),
    awaited: false,
    coroutine: outer?.module.language === "python" && outer.module.functions[outer.function]?.async === true,
    filled: new Set(),
    drained: [],
  };
  walk.drafts.push(draft);
  return draft;
}

/** Where the call itself says that its files, or the one that it fetches, are kept. */
function cacheOf(walk: Walk, call: Call, row: CatalogueRow): { readonly folder?: string } {
  if (row.writes !== undefined) {
    const file = resolved(walk, call, pathOf(call.args[row.writes]));
    return file === undefined ? {} : { folder: file };
  }
  const named = row.cache?.keywords
    .map((keyword) => call.named.get(keyword))
    .find((each) => each !== undefined);
  const folder = named && resolved(walk, call, pathOf(named));
  return folder === undefined ? {} : { folder };
}

/** Names of values that are paths. */
const pathLike = /(path|dir|directory|folder|file|root|location|weights|ckpt)s?$/i;

/** Whether a load takes names and paths alike, and is given a value that may be a path for all one can see. */
function mayBePath({ value }: Call, { kind, target, shared }: CatalogueRow): boolean {
  if (kind !== "download" || target?.kind !== "name" || shared !== true) return false;
  const named = value.named?.find((each) => each.name === target.keyword)?.value;
  const argument = named ?? value.args[target.argument];
  if (argument?.kind === "name") return pathLike.test(argument.name);
  if (argument?.kind === "member") return pathLike.test(argument.property ?? "");
  return argument?.kind === "call" || argument?.kind === "operation";
}

/** How to fetch the files of a load alone: its target, with what says which version of it. */
function fetchOf(walk: Walk, call: Call, row: CatalogueRow): Pick<Draft, "fetch"> {
  if (!row.fetch || !row.target) return {};
  const { keyword, argument } = row.target;
  const { args, named = [] } = call.value;
  const target = named.find((each) => each.name === keyword)?.value ?? args[argument];
  const { callee, passes, refuses, owner, arguments: fixed } = row.fetch;
  if (!target || named.some((each) => each.name === "**" || refuses.includes(each.name))) return {};
  const passed = named.filter((each) => passes.includes(each.name)).map((each) => each.range);
  const text = owner === undefined ? "" : targetOf(walk, call, row);
  if (text === undefined) return {};
  const name = owner === undefined || text.includes("/") ? target.range : JSON.stringify(`${owner}/${text}`);
  return { fetch: { callee, arguments: [name, ...passed, ...fixed] } };
}

const weights =
  /\.(onnx|bin|safetensors|gguf|ggml|pt|pth|ckpt|h5|pb|tflite|wasm|npy|npz|parquet|mmdb|sqlite|db|zip|tar|tgz|gz|zst|br|model|weights)$/i;

/** Files of the network that are what they are, not the answer of the hour. */
function isWeights(target: string): boolean {
  return weights.test(target.replace(/[?#].*$/, ""));
}

/** Notes that a file is read; what was written by earlier work rests on that. */
function readFile(walk: Walk, file: string | undefined, known: Known = nothing): Known {
  current(walk).filesRead.add(file ?? ANY);
  const paths = [...walk.written.keys()].filter((path) => holdsFile(path, file));
  const writers = paths.map((path) => walk.written.get(path));
  const rests = withItems(
    known,
    writers.filter((writer) => writer !== undefined),
  );
  return writers.includes(undefined) ? { ...rests, input: rests.input || walk.phase === "body" } : rests;
}

/** Whether what was written to a path may be a file that is read, or the folder that it lies in. */
function holdsFile(path: string, file: string | undefined): boolean {
  return path === ANY || (file !== undefined && (path === file || isInside(file, path)));
}

function targetOf(walk: Walk, call: Call, row: CatalogueRow): string | undefined {
  if (!row.target) return undefined;
  const argument = argumentOf(call, row.target);
  if (row.target.kind !== "path") return textOf(argument) ?? textOf(argument?.fields?.get("url"));
  return resolved(walk, call, pathOf(argument));
}

function writtenBy(walk: Walk, call: Call, row: CatalogueRow): string {
  const file = resolved(walk, call, pathOf(call.args[row.writes ?? 0])) ?? ANY;
  current(walk).filesWritten.add(file);
  return file;
}

/** Paths are relative to where the process starts: the project's folder, as a rule. */
function resolved(walk: Walk, call: Call, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (path.startsWith("/") || path.startsWith("$") || /^[A-Za-z]:\//.test(path)) return path;
  const { file } = call.site;
  const fromRoot = normalize(`${walk.view.root(file)}/${path}`);
  if (walk.view.size(fromRoot) !== undefined) return fromRoot;
  const beside = normalize(`${file.replace(/\/[^/]*$/, "")}/${path}`);
  return walk.view.size(beside) === undefined ? fromRoot : beside;
}

/** Fetched bytes that a call hands to a stream into a file: `pipeline(response.body, createWriteStream(path))`. */
export function keepFetched(walk: Walk, call: Call): void {
  const parts = call.receiver ? [call.receiver, ...given(call)] : given(call);
  const sink = parts.find((part) => part.sink !== undefined)?.sink;
  if (sink !== undefined) keep(walk, parts, sink);
}

/** What was fetched is kept on disk: a download. */
function keep(walk: Walk, parts: readonly Known[], file: string): void {
  for (const id of parts.flatMap((part) => [...part.fetched])) {
    const draft = walk.drafts[id];
    if (!draft || draft.phase !== walk.phase) continue;
    draft.kind = "download";
    draft.volatile = false;
    draft.target = file === ANY ? (draft.target ?? file) : file;
    draft.sites.add(walk.position.outermost);
    walk.written.set(file, id);
  }
}
