// What is fetched ahead: in the build of the image, onto a volume, together before the loads; and settings that move.
import { beforeAll, describe, expect, it } from "vitest";
import type { Spelling } from "../../../facts/function.ts";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { callOf, changed, marked, spelling } from "./testing.ts";

beforeAll(() => initialise(readGrammar));

/** The decorator's call is the first `app.…(`, the image the first `modal.Image…` up to what ends it. */
function spellingOf(text: string, image: string): Spelling {
  const start = text.indexOf(image);
  const method = "run_function";
  const build = { kind: "step", image: { start, end: start + image.length }, method } as const;
  return spelling(callOf(text, "app.", text.indexOf("@app.")), { build });
}

describe("in the build", () => {
  it("runs statements that only fetch in a function of the image's last step", () => {
    const image = `modal.Image.debian_slim()
    .pip_install("huggingface_hub")`;
    const file = marked(`import modal
from huggingface_hub import snapshot_download

image = (
    ${image}
)
app = modal.App("a")

# fetched at each start
⟦snapshot_download("x", token=TOKEN)⟧


@app.function(image=image, secrets=[modal.Secret.from_name("hf")])
def f(): ...
`);
    const spellings = [spellingOf(file.text, image)];
    expect(
      changed(file, { kind: "move-to-build", file: file.file, statements: file.ranges, spellings }),
    ).toBe(
      `import modal
from huggingface_hub import snapshot_download


def download_file():
    snapshot_download("x", token=TOKEN)


image = (
    modal.Image.debian_slim()
    .pip_install("huggingface_hub")
    .run_function(download_file, secrets=[modal.Secret.from_name("hf")])
)
app = modal.App("a")


@app.function(image=image, secrets=[modal.Secret.from_name("hf")])
def f(): ...
`,
    );
  });

  it("makes the calls of a hook in the build, too, with the imports and constants that they rest on", () => {
    const image = "modal.Image.debian_slim()";
    const file = marked(`import modal

app = modal.App("a")
image = ${image}

@app.cls(image=image)
class A:
    @modal.enter()
    def load(self):
        from transformers import AutoModel
        name = "x"
        self.model = ⟦AutoModel.from_pretrained(name)⟧.eval()
        self.other = ⟦AutoModel.from_pretrained(
            "y",
        )⟧
`);
    const spellings = [spellingOf(file.text, image)];
    const after = changed(file, { kind: "fetch-in-build", file: file.file, calls: file.ranges, spellings });
    expect(after).toBe(
      file.text.replace(
        `image = ${image}`,
        `
def download_files():
    from transformers import AutoModel
    name = "x"
    AutoModel.from_pretrained(name)
    AutoModel.from_pretrained(
        "y",
    )

image = ${image}.run_function(download_files)`,
      ),
    );
  });

  it.each([
    ["what rests on the instance", "    def load(self):\n        self.m = ⟦load(self.name)⟧\n"],
    [
      "what rests on more than a constant",
      "    def load(self):\n        n = name()\n        self.m = ⟦load(n)⟧\n",
    ],
  ])("leaves alone %s", (_, body) => {
    const image = "modal.Image.debian_slim()";
    const file = marked(`image = ${image}\n@app.cls(image=image)\nclass A:\n    @modal.enter()\n${body}`);
    const spellings = [spellingOf(file.text, image)];
    expect(
      changed(file, { kind: "fetch-in-build", file: file.file, calls: file.ranges, spellings }),
    ).toBeUndefined();
  });

  it("leaves statements alone whose names are used elsewhere", () => {
    const image = "modal.Image.debian_slim()";
    const file = marked(
      `image = ${image}\n⟦path = fetch()⟧\n@app.function(image=image)\ndef f(): return path\n`,
    );
    const spellings = [spellingOf(file.text, image)];
    expect(
      changed(file, { kind: "move-to-build", file: file.file, statements: file.ranges, spellings }),
    ).toBeUndefined();
  });
});

describe("on a volume", () => {
  const keep = (text: string) => {
    const file = marked(text);
    const spellings = [spelling(callOf(file.text, "app.", file.text.indexOf("@app.")))];
    const change = {
      kind: "keep-on-volume",
      file: file.file,
      folder: "/cache",
      volume: "hf-cache",
      spellings,
    } as const;
    return changed(file, change);
  };

  it.each([
    ["@app.function()", "@app.function(volumes={'/cache': hf_cache})"],
    ["@app.function(gpu='T4')", "@app.function(gpu='T4', volumes={'/cache': hf_cache})"],
    [
      "@app.function(\n    gpu='T4',\n)",
      "@app.function(\n    gpu='T4',\n    volumes={'/cache': hf_cache},\n)",
    ],
    ["@app.function(volumes={'/a': a})", "@app.function(volumes={'/a': a, '/cache': hf_cache})"],
  ])("turns %j into %j", (before, after) => {
    const text = (decorator: string, more = "") =>
      `import modal\n\napp = modal.App('a')\n${more}\n${decorator}\ndef f(): ...\n`;
    const volume = "hf_cache = modal.Volume.from_name('hf-cache', create_if_missing=True)\n";
    expect(keep(text(before))).toBe(text(after, volume));
  });

  it("takes the volume that the file has made already", () => {
    const volume = "kept = modal.Volume.from_name('hf-cache', create_if_missing=True)\n";
    const before = `import modal\n\napp = modal.App('a')\n${volume}\n@app.function()\ndef f(): ...\n`;
    expect(keep(before)).toBe(before.replace("function()", "function(volumes={'/cache': kept})"));
  });

  it("leaves alone volumes that are named elsewhere", () => {
    expect(
      keep("import modal\napp = modal.App()\n@app.function(volumes=all_volumes)\ndef f(): ...\n"),
    ).toBeUndefined();
  });
});

describe("together, ahead of the loads", () => {
  const prefetch = (source: string) => {
    const file = marked(source);
    const [statement, ...names] = file.ranges;
    if (!statement) throw new Error("nothing is marked");
    const ignored = 'ignore_patterns=["*.h5"]';
    const fetches = names.map((name) => ({
      callee: "huggingface_hub.snapshot_download",
      arguments: [name, ignored],
    }));
    return changed(file, { kind: "prefetch", file: file.file, scope: 1, statement, fetches });
  };

  it("fetches in threads and leaves the loads as they are", () => {
    const source = `import modal

with image.imports():
    import torch
    from transformers import A, B

class C:
    def load(self):
        # loads
        self.a = A.load(NAME_A)
        self.b = B.load("b")
`;
    const marks = source
      .replace("self.a = A.load(NAME_A)", "⟦self.a = A.load(NAME_A)⟧")
      .replace("load(NAME_A)", "load(⟦NAME_A⟧)")
      .replace('"b"', '⟦"b"⟧');
    const ordered = marked(marks);
    const statement = ordered.ranges[1];
    const names = [ordered.ranges[0], ordered.ranges[2]].filter((range) => range !== undefined);
    if (!statement) throw new Error("nothing is marked");
    const fetches = names.map((name) => ({
      callee: "huggingface_hub.snapshot_download",
      arguments: [name, 'ignore_patterns=["*.h5"]'],
    }));
    const change = { kind: "prefetch", file: ordered.file, scope: 1, statement, fetches } as const;
    expect(changed(ordered, change)).toBe(`from concurrent.futures import ThreadPoolExecutor

import modal

with image.imports():
    import torch
    from transformers import A, B
    from huggingface_hub import snapshot_download

class C:
    def load(self):
        # The downloads overlap; the loads below find the files there.
        with ThreadPoolExecutor() as pool:
            pool.submit(snapshot_download, NAME_A, ignore_patterns=["*.h5"])
            pool.submit(snapshot_download, "b", ignore_patterns=["*.h5"])
        # loads
        self.a = A.load(NAME_A)
        self.b = B.load("b")
`);
  });

  it("breaks lines that would be too long", () => {
    const name = (letter: string) => `"${letter.repeat(50)}"`;
    const submitted = (letter: string) => `        pool.submit(
            snapshot_download,
            ${name(letter)},
            ignore_patterns=["*.h5"],
        )
`;
    const text = prefetch(`def f():
    ⟦a = A.load("a")⟧
    b = A.load(⟦${name("b")}⟧), A.load(⟦${name("c")}⟧)
`);
    expect(text).toContain(submitted("b"));
  });

  it("imports where the function imports, and only once", () => {
    expect(
      prefetch(`def f():
    from huggingface_hub import snapshot_download
    from transformers import A
    ⟦a = A.load('a')⟧
    b = A.load(⟦'b'⟧), A.load(⟦'c'⟧)
`),
    ).toBe(`from concurrent.futures import ThreadPoolExecutor

def f():
    from huggingface_hub import snapshot_download
    from transformers import A
    # The downloads overlap; the loads below find the files there.
    with ThreadPoolExecutor() as pool:
        pool.submit(snapshot_download, 'b', ignore_patterns=['*.h5'])
        pool.submit(snapshot_download, 'c', ignore_patterns=['*.h5'])
    a = A.load('a')
    b = A.load('b'), A.load('c')
`);
  });
});

describe("settings", () => {
  it("give way to other names and values", () => {
    const file = marked("@app.function(⟦keep_warm⟧=1, timeout=⟦9⟧)\ndef f(): ...\nf.⟦keep_warm⟧(⟦⟧3)\n");
    const texts = ["min_containers", "10", "update_autoscaler", "min_containers="];
    const parts = file.ranges.map((range, index) => ({ range, text: texts[index] ?? "" }));
    expect(changed(file, { kind: "replace", file: file.file, parts })).toBe(
      "@app.function(min_containers=1, timeout=10)\ndef f(): ...\nf.update_autoscaler(min_containers=3)\n",
    );
  });

  it.each([
    ["@app.function(old=9)", "@app.function()"],
    ["@app.function(old=9, a=1)", "@app.function(a=1)"],
    ["@app.function(a=1, old=9)", "@app.function(a=1)"],
    ["@app.function(\n    a=1,\n    old=9,\n)", "@app.function(\n    a=1,\n)"],
    ["@app.function(\n    old=9,\n)", "@app.function()"],
  ])("become decorators: %j", (before, after) => {
    const text = (decorator: string) => `from modal import App\n\n${decorator}\nasync def f(): ...\n`;
    const file = marked(text(before));
    const call = callOf(file.text, "app.function(");
    const decorate = { setting: "old", decorator: "modal.concurrent", as: "max_inputs" };
    expect(changed(file, { kind: "decorate", file: file.file, call, ...decorate })).toBe(
      text(`${after}\n@concurrent(max_inputs=9)`).replace("import App", "import App, concurrent"),
    );
  });
});
