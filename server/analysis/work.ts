// Turns calls that the catalogue knows into work items and effects, and sees when fetched bytes go to disk.
import type { WorkKind } from "../facts/function.ts";
import type { CatalogueRow } from "../facts/project.ts";
import { type Call, runCallbacks } from "./calls.ts";
import { normalize, pathOf } from "./constants.ts";
import type { Draft, Walk } from "./draft.ts";
import { ANY } from "./effects.ts";
import { current } from "./expressions.ts";
import { callName } from "./names.ts";
import { carry, derive, type Known, nothing, textOf, withItems } from "./values.ts";

/** The row that holds for a call with these arguments. */
export function rowFor(walk: Walk, name: string, args: readonly Known[]): CatalogueRow | undefined {
  return walk
    .lookup(name)
    .find(
      (row) =>
        (!row.when || holds(row.when, args)) &&
        !(row.unless && walk.set.get(row.unless.place) === row.unless.is),
    );
}

function holds(when: NonNullable<CatalogueRow["when"]>, args: readonly Known[]): boolean {
  const argument = args[when.argument];
  if (!argument) return when.optional === true;
  if (when.field !== undefined && !argument.fields) return false;
  const known = when.field === undefined ? argument : argument.fields?.get(when.field);
  if (!known) return when.optional === true;
  if (typeof when.is === "string") return known.name === when.is;
  return known.constant !== undefined && when.is.test(String(known.constant));
}

export function applyRow(walk: Walk, call: Call, row: CatalogueRow, name: string): Known {
  switch (row.kind) {
    case "pure": {
      const result = carry(...(call.receiver ? [call.receiver] : []), ...call.args);
      if (!row.later) runCallbacks(walk, call, [result]);
      if (name === "JSON.parse") return { ...result, parsed: call.args[0]?.holds ?? result.holds };
      return call.value.construct ? { ...result, name } : result;
    }
    case "print":
      current(walk).prints = true;
      current(walk).again = true;
      return nothing;
    case "probe": {
      walk.probes += 1;
      readFile(walk, targetOf(walk, call, row));
      return { ...derive(...call.args), environment: true, probe: true };
    }
    case "write": {
      const file = writtenBy(walk, call, row);
      keep(walk, call.args, file);
      if (!call.args.some((arg) => arg.fetched.size > 0)) {
        walk.written.set(file, undefined);
        current(walk).again = true;
      }
      return nothing;
    }
    case "stream":
      return { ...derive(...call.args), sink: writtenBy(walk, call, row) };
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
  const rests = derive(...(call.receiver ? [call.receiver] : []), ...call.args);
  const known = row.source === "disk" ? readFile(walk, target, rests) : rests;
  const draft = createDraft(walk, call, row, kind, name, known, target);
  if (row.writes !== undefined) walk.written.set(writtenBy(walk, call, row), draft.id);
  const own = new Set([draft.id]);
  const result: Known = {
    ...withItems(known, own),
    holds: own,
    inside: own,
    fetched: row.source === "network" ? own : nothing.fetched,
    nature: row.shared ? "shared" : "data",
    ...(row.shared && { name: callName(name, call.value.construct, undefined) }),
  };
  if (row.later) return result;
  const given = runCallbacks(walk, call, [result, result]);
  return given ? { ...result, ...withItems(result, given.items) } : result;
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
    volatile: row.volatile === true && !(target !== undefined && isWeights(target)),
    awaited: false,
    filled: new Set(),
  };
  walk.drafts.push(draft);
  return draft;
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
  if (file === undefined || !walk.written.has(file)) return known;
  const writer = walk.written.get(file);
  if (writer === undefined) return { ...known, input: known.input || walk.phase === "body" };
  return withItems(known, [writer]);
}

function targetOf(walk: Walk, call: Call, row: CatalogueRow): string | undefined {
  if (!row.target) return undefined;
  const argument = call.args[row.target.argument];
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
  const parts = call.receiver ? [call.receiver, ...call.args] : call.args;
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
