// Methods of classes at the terminal: found, run with values, measured, fixed and proved as functions are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";
import { read, verifyDocument } from "./contract.ts";

const TABLES = `import { setTimeout as delay } from "node:timers/promises";
export const load = async (name) => { await delay(240); return name.length; };
`;
const SHOP = `import { App, enter, method } from "coldstart";
import { load } from "tables";

const app = new App("shop");

@app.cls({ timeout: 60 })
export class Shop {
  private users = 0;
  private items = 0;

  constructor(private readonly options: { factor?: number } = {}) {}

  @enter()
  async prepare(): Promise<void> {
    this.users = await load("users");
    this.items = await load("items");
  }

  @method()
  async sum(text: string): Promise<number> {
    const tags: number = await load("tags");
    return (this.users + this.items + tags + text.length) * (this.options.factor ?? 1);
  }

  @method()
  name(): string {
    return "shop";
  }
}
`;
const files = {
  "shop.ts": SHOP,
  "package.json": '{"type": "module"}',
  "node_modules/tables/package.json": '{"name": "tables", "type": "module", "exports": "./index.js"}',
  "node_modules/tables/index.js": TABLES,
  "coldstart.config.json": '{"loaders": [{"callee": "tables.load", "kind": "load"}]}',
};

interface Found {
  readonly findings: readonly { rule: string; function: string; phase: string; line: number }[];
}

describe("a class at the terminal", () => {
  it("is reported at its hooks and methods, fixed, and clean after that", async () => {
    const { coldstart, folder } = project(files);
    const before = JSON.parse((await coldstart("lint", "shop.ts", "--format", "json")).stdout) as Found;
    expect(before.findings.map(({ rule, function: name, phase, line }) => [rule, name, phase, line])).toEqual(
      [
        ["sequential-loads", "Shop.sum", "enter", 15],
        ["sequential-loads", "Shop.sum", "enter", 16],
        ["body-amortized-work", "Shop.sum", "body", 21],
      ],
    );
    const { code } = await coldstart("lint", "shop.ts", "--fix");
    const text = readFileSync(join(folder, "shop.ts"), "utf8");
    expect(code).toBe(0);
    expect(text).toContain("await Promise.all([");
    expect(text).toContain("private tags!: number;");
    const { stdout } = await coldstart("run", "shop.ts::Shop.sum", "--input", '["abc"]', "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({ result: 17 });
  });

  it("runs with values, and shows its hooks by their names", async () => {
    const { coldstart, folder } = project(files);
    const name = "shop.ts::Shop(factor=2).sum";
    const events = ["--events", "events.jsonl", "--format", "json"];
    const { stdout } = await coldstart("run", name, "--input", '["abc"]', ...events);
    const { result, stages } = JSON.parse(stdout) as { result: number; stages: { enter: number } };
    expect(result).toBe(34);
    expect(stages.enter).toBeGreaterThan(480);
    const log = readFileSync(join(folder, "events.jsonl"), "utf8").trim().split("\n");
    const entered = log.map((line) => JSON.parse(line) as { type: string; hook?: string; function?: string });
    expect(entered.filter(({ type }) => type === "container.entered")).toMatchObject([
      { hook: "prepare", function: name },
    ]);
  });

  it("is proved to be faster, values and all", async () => {
    const { coldstart } = project(files);
    const name = "shop.ts::Shop(factor=2).sum";
    const options = ["--input", '["abc"]', "--pairs", "3", "--format", "json"];
    const { code, stdout } = await coldstart("verify", name, ...options);
    const { verdict, results, fixes } = read(verifyDocument, stdout);
    expect([code, verdict, results]).toEqual([0, "faster", "equal"]);
    expect(new Set(fixes?.map((fix) => fix.rule))).toEqual(
      new Set(["sequential-loads", "body-amortized-work"]),
    );
  });

  it.each([
    ["shop.ts::Shop.sun", 2, "Did you mean shop.ts::Shop.sum?"],
    ["shop.ts::Shop", 2, "Shop of"],
    ["shop.ts::Shop(factor=two).sum", 2, "write names with JSON values"],
  ])("says what is wrong with %s", async (name, expected, message) => {
    const { coldstart } = project(files);
    const { code, stderr } = await coldstart("run", name);
    expect(code).toBe(expected);
    expect(stderr).toContain(message);
  });
});
