// Images say what containers begin with, and refuse what cannot be meant.
import { describe, expect, it } from "vitest";
import { FUNCTION, IMAGE } from "./definition.ts";
import { App, Image, OptionError } from "./index.ts";

const steps = (image: Image) => image[IMAGE].steps;

describe("an image", () => {
  it("is a chain of steps", () => {
    const fetchWeights = () => 1;
    const image = Image.node(24)
      .npmInstall("zod", ["sharp@0.34"])
      .pipInstall("numpy>=2")
      .aptInstall("ffmpeg")
      .runCommands("echo a", "echo -n b")
      .runFunction(fetchWeights)
      .env({ A: "1" })
      .addLocalFile("a.json", "/data/")
      .addLocalDir("data", "data")
      .workdir("/srv");
    expect(image[IMAGE]).toEqual({
      version: 1,
      base: "node@24",
      steps: [
        { kind: "npmInstall", packages: ["zod", "sharp@0.34"] },
        { kind: "pipInstall", packages: ["numpy>=2"] },
        { kind: "other", name: "aptInstall", args: ["ffmpeg"] },
        { kind: "runCommands", commands: ["echo a", "echo -n b"] },
        { kind: "runFunction", name: "fetchWeights", source: "() => 1", run: fetchWeights },
        { kind: "env", variables: { A: "1" } },
        { kind: "addLocal", what: "file", local: "a.json", remote: "/data/" },
        { kind: "addLocal", what: "folder", local: "data", remote: "data" },
        { kind: "workdir", path: "/srv" },
      ],
    });
    expect(Image.python("3.12")[IMAGE].base).toBe("python@3.12");
  });

  it("stays as it is when a step is added to it", () => {
    const shared = Image.node().env({ A: "1" });
    const more = shared.env({ B: "2" });
    expect(steps(shared)).toHaveLength(1);
    expect(steps(more)).toHaveLength(2);
  });

  it("keeps what it was given, whatever becomes of that", () => {
    const variables = { A: "1" };
    const image = Image.node().env(variables);
    variables.A = "2";
    expect(steps(image)).toEqual([{ kind: "env", variables: { A: "1" } }]);
  });

  it.each<[string, () => unknown, string]>([
    ["a version that is none", () => Image.node("lts"), 'the version is "lts"'],
    ["no package", () => Image.node().npmInstall(), "it takes a package"],
    ["an empty package", () => Image.node().pipInstall(" "), '" " is not a package'],
    ["an option", () => Image.node().npmInstall("--force"), "--force is an option"],
    ["no command", () => Image.node().runCommands(), "it takes a command"],
    ["no function", () => Image.node().runFunction("fetch" as never), '"fetch" is no function'],
    ["a value that is no text", () => Image.node().env({ A: 1 as never }), "A is 1; it must be a string"],
    ["a name that is none", () => Image.node().env({ "A=B": "1" }), '"A=B" is no name'],
    ["no variables", () => Image.node().env("A=1" as never), '"A=1" is no object'],
    ["no path", () => Image.node().addLocalFile("a", undefined as never), "remote is undefined"],
    ["no folder", () => Image.node().workdir(""), 'the folder is ""'],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });
});

describe("the option image", () => {
  const image = Image.node().env({ A: "1" });
  const own = Image.node().env({ A: "2" });

  it("is the function's own, else the app's", () => {
    const app = new App("app", { image });
    expect(app.function(() => 1)[FUNCTION].options.image).toBe(image[IMAGE]);
    expect(app.function({ image: own }, () => 1)[FUNCTION].options.image).toBe(own[IMAGE]);
    expect(new App("bare").function(() => 1)[FUNCTION].options.image).toBeUndefined();
  });

  it("is an image", () => {
    expect(() => new App("app", { image: "node" as never })).toThrow(
      'image is "node"; it must be an image such as Image.node()',
    );
    expect(() => new App("app").function({ image: {} as never }, () => 1)).toThrow(OptionError);
  });
});

describe("types", () => {
  it("take images alone, and steps as they are meant", () => {
    const definitions = () => {
      const image = Image.node("24").runFunction(async () => 1);
      const app = new App("types", { image });
      app.function({ image, enter: () => ({ a: 1 }) }, ({ a }, n: number) => a + n);
      // @ts-expect-error an image is wanted
      app.function({ image: "node" }, () => 1);
      // @ts-expect-error an image begins by Image.node() or Image.python()
      new Image();
      // @ts-expect-error the function takes no arguments
      image.runFunction((path: string) => path);
      // @ts-expect-error values are strings
      image.env({ N: 1 });
      // @ts-expect-error where it goes is missing
      image.addLocalFile("a.json");
    };
    expect(definitions).toBeTypeOf("function");
  });
});
