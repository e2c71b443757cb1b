// Evaluates method calls on values whose class no row names: arrays, texts, buffers, promises, and unknown things.
import { fill } from "./assign.ts";
import { elementOf } from "./blocks.ts";
import { applyUnknown, type Call, given, runCallbacks } from "./calls.ts";
import { computedMethod } from "./constants.ts";
import type { Walk } from "./draft.ts";
import { ANY } from "./effects.ts";
import { conditionOf, current, mark, touch, under } from "./expressions.ts";
import { carry, derive, either, type Known, nothing, partOf, textOf } from "./values.ts";

const words = (text: string) => new Set(text.split(" "));

/** Methods of built-in objects that change what they are called on. */
const changing = words(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append write writeInt8 writeUInt8 writeFloatLE writeDoubleLE writeUInt32LE writeUInt16LE swap16 swap32",
);

/** Methods that call the function that they are given for each element. */
const iterating = words(
  "map flatMap forEach filter find findIndex findLast findLastIndex some every reduce reduceRight sort toSorted",
);

/** Methods that give something new, made of the same elements. */
const copying = words(
  "map flatMap filter slice concat toSorted toReversed toSpliced with flat split join toString trim replace replaceAll toLowerCase toUpperCase padStart padEnd repeat substring substr keys entries reduce reduceRight toJSON",
);

/** Names that mean the same, harmless thing wherever they are used. */
const harmless = words(
  "map flatMap forEach filter find findIndex findLast findLastIndex some every reduce reduceRight toSorted toReversed slice concat flat split join toString trim trimStart trimEnd replace replaceAll toLowerCase toUpperCase padStart padEnd substring substr charAt charCodeAt codePointAt at includes indexOf lastIndexOf startsWith endsWith match matchAll test localeCompare keys values entries has toFixed toISOString valueOf hasOwnProperty getTime",
);

/** Methods that end what they are called on. */
const ending = words(
  "close aclose end quit disconnect destroy release dispose terminate shutdown $disconnect kill",
);

/** Methods of Python's paths that ask whether a file is there. */
const asking = words("exists is_file is_dir");

/** Methods that make a loaded model ready and give it back. */
const settling = words(
  "to cuda cpu half float double bfloat16 eval requires_grad_ tie_weights enable_model_cpu_offload enable_sequential_cpu_offload enable_xformers_memory_efficient_attention enable_attention_slicing enable_vae_slicing enable_vae_tiling set_progress_bar_config merge_and_unload fuse_qkv_projections gradient_checkpointing_enable share_memory",
);

/** Methods that change a loaded model for good. */
const training = words(
  "train fit partial_fit load_state_dict load_lora_weights fuse_lora unload_lora_weights add_tokens",
);

/** Methods that take the bytes of an answer out of its stream. */
const draining = {
  typescript: words(
    "transformToString transformToByteArray transformToWebStream arrayBuffer text json blob bytes formData getReader pipe pipeTo pipeThrough",
  ),
  python: words("read readline readlines iter_content iter_bytes iter_lines iter_chunks"),
};

/** Constant lists up to this length are gone through element by element. */
const SHORT = 16;

export function callMethod(walk: Walk, call: Call, receiver: Known, property: string): Known {
  if (property === "then" || property === "catch" || property === "finally")
    return settle(walk, call, receiver, property);
  if (call.frame.module.language === "python" && asking.has(property) && textOf(receiver) !== undefined) {
    walk.probes += 1;
    return { ...derive(receiver), environment: true, probe: true };
  }
  if (call.frame.module.language === "python" && property === "mkdir" && textOf(receiver) !== undefined) {
    current(walk).folders.add(textOf(receiver) ?? ANY);
    return nothing;
  }
  if (receiver.origin !== undefined && receiver.nature !== "data") current(walk).reads.add(receiver.origin);
  if (draining[call.frame.module.language].has(property)) drain(walk, call, receiver);
  const known = computedMethod(receiver, property, call.args, call.named);
  if (known) return known;
  if (iterating.has(property) && (receiver.nature === "data" || harmless.has(property))) {
    return iterate(walk, call, receiver, property);
  }
  if (receiver.nature === "shared" && settling.has(property)) return receiver;
  if (receiver.nature === "shared" && training.has(property)) touch(walk, receiver, "trains it");
  if (receiver.nature === "data") return callData(walk, call, receiver, property);
  if (ending.has(property)) end(walk, receiver);
  if (harmless.has(property))
    return copying.has(property) ? carry(receiver, ...given(call)) : partOf(receiver, ...given(call));
  if (receiver.nature === "unknown") leak(walk, call, receiver, property);
  return applyUnknown(walk, call);
}

/** `.then(f)`: the function runs with what the promise gives. */
function settle(walk: Walk, call: Call, receiver: Known, property: string): Known {
  if (property === "finally") {
    runCallbacks(walk, call, []);
    return receiver;
  }
  if (property === "catch") {
    const failed = { ...conditionOf([], current(walk)), failure: true };
    const handled = under(walk, failed, () => runCallbacks(walk, call, [nothing]));
    return handled ? either([receiver, handled]) : receiver;
  }
  const result = runCallbacks(walk, call, [receiver]);
  const { items, fetched, input, environment } = derive(receiver, result ?? receiver);
  return { ...(result ?? carry(receiver)), items, fetched, input, environment };
}

function iterate(walk: Walk, call: Call, receiver: Known, property: string): Known {
  if (property === "sort") touch(walk, receiver, "sorts it");
  if (receiver.origin !== undefined) current(walk).reads.add(receiver.origin);
  const elements =
    receiver.fields && receiver.fields.size <= SHORT ? [...receiver.fields.values()] : [elementOf(receiver)];
  const folded = property === "reduce" || property === "reduceRight";
  const results: Known[] = [];
  const run = () => {
    walk.loops += 1;
    for (const element of elements) {
      const args = folded ? [call.args[1] ?? nothing, element] : [element];
      results.push(runCallbacks(walk, call, args) ?? nothing);
    }
    walk.loops -= 1;
  };
  if (receiver.input) under(walk, conditionOf([receiver], current(walk)), run);
  else run();
  if (property === "sort") return receiver;
  if (property === "map") {
    const mapped = carry(receiver, ...results);
    return receiver.fields
      ? { ...mapped, fields: new Map(results.map((result, index) => [String(index), result])) }
      : mapped;
  }
  return copying.has(property) ? carry(receiver, ...results) : partOf(receiver, ...results);
}

function callData(walk: Walk, call: Call, receiver: Known, property: string): Known {
  const place = placeOf(walk, call, receiver, property);
  if (changing.has(property)) {
    const { again } = current(walk);
    touch(walk, place, `calls \`${property}\` on it`);
    // A cache that is filled under the key that it was asked for.
    const filled = place.origin !== undefined && fill(walk, place.origin, carry(...given(call)));
    if (filled) current(walk).again = again;
  }
  runCallbacks(walk, call, [partOf(receiver)]);
  if (copying.has(property)) return carry(receiver, ...given(call));
  const result: Known = { ...partOf(receiver, ...given(call)), nature: "data" };
  return property === "get" && place.origin !== undefined ? { ...result, origin: place.origin } : result;
}

const keyed = words("has get set delete add");

/** What a method reads or changes: one key of a map where the key is constant, else all of it. */
function placeOf(walk: Walk, call: Call, receiver: Known, property: string): Known {
  if (receiver.origin === undefined) return receiver;
  const key = keyed.has(property) ? textOf(call.args[0]) : undefined;
  const origin = key === undefined ? receiver.origin : `${receiver.origin}.${key}`;
  current(walk).reads.add(origin);
  return { ...receiver, origin };
}

/** A method of unknown code may change the object and what it holds. */
function leak(walk: Walk, call: Call, receiver: Known, property: string): void {
  if (walk.phase !== "body") return;
  for (const id of [...receiver.holds, ...receiver.inside]) {
    const draft = walk.drafts[id];
    if (draft && !draft.row.shared) draft.escaped ??= property;
  }
  if (call.args.some((arg) => arg.fetched.size > 0)) mark(walk, property);
}

function drain(walk: Walk, call: Call, receiver: Known): void {
  for (const id of receiver.fetched) {
    const draft = walk.drafts[id];
    if (draft?.phase === walk.phase) draft.drained.push(walk.chain[0]?.range ?? call.site.range);
  }
}

function end(walk: Walk, receiver: Known): void {
  if (walk.phase !== "body") return;
  for (const id of receiver.holds) {
    const draft = walk.drafts[id];
    if (draft) draft.closed = true;
  }
}
