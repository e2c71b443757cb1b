// The config file: what is accepted, and the one message for what is not.
import { describe, expect, it } from "vitest";
import { isProblem, parseConfig, withoutEffect } from "./config.ts";
import { configJsonSchema } from "./config-schema.ts";
import { ruleIds } from "./report.ts";

const read = (text: string) => parseConfig("/project/coldstart.config.json", text);

function problem(text: string): string {
  const result = read(text);
  if (!isProblem(result)) throw new Error(`accepted: ${text}`);
  return result.message;
}

describe("a config", () => {
  it("may hold comments, a trailing comma and a byte order mark", () => {
    const text = '\uFEFF{\n  // why\n  "rules": { "sequential-loads": "error", },\n}';
    expect(read(text)).toEqual({
      path: "/project/coldstart.config.json",
      rules: { "sequential-loads": "error" },
    });
  });

  it("may stand in pyproject.toml, as its table", () => {
    const path = "/project/pyproject.toml";
    const text =
      '[project]\nname = "x"\n\n[tool.coldstart]\nexclude = ["old"]\n\n[tool.coldstart.rules]\nsequential-loads = "off"\n';
    expect(parseConfig(path, text)).toEqual({ path, exclude: ["old"], rules: { "sequential-loads": "off" } });
    const wrong = parseConfig(path, "[tool.coldstart]\nruls = {}\n");
    expect(isProblem(wrong) && wrong.message).toContain("`ruls` is not known here");
    const broken = parseConfig(path, "[tool.coldstart]\nexclude = [\n");
    expect(isProblem(broken) && broken.message).toMatch(/^line \d+ is not TOML/);
  });

  it("takes variables as a list or as an object, null meaning one's own", () => {
    expect(read('{"env": ["A", "B=1"]}')).toMatchObject({ env: ["A", "B=1"] });
    expect(read('{"env": {"A": null, "B": "1", "C": 2}}')).toMatchObject({ env: { A: null, B: "1", C: 2 } });
  });

  it("knows each rule that there is", () => {
    for (const id of ruleIds)
      expect(read(`{"rules": {"${id}": "off"}}`)).toMatchObject({ rules: { [id]: "off" } });
  });

  it.each([
    ['{"rule": {}}', /`rule` is not known here\. Known: rules, exclude/],
    ['{"rules": {"slow-loads": "off"}}', /`rules\.slow-loads` is not known here\. Known: sequential-loads,/],
    [
      '{"rules": {"sequential-loads": "fatal"}}',
      /`rules\.sequential-loads` needs "error" or .*, not "fatal"/,
    ],
    ['{"inputs": {"search": [[]]}}', /`inputs\.search` needs the form FILE::NAME/],
    ['{"inputs": {"a.ts::b": ["q"]}}', /`inputs\.a\.ts::b\.0` needs a list of argument lists/],
    ['{"loaders": [{"callee": "x.y"}]}', /`loaders\.0\.kind` is missing/],
    ['{"env": {"A": true}}', /`env\.A` needs string or number, not true/],
    ['{"env": ["1A"]}', /`env\.0` needs the form NAME or NAME=VALUE/],
    ["[1]", /the file needs an object, not \[1\]/],
    ['{\n"rules": {,}}', /line 2 is not JSON/],
    ["", /line 1 is not JSON/],
  ])("refuses %s with one clear message", (text, message) => {
    expect(problem(text)).toMatch(message);
  });

  it("names settings that do nothing yet", () => {
    const config = read('{"python": "python3", "node": "node", "budgets": {"a.ts::b": 100}}');
    if (isProblem(config)) throw new Error(config.message);
    expect(withoutEffect(config)).toEqual(["budgets"]);
  });
});

describe("the config's JSON schema", () => {
  it("describes every setting", () => {
    const { properties = {} } = configJsonSchema();
    const undescribed = Object.entries(properties).filter(
      ([, property]) => typeof property === "boolean" || !property.description,
    );
    expect(undescribed.map(([name]) => name)).toEqual(["$schema"]);
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining([
        "rules",
        "exclude",
        "platforms",
        "loaders",
        "inputs",
        "env",
        "secrets",
        "node",
      ]),
    );
  });
});
