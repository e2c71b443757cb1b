// Models of the Hugging Face hub in Python: fetched where no cache holds them, then built.
import type { CatalogueRow } from "../facts/project.ts";
import { pure, rows } from "./rows.ts";

const LOADING =
  "https://huggingface.co/docs/transformers/main_classes/model#transformers.PreTrainedModel.from_pretrained";
const THREADS = "https://github.com/huggingface/transformers/issues/41782 (models built in several threads)";
const DIFFUSERS = "https://github.com/huggingface/diffusers/issues/4296 (pipelines built in several threads)";
const CACHE = "https://huggingface.co/docs/huggingface_hub/guides/manage-cache";
const MIXIN =
  "https://huggingface.co/docs/huggingface_hub/package_reference/mixins#huggingface_hub.ModelHubMixin.from_pretrained";
const DOWNLOAD = "https://huggingface.co/docs/huggingface_hub/guides/download";
const SENTENCE = "https://sbert.net/docs/package_reference/sentence_transformer/SentenceTransformer.html";

/** Variables that say where the hub's files are kept, the strongest first. */
export const hubCache: NonNullable<CatalogueRow["cache"]> = {
  keywords: ["cache_dir", "local_dir", "cache_folder", "download_root"],
  variables: [
    { name: "HF_HUB_CACHE", below: "" },
    { name: "HUGGINGFACE_HUB_CACHE", below: "" },
    { name: "TRANSFORMERS_CACHE", below: "" },
    { name: "HF_HOME", below: "hub" },
    { name: "XDG_CACHE_HOME", below: "huggingface/hub" },
  ],
  folder: "/root/.cache/huggingface/hub",
};

/** A model that is named by a folder is on disk. */
const folder = /^(\.{0,2}\/|\$|~)/;

type Fetching = Pick<CatalogueRow, "fetch" | "light" | "overlap" | "onDevice">;

const fetching = {
  callee: "huggingface_hub.snapshot_download",
  passes: ["revision", "cache_dir", "token"],
  refuses: [
    "cache_folder",
    "force_download",
    "gguf_file",
    "model_file_name",
    "subfolder",
    "use_safetensors",
    "variant",
  ],
};

/** Of one model there may be weights in other forms and precisions beside those that are loaded. */
const model: Fetching = {
  overlap: "thread-unsafe",
  fetch: {
    ...fetching,
    arguments: ['allow_patterns=["*.json", "*.txt", "*.model", "model.safetensors", "model-*.safetensors"]'],
  },
};

/** Models of sentence_transformers are made of modules, with weights in folders of their own. */
const modules = {
  ...fetching,
  arguments: ['allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"]'],
};

const tokenizer: Fetching = {
  overlap: "thread-unsafe",
  light: true,
  fetch: {
    ...fetching,
    arguments: ['allow_patterns=["*.json", "*.txt", "*.model"]', 'ignore_patterns=["*/*"]'],
  },
};

const pipeline: Fetching = { overlap: "thread-unsafe" };

interface Loader {
  readonly reference: string;
  readonly prefix: string;
  readonly names: string;
  readonly argument: number;
  readonly keyword: string;
  readonly versions?: string;
  /** The argument may be a model that stands already: only a name that is written down counts. */
  readonly takesObjects?: true;
}

/** A loader in its three forms: from a folder, from the cache alone, and from the hub. */
export function loader(
  { reference, prefix, names, argument, keyword, versions = "*", takesObjects }: Loader,
  how: Fetching,
): readonly CatalogueRow[] {
  const facts = { shared: true, overlap: how.overlap, versions, ...(how.light && { light: true }) } as const;
  const target = { argument, keyword };
  return names.split(" ").flatMap((name) => [
    ...rows(reference, prefix, name, {
      ...facts,
      kind: "load",
      source: "disk",
      when: { ...target, is: folder },
      target: { ...target, kind: "path" },
    }),
    ...rows(reference, prefix, name, {
      ...facts,
      kind: "load",
      source: "disk",
      when: { argument: 99, keyword: "local_files_only", is: /^true$/ },
      target: { ...target, kind: "name" },
    }),
    ...rows(reference, prefix, name, {
      ...facts,
      kind: "download",
      source: "network",
      ...(takesObjects && { when: { ...target, is: /./, optional: true } }),
      target: { ...target, kind: "name" },
      cache: hubCache,
      ...(how.fetch && { fetch: how.fetch }),
      ...(how.onDevice && { onDevice: true }),
    }),
  ]);
}

const pretrained = { argument: 0, keyword: "pretrained_model_name_or_path" };
const builders = "*Model *For* *LMHeadModel *Encoder *Decoder *Backbone AutoModel"
  .split(" ")
  .map((name) => `${name}.from_pretrained`);
const parts =
  "*Tokenizer *TokenizerFast *Processor *ImageProcessor *ImageProcessorFast *FeatureExtractor AutoTokenizer AutoProcessor"
    .split(" ")
    .map((name) => `${name}.from_pretrained`);

const all = (names: readonly string[]) => names.join(" ");

/** `org/name`, and no folder of the project. */
const hubName =
  /^(?!(models?|checkpoints?|ckpts?|weights|data|outputs?|results|saved|artifacts|assets|tmp)\/)[\w][\w.-]*\/[\w][\w.-]*$/i;

/** Packages that keep to the hub's own way of loading a model by its name. */
const anyPackage: readonly CatalogueRow[] = ["*", "*.*", "*.*.*", "*.*.*.*"].flatMap((path) => [
  ...pure(MIXIN, `${path}.`, "*Config.from_pretrained"),
  ...["pretrained_model_name_or_path", "model_name", "model_id", "model", "repo_id"].flatMap((keyword) =>
    rows(MIXIN, `${path}.`, "*.from_pretrained", {
      kind: "download",
      source: "network",
      overlap: "thread-unsafe",
      shared: true,
      when: { argument: 0, keyword, is: hubName },
      target: { argument: 0, keyword, kind: "name" },
      cache: hubCache,
      onDevice: true,
    }),
  ),
]);

export const pythonHub: readonly CatalogueRow[] = [
  ...loader({ reference: LOADING, prefix: "transformers.", names: all(parts), ...pretrained }, tokenizer),
  ...loader({ reference: THREADS, prefix: "transformers.", names: all(builders), ...pretrained }, model),
  ...pure(
    LOADING,
    "transformers.",
    "*Config *Config.from_dict set_seed logging.set_verbosity_error logging.set_verbosity",
  ),
  ...loader(
    {
      reference: "https://huggingface.co/docs/transformers/main_classes/pipelines",
      prefix: "transformers.",
      names: "pipeline",
      argument: 1,
      keyword: "model",
      takesObjects: true,
    },
    { ...pipeline, ...(model.fetch && { fetch: model.fetch }) },
  ),
  ...loader(
    {
      reference: DIFFUSERS,
      prefix: "diffusers.",
      names:
        "*Pipeline.from_pretrained *Model.from_pretrained *Scheduler.from_pretrained Autoencoder*.from_pretrained *ForText2Image.from_pretrained *ForImage2Image.from_pretrained *ForInpainting.from_pretrained *.from_pretrained *.from_single_file",
      ...pretrained,
    },
    pipeline,
  ),
  ...loader(
    {
      reference: SENTENCE,
      prefix: "sentence_transformers.",
      names: "SentenceTransformer SparseEncoder",
      argument: 0,
      keyword: "model_name_or_path",
    },
    { overlap: "thread-unsafe", fetch: { ...modules, owner: "sentence-transformers" } },
  ),
  ...loader(
    {
      reference: SENTENCE,
      prefix: "sentence_transformers.",
      names: "CrossEncoder",
      argument: 0,
      keyword: "model_name_or_path",
    },
    { overlap: "thread-unsafe", fetch: modules },
  ),
  ...loader(
    {
      reference: "https://huggingface.co/docs/optimum/index",
      prefix: "optimum.onnxruntime.",
      names: "ORTModel.from_pretrained ORTModelFor*.from_pretrained",
      argument: 0,
      keyword: "model_id",
    },
    pipeline,
  ),
  ...loader(
    {
      reference: "https://huggingface.co/docs/peft/package_reference/peft_model",
      prefix: "peft.",
      names: "AutoPeftModel*.from_pretrained AutoPeftModel.from_pretrained",
      ...pretrained,
    },
    pipeline,
  ),
  ...loader(
    {
      reference: "https://huggingface.co/docs/peft/package_reference/peft_model",
      prefix: "peft.",
      names: "PeftModel.from_pretrained PeftModelFor*.from_pretrained",
      argument: 1,
      keyword: "model_id",
    },
    pipeline,
  ),
  ...loader(
    {
      reference: "https://huggingface.co/docs/tokenizers/api/tokenizer",
      prefix: "tokenizers.",
      names: "Tokenizer.from_pretrained",
      argument: 0,
      keyword: "identifier",
    },
    { overlap: "overlaps", light: true },
  ),
  ...loader(
    {
      reference: "https://github.com/SYSTRAN/faster-whisper#usage",
      prefix: "faster_whisper.",
      names: "WhisperModel",
      argument: 0,
      keyword: "model_size_or_path",
    },
    { overlap: "thread-unsafe" },
  ),
  ...rows(DOWNLOAD, "huggingface_hub.", "snapshot_download hf_hub_download cached_download", {
    kind: "download",
    source: "network",
    overlap: "overlaps",
    target: { argument: 0, keyword: "repo_id", kind: "name" },
    cache: hubCache,
    versions: ">=0.8",
  }),
  ...rows("https://huggingface.co/docs/datasets/loading", "datasets.", "load_dataset", {
    kind: "download",
    source: "network",
    overlap: "overlaps",
    target: { argument: 0, keyword: "path", kind: "name" },
    cache: {
      keywords: ["cache_dir"],
      variables: [
        { name: "HF_DATASETS_CACHE", below: "" },
        { name: "HF_HOME", below: "datasets" },
        { name: "XDG_CACHE_HOME", below: "huggingface/datasets" },
      ],
      folder: "/root/.cache/huggingface/datasets",
    },
  }),
  ...rows("https://huggingface.co/docs/datasets/loading", "datasets.", "load_from_disk", {
    kind: "load",
    source: "disk",
    overlap: "overlaps",
    target: { argument: 0, keyword: "dataset_path", kind: "path" },
  }),
  ...pure(CACHE, "huggingface_hub.", "login scan_cache_dir HfApi"),
  ...anyPackage,
];
