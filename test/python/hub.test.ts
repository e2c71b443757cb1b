// The local hub as the real `huggingface_hub` meets it, inside containers of ours.
import { describe, expect, it, onTestFinished } from "vitest";
import { type Hub, type HubOptions, startHub } from "../../fixtures/hub/hub.ts";
import { project } from "../cli/coldstart.ts";
import { read, runDocument } from "../cli/contract.ts";
import { pythonEnvironment } from "./environment.ts";

const WEIGHTS = 1_500_000;
const FILES = {
  "shop/ranker/config.json": 200,
  "shop/ranker/weights.bin": WEIGHTS,
  "shop/ranker/onnx/model.onnx": 3000,
  "shop/ranker/onnx/small/model.onnx": 100,
};

const APP = `import os
from huggingface_hub import HfApi, hf_hub_download, snapshot_download


def sizes(folder):
    return {os.path.relpath(os.path.join(at, name), folder): os.path.getsize(os.path.join(at, name))
            for at, _, names in os.walk(folder) for name in names}


def snapshot(event, context):
    return sizes(snapshot_download("shop/ranker", **event))


def weights(event, context):
    path = hf_hub_download("shop/ranker", "weights.bin")
    return [os.path.getsize(path), os.path.basename(os.path.realpath(path))]


def twice(event, context):
    return [weights(event, context), weights(event, context)]


def tree(event, context):
    return sorted(entry.path for entry in HfApi().list_repo_tree("shop/ranker", **event))


def fails(event, context):
    try:
        hf_hub_download(event["repository"], event["file"], revision=event.get("revision"))
    except Exception as error:
        return type(error).__name__
`;

/** Runs a function of the app against a hub of its own. */
async function against(options: HubOptions, name: string, event: object = {}, ...env: string[]) {
  const hub = await startHub({ files: FILES, ...options });
  onTestFinished(() => hub.close());
  const { coldstart } = project({
    "app.py": APP,
    "coldstart.config.json": JSON.stringify({ python: pythonEnvironment() }),
  });
  const variables = [`HF_ENDPOINT=${hub.url}`, ...env].flatMap((each) => ["--env", each]);
  const input = ["--input", JSON.stringify([event]), "--format", "json"];
  const { stdout } = await coldstart("run", `app.py::${name}`, ...input, ...variables);
  return { result: read(runDocument, stdout).result, hub };
}

const downloads = ({ requests }: Hub) => requests.filter((request) => request.startsWith("GET /parts/"));

describe("the local hub", () => {
  it("gives whole repositories, and the files that a pattern names", async () => {
    const whole = await against({}, "snapshot");
    expect(whole.result).toEqual({
      "config.json": 200,
      "weights.bin": WEIGHTS,
      "onnx/model.onnx": 3000,
      "onnx/small/model.onnx": 100,
    });
    const some = await against({}, "snapshot", { allow_patterns: ["*.json"] });
    expect(some.result).toEqual({ "config.json": 200 });
    expect(downloads(some.hub)).toEqual([]);
  });

  it("redirects large files to another address, and names them by their digest", async () => {
    const { result, hub } = await against({}, "twice");
    const [first, second] = result as [number, string][];
    expect(first).toEqual([WEIGHTS, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(second).toEqual(first);
    expect(downloads(hub)).toEqual(["GET /parts/shop/ranker/weights.bin"]);
  });

  it("goes on where a download broke off", async () => {
    // The client keeps what it has in pieces of 10 MiB.
    const files = { "shop/ranker/weights.bin": 24_000_000 };
    const { result, hub } = await against({ broken: 1, files }, "weights");
    expect(result).toEqual([24_000_000, expect.any(String)]);
    expect(downloads(hub)).toHaveLength(2);
    expect(hub.ranges).toEqual([`bytes=${10 * 1024 * 1024}-`]);
  });

  it("lists folders as they are asked for", async () => {
    expect((await against({}, "tree")).result).toEqual(["config.json", "onnx", "weights.bin"]);
    const below = await against({}, "tree", { path_in_repo: "onnx", recursive: true });
    expect(below.result).toEqual(["onnx/model.onnx", "onnx/small", "onnx/small/model.onnx"]);
  });

  it.each([
    [{ repository: "shop/nothing", file: "config.json" }, "RepositoryNotFoundError"],
    [{ repository: "shop/ranker", file: "no.json" }, "RemoteEntryNotFoundError"],
    [{ repository: "shop/ranker", file: "config.json", revision: "v9" }, "RevisionNotFoundError"],
  ])("says what is missing: %j", async (event, error) => {
    expect((await against({}, "fails", event)).result).toBe(error);
  });

  it("asks for a token, and takes the right one", async () => {
    const gated = { gated: { "shop/ranker": "hf_right" } };
    const event = { repository: "shop/ranker", file: "config.json" };
    expect((await against(gated, "fails", event)).result).toBe("GatedRepoError");
    expect((await against(gated, "fails", event, "HF_TOKEN=hf_wrong")).result).toBe("GatedRepoError");
    expect((await against(gated, "fails", event, "HF_TOKEN=hf_right")).result).toBeNull();
  });

  it("is asked again where it was too busy", async () => {
    const { result, hub } = await against({ busy: 3 }, "weights");
    expect(result).toEqual([WEIGHTS, expect.any(String)]);
    expect(downloads(hub)).toHaveLength(1);
  });
});
