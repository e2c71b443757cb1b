// Real models of `transformers` from the local hub, in real containers: as written, and with each fix applied.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Hub, startHub } from "../../fixtures/hub/hub.ts";
import { type Project, project } from "../cli/coldstart.ts";
import { lintDocument, read, runDocument } from "../cli/contract.ts";
import { captions, WEIGHTS } from "./captions.ts";
import { hubModels, pythonEnvironment } from "./environment.ts";

const WORDS = `import modal
from transformers import AutoModel, AutoTokenizer

app = modal.App("words")


@app.cls()
class Words:
    @modal.enter()
    def load(self):
        self.tokenizer = AutoTokenizer.from_pretrained("google-bert/bert-base-uncased")
        self.model = AutoModel.from_pretrained("google-bert/bert-base-uncased")

    @modal.method()
    def embed(self, text):
        tokens = self.tokenizer(text, return_tensors="pt")
        return [self.tokenizer.tokenize(text), list(self.model(**tokens).last_hidden_state.shape)]
`;

let hub: Hub;
beforeAll(async () => {
  // Weights in other forms lie beside those that are loaded, as on the real hub.
  const others = Object.fromEntries(
    ["pytorch_model.bin", "tf_model.h5", "model.fp32.safetensors"].flatMap((name) =>
      WEIGHTS.map((weights) => [weights.replace("model.safetensors", name), 30_000_000]),
    ),
  );
  hub = await startHub({ folder: hubModels(), files: others });
});
afterAll(() => hub.close());

/** Importing `torch` alone takes seconds, and longer where other tests run. */
const LONG = 240_000;

function app(text: string): Project {
  // Volumes are kept from run to run: this project's are its own.
  const cache = mkdtempSync(join(tmpdir(), "coldstart-cache-"));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  return project(
    { "app.py": text, "coldstart.config.json": JSON.stringify({ python: pythonEnvironment() }) },
    { COLDSTART_CACHE: cache },
  );
}

/** What a function returns, and which large files it fetched. */
async function run({ coldstart }: Project, name: string, ...args: readonly string[]) {
  const before = hub.requests.length;
  const { stdout, stderr, code } = await coldstart(
    ...["run", `app.py::${name}`, "--format", "json", "--env", `HF_ENDPOINT=${hub.url}`, ...args],
  );
  if (code !== 0) throw new Error(stdout + stderr);
  const fetched = hub.requests
    .slice(before)
    .flatMap((request) => /^GET \/parts\/(.*)/.exec(request)?.[1] ?? []);
  return { result: read(runDocument, stdout).result, fetched: fetched.sort() };
}

const NAMES = ["BlipForConditionalGeneration", "BlipProcessor", "CLIPModel", "CLIPProcessor"];

describe("models of transformers", { timeout: LONG }, () => {
  it("are tokenized for and answer", async () => {
    const { result } = await run(app(WORDS), "Words.embed", "--input", '["a cat on the sea"]');
    expect(result).toEqual([
      ["a", "cat", "on", "the", "sea"],
      [1, 7, 256],
    ]);
  });

  it("are the same as they were where their files are fetched together", async () => {
    const written = app(captions("body"));
    const before = await run(written, "describe");
    expect(Object.keys(before.result as object).sort()).toEqual(NAMES);
    expect(before.result).toMatchObject({
      CLIPModel: { "visual_projection.weight": ["torch.float32", "cpu", 64, 256] },
      BlipProcessor: { cat: 59 },
    });
    expect(before.fetched).toEqual(WEIGHTS);

    await written.coldstart("lint", "app.py", "--fix");
    const text = readFileSync(join(written.folder, "app.py"), "utf8");
    expect(text.match(/snapshot_download,$/gm)).toHaveLength(2);
    expect(text.match(/from_pretrained\(/g)).toHaveLength(4);
    expect(await run(written, "describe")).toEqual(before);
  });

  it("are not promised to be whole where threads build them, so that this is offered after what is safe", async () => {
    const { stdout } = await app(captions("enter")).coldstart("lint", "app.py", "--format", "json");
    const { findings } = read(lintDocument, stdout);
    const loads = findings.filter(({ rule }) => rule === "sequential-loads");
    expect(loads).toHaveLength(4);
    for (const { fixes } of loads) {
      expect(fixes.map(({ safety }) => safety)).toEqual(["safe", "unsafe"]);
      expect(fixes[1]?.why).toMatch(/damage models/);
    }
  });

  it("are told of where weights were left without values", async () => {
    const { coldstart } = app(`from transformers import BertConfig, BertModel

size = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
whole = BertModel(BertConfig(**size))
empty = BertModel(BertConfig(**size)).to("meta")


def handler(event, context):
    return "hardly"
`);
    const { stderr } = await coldstart("run", "app.py::handler");
    expect(stderr.match(/BertModel has \d+ weights without values/g)).toHaveLength(1);
  });
});
