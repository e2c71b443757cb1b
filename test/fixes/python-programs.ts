// Makes Python programs up: loads, helpers, constants, branches, memos and effects, in any order.
import fc from "fast-check";

/** One statement of a body: what it is, and numbers to choose its operands by. */
interface Step {
  readonly form: keyof typeof forms;
  readonly a: number;
  readonly b: number;
}

export interface Shape {
  readonly enter: readonly Step[];
  readonly body: readonly Step[];
  readonly kind: "function" | "class" | "lambda";
  readonly indent: "  " | "    " | "\t";
  readonly asynchronous: boolean;
}

/** What a statement may mention: names of values. */
interface Scope {
  readonly names: string[];
  next: number;
}

const file = (choice: number) => `"/data/${"abcde"[choice % 5]}.joblib"`;
const repository = (choice: number) => `"org/${"abc"[choice % 3]}"`;

export const forms = {
  load: (scope, step) => `${fresh(scope)} = joblib.load(${file(step.a)})`,
  keyword: (scope, step) => `${fresh(scope)} = joblib.load(filename=${file(step.a)})`,
  model: (scope, step) => `${fresh(scope)} = AutoModel.from_pretrained(${repository(step.a)}).eval()`,
  tokenizer: (scope, step) => `${fresh(scope)} = AutoTokenizer.from_pretrained(${repository(step.a)})`,
  array: (scope, step) => `${fresh(scope)} = numpy.load(${file(step.a)}, allow_pickle=True)`,
  pair: (scope, step) =>
    `${fresh(scope)}, ${fresh(scope)} = joblib.load(${file(step.a)}), joblib.load(${file(step.b)})`,
  attributes: (_scope, step) =>
    `holder.a, holder.b = joblib.load(${file(step.a)}), joblib.load(${file(step.b)})`,
  attribute: (scope) => `${fresh(scope)} = [holder.a, holder.b]`,
  unpacked: (scope, step) => `${fresh(scope)}, *${fresh(scope)} = joblib.load(${file(step.a)})`,
  annotated: (scope, step) => `${fresh(scope)}: object = joblib.load(${file(step.a)})  # as it is`,
  bare: (_scope, step) => `joblib.load(${file(step.a)})`,
  dependent: (scope, step) => {
    const earlier = some(scope, step.b);
    return `${fresh(scope)} = joblib.load(f"/data/{${earlier}}")`;
  },
  constant: (scope, step) => `${fresh(scope)} = ${file(step.a)} + ${file(step.b)}[1:]`,
  named: (scope, step) => {
    const name = `n${scope.next}`;
    return `${name} = ${file(step.a)}\n${fresh(scope)} = joblib.load(${name})`;
  },
  lines: (scope, step) => `${fresh(scope)} = joblib.load(\n    ${file(step.a)},\n    # a comment\n)`,
  inline: (scope, step) => `${fresh(scope)} = [joblib.load(${file(step.a)}), text]`,
  within: (scope, step) => `seen.append((joblib.load(${file(step.a)}), text, ${some(scope, step.b)}))`,
  print: (scope, step) => `print("at ${step.a}", ${some(scope, step.b)})`,
  note: (scope, step) => `seen.append(${some(scope, step.a)})`,
  count: () => `state["count"] += 1`,
  counted: (scope, step) =>
    `${fresh(scope)} = joblib.load(${file(step.a)} + ("" if state["count"] > 1 else "x"))`,
  countingLoad: (scope, step) => `${fresh(scope)} = load_counted(${file(step.a)})`,
  printingLoad: (scope, step) => `${fresh(scope)} = load_loudly(${file(step.a)})`,
  unknownLoad: (scope, step) => `${fresh(scope)} = helper.run(joblib.load, ${file(step.a)})`,
  memo: (scope, step) => `if kept is None:\n    kept = joblib.load(${file(step.a)})\n${fresh(scope)} = kept`,
  getter: (scope) => `${fresh(scope)} = get_model()`,
  cached: (scope) => `${fresh(scope)} = get_cached()`,
  branch: (scope, step) =>
    `if len(text) > ${step.a}:\n    seen.append((joblib.load(${file(step.b)}), ${some(scope, step.a)}))`,
  leave: (scope, step) => `if text.endswith("${(step.a % 2) + 1}"):\n    return [${some(scope, step.b)}]`,
  loop: (_scope, step) =>
    `for name in (${file(step.a)}, ${file(step.b)}):\n    seen.append(joblib.load(name))`,
  all: (scope, step) => `${fresh(scope)} = [joblib.load(name) for name in (${file(step.a)}, "/data/f")]`,
  attempt: (scope, step) => {
    const name = fresh(scope);
    return `${name} = None\ntry:\n    ${name} = joblib.load(${file(step.a)})\nexcept OSError:\n    seen.append("failed")`;
  },
  opened: (scope, step) => `with open(${file(step.a)}) as stream:\n    ${fresh(scope)} = json.load(stream)`,
  write: (_scope, step) =>
    `with open("out-${step.a % 2}.txt", "w") as stream:\n    stream.write("${step.b}")`,
  walrus: (scope, step) =>
    `if (${fresh(scope)} := joblib.load(${file(step.a)})) is None:\n    seen.append("none")`,
  input: (scope, step) =>
    `${fresh(scope)} = joblib.load(${file(step.a)} if "1" in text else ${file(step.b)})`,
  change: (scope, step) => `settings["name"] = ${file(step.a)}\n${fresh(scope)} = settings["name"]`,
  setting: (scope) => `${fresh(scope)} = joblib.load(settings["name"])`,
  again: (scope, step) =>
    scope.names.length > 0 ? `${some(scope, step.a)} = joblib.load(${file(step.b)})` : "pass",
} as const satisfies Record<string, (scope: Scope, step: Step) => string>;

const enterForms = [
  "load",
  "keyword",
  "model",
  "tokenizer",
  "array",
  "pair",
  "unpacked",
  "annotated",
  "bare",
  "dependent",
  "constant",
  "named",
  "lines",
  "print",
  "note",
  "count",
  "countingLoad",
  "printingLoad",
  "unknownLoad",
  "getter",
  "loop",
  "attempt",
  "opened",
  "write",
  "again",
] as const;

function fresh(scope: Scope): string {
  const name = `v${scope.next++}`;
  scope.names.push(name);
  return name;
}

function some(scope: Scope, choice: number): string {
  return scope.names[choice % Math.max(1, scope.names.length)] ?? "'none'";
}

const step = <T extends Step["form"]>(names: readonly T[]) =>
  fc.record({ form: fc.constantFrom(...names), a: fc.nat(9), b: fc.nat(9) });

export const shapes: fc.Arbitrary<Shape> = fc.record({
  enter: fc.array(step(enterForms), { maxLength: 5 }),
  body: fc.array(step(Object.keys(forms) as Step["form"][]), { minLength: 2, maxLength: 8 }),
  kind: fc.constantFrom("function", "class", "class", "lambda"),
  indent: fc.constantFrom("    ", "    ", "  ", "\t"),
  asynchronous: fc.boolean(),
});

export function programOf({ enter, body, kind, indent, asynchronous }: Shape): string {
  const scope: Scope = { names: [], next: 0 };
  const entering = kind === "class" ? written(scope, enter) : [];
  const state = entering.length > 0 ? [...scope.names] : [];
  const own: Scope = { names: state.map((name) => `self.${name}`), next: scope.next };
  const statements = written(own, body);
  const result = `return [text, list(seen), dict(state)${own.names.map((name) => `, ${name}`).join("")}]`;
  const uses = (name: string) => [...statements, ...entering].some((line) => line.includes(name));
  const code = [...(uses("kept = ") ? ["global kept"] : []), ...statements, result].map(deeper);
  const word = asynchronous && kind !== "lambda" ? "async def" : "def";
  const hook = [`${word} enter(self):`, ...entering, ...state.map((name) => `self.${name} = ${name}`)];
  const lines = {
    function: ["@app.function()", `${word} f(text):`, ...code],
    lambda: ["def lambda_handler(event, context):", deeper("text = f\"text {event['id']}\""), ...code],
    class: [
      "@app.cls()",
      "class C:",
      ...(entering.length > 0
        ? ["@modal.enter()", hook[0] ?? "", ...hook.slice(1).map(deeper)].map(deeper).concat("")
        : []),
      ...["@modal.method()", `${word} f(self, text):`, ...code].map(deeper),
    ],
  }[kind];
  const text = `${header(kind !== "lambda")}\n\n${lines.join("\n")}\n`;
  return text.replace(/^( {4})+/gm, (space) => indent.repeat(space.length / 4));
}

const deeper = (text: string) => text.replace(/^(?=.)/gm, "    ");

function written(scope: Scope, steps: readonly Step[]): readonly string[] {
  return steps.map((each) => forms[each.form](scope, each));
}

function header(isModal: boolean): string {
  return `${isModal ? "import modal\n" : ""}import functools
import json

import helper
import joblib
import numpy
from transformers import AutoModel, AutoTokenizer

${isModal ? 'app = modal.App("made", image=modal.Image.debian_slim().pip_install("joblib"))\n' : ""}seen = []
state = {"count": 0}
settings = {"name": "/data/s.joblib"}
kept = None
model = None


class Holder:
    a = b = "none"


holder = Holder()


def load_counted(path):
    state["count"] += 1
    return joblib.load(path)


def load_loudly(path):
    print("loading", path)
    return joblib.load(path)


def get_model():
    global model
    if model is None:
        model = joblib.load("/data/m.joblib")
    return model


@functools.lru_cache(maxsize=None)
def get_cached():
    return joblib.load("/data/n.joblib")
`;
}
