// Makes programs up: loads, helpers, constants, branches, memos and effects, in any order; and runs them in this process.
import fc from "fast-check";
import { App } from "../../runtime/sdk/index.ts";

/** One statement of a body: what it is, and numbers to choose its operands by. */
interface Step {
  readonly form: keyof typeof forms;
  readonly a: number;
  readonly b: number;
}

export interface Shape {
  readonly enter: readonly Step[];
  readonly body: readonly Step[];
  readonly semicolons: boolean;
  readonly platform: "coldstart" | "lambda";
}

/** What a statement may mention: names of values, which are strings. */
interface Scope {
  readonly names: string[];
  next: number;
}

const files = ["a", "b", "c", "d", "e"];

export const forms = {
  load: (scope, step) => `const ${fresh(scope)} = await load("${file(step.a)}");`,
  read: (scope, step) => `const ${fresh(scope)} = await readFile("data/${file(step.a)}.bin", "utf8");`,
  variable: (scope, step) => `let ${fresh(scope)} = await load("${file(step.a)}");`,
  part: (scope, step) =>
    `const ${fresh(scope)} = (await readFile("data/${file(step.a)}.bin", "utf8")).toUpperCase();`,
  object: (scope, step) =>
    `const { one: ${fresh(scope)}, two: ${fresh(scope)} } = { one: await load("${file(step.a)}"), two: await load("${file(step.b)}") };`,
  bare: (_scope, step) => `await load("${file(step.a)}");`,
  dependent: (scope, step) => {
    const earlier = some(scope, step.b);
    return `const ${fresh(scope)} = await load(${earlier}.slice(0, 1).toLowerCase());`;
  },
  constant: (scope, step) => `const ${fresh(scope)} = "${file(step.a)}" + "${file(step.b)}".slice(1);`,
  named: (scope, step) => {
    const name = `n${scope.next}`;
    return `const ${name} = "${file(step.a)}";\nconst ${fresh(scope)} = await load(${name});`;
  },
  inline: (scope, step) => `const ${fresh(scope)} = (await load("${file(step.a)}")).toUpperCase() + input;`,
  within: (scope, step) => `seen.push((await load("${file(step.a)}")) + input + ${some(scope, step.b)});`,
  print: (scope, step) => `console.log("at ${step.a}", ${some(scope, step.b)});`,
  note: (scope, step) => `seen.push(${some(scope, step.a)});`,
  count: () => "state.count += 1;",
  counted: (scope, step) =>
    `const ${fresh(scope)} = await load("${file(step.a)}" + (state.count > 1 ? "" : "x"));`,
  countingLoad: (scope, step) => `const ${fresh(scope)} = await loadCounted("${file(step.a)}");`,
  printingLoad: (scope, step) => `const ${fresh(scope)} = await loadLoudly("${file(step.a)}");`,
  unknownLoad: (scope, step) => `const ${fresh(scope)} = await helper(load, "${file(step.a)}");`,
  memo: (scope, step) => `kept ??= await load("${file(step.a)}");\nconst ${fresh(scope)} = kept;`,
  getter: (scope) => `const ${fresh(scope)} = await getModel();`,
  branch: (scope, step) =>
    `if (input > ${step.a % 3}) {\n  seen.push(await load("${file(step.b)}") + ${some(scope, step.a)});\n}`,
  leave: (scope, step) => `if (input > ${step.a % 3}) return [${some(scope, step.b)}];`,
  loop: (_scope, step) =>
    `for (const name of ["${file(step.a)}", "${file(step.b)}"]) seen.push(await load(name));`,
  attempt: (scope, step) =>
    `let ${fresh(scope)} = "";\ntry {\n  ${scope.names.at(-1)} = await load("${file(step.a)}");\n} catch {\n  seen.push("failed");\n}`,
  input: (scope, step) =>
    `const ${fresh(scope)} = await load(input > 0 ? "${file(step.a)}" : "${file(step.b)}");`,
  change: (scope, step) => `settings.name = "${file(step.a)}";\nconst ${fresh(scope)} = settings.name;`,
  setting: (scope) => `const ${fresh(scope)} = await load(settings.name);`,
} as const satisfies Record<string, (scope: Scope, step: Step) => string>;

const enterForms = [
  "load",
  "read",
  "part",
  "constant",
  "named",
  "print",
  "count",
  "dependent",
  "bare",
] as const;

function file(choice: number): string {
  return files[choice % files.length] ?? "a";
}

function fresh(scope: Scope): string {
  const name = `v${scope.next++}`;
  scope.names.push(name);
  return name;
}

function some(scope: Scope, choice: number): string {
  return scope.names[choice % Math.max(1, scope.names.length)] ?? '"none"';
}

const step = <T extends Step["form"]>(names: readonly T[]) =>
  fc.record({ form: fc.constantFrom(...names), a: fc.nat(9), b: fc.nat(9) });

export const shapes: fc.Arbitrary<Shape> = fc.record({
  enter: fc.array(step(enterForms), { maxLength: 4 }),
  body: fc.array(step(Object.keys(forms) as Step["form"][]), { minLength: 2, maxLength: 9 }),
  semicolons: fc.boolean(),
  platform: fc.constantFrom("coldstart", "lambda"),
});

export function programOf({ enter, body, semicolons, platform }: Shape): string {
  const scope: Scope = { names: [], next: 0 };
  const isOwn = platform === "coldstart";
  const entering = isOwn && enter.length > 0 ? written(scope, enter, "    ") : [];
  const state = [...scope.names];
  const statements = written(scope, body, "  ");
  const result = `  return [${["input", ...scope.names].join(", ")}];`;
  const parameters = entering.length > 0 ? `{ ${state.join(", ")} }, input` : "input";
  const hook = [
    "{",
    "  enter: async () => {",
    ...entering,
    `    return { ${state.join(", ")} };`,
    "  },",
    "}, ",
  ];
  const options = entering.length > 0 ? hook.join("\n") : "";
  const head = isOwn
    ? `export const f = app.function(${options}async (${parameters}) => {`
    : `export const handler = async (input) => {`;
  const lines = [header(isOwn), head, ...statements, result, isOwn ? "});" : "};", ""];
  const text = lines.join("\n");
  return semicolons ? text : text.replace(/;$/gm, "");
}

function written(scope: Scope, steps: readonly Step[], indent: string): readonly string[] {
  return steps.map((each) => forms[each.form](scope, each).replace(/^/gm, indent));
}

function header(isOwn: boolean): string {
  return `import { readFile } from "node:fs/promises";
${isOwn ? 'import { App } from "coldstart";\n' : ""}import { helper } from "helper";

${isOwn ? 'const app = new App("made");\n' : ""}export const seen = [];
export const state = { count: 0 };
const settings = { name: "a" };
let kept;
let model;

async function load(name) {
  return await readFile(\`data/\${name}.bin\`, "utf8");
}

async function loadCounted(name) {
  state.count += 1;
  return await load(name);
}

async function loadLoudly(name) {
  console.log("loading", name);
  return await load(name);
}

async function getModel() {
  return (model ??= await load("e"));
}
`;
}

/** What can be seen of a run. */
export interface Trace {
  readonly results: readonly unknown[];
  readonly prints: readonly string[];
  readonly seen: unknown;
  readonly state: unknown;
}

/** Runs a program from a start on: three inputs, one after another. */
export async function runProgram(text: string): Promise<Trace> {
  const prints: string[] = [];
  const print = (...values: unknown[]) => prints.push(values.join(" "));
  const modules: Readonly<Record<string, unknown>> = {
    coldstart: { App },
    helper: { helper: async (load: (name: string) => unknown, name: string) => await load(name) },
    "node:fs/promises": { readFile },
  };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const body = `${withoutModules(text)}\nreturn { call: ${/\bapp\b/.test(text) ? "(n) => f.local(n)" : "handler"}, seen, state };`;
  const start = new AsyncFunction("modules", "console", body);
  const { call, seen, state } = await start(modules, { log: print });
  const results: unknown[] = [];
  for (const input of [0, 1, 2]) results.push(await call(input));
  return { results, prints, seen, state };
}

function withoutModules(text: string): string {
  return text
    .replace(
      /^import \{(.*)\} from "(.*)";?$/gm,
      (_, names: string, from: string) =>
        `const {${names.replaceAll(" as ", ": ")}} = modules[${JSON.stringify(from)}];`,
    )
    .replace(/^export const/gm, "const");
}

/** Answers after a while that differs from file to file, so that loads that run together end in another order. */
async function readFile(path: string): Promise<string> {
  const name = /data\/(\w+)\.bin/.exec(path)?.[1] ?? "";
  for (let turns = (name.charCodeAt(0) * 7) % 13; turns > 0; turns--) await undefined;
  return `${name} of the files`;
}
