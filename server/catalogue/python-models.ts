// Weights, tables and indexes in Python: what reads them from disk, and what fetches them first.
import type { CatalogueRow } from "../facts/project.ts";
import { hubCache } from "./python-hub.ts";
import { pure, rows } from "./rows.ts";

const TORCH = "https://docs.pytorch.org/docs/stable/hub.html";
const TORCH_LOAD = "https://docs.pytorch.org/docs/stable/generated/torch.load.html";
const KERAS = "https://keras.io/api/models/model_saving_apis/model_saving_and_loading/";
const WHISPER = "https://github.com/openai/whisper#python-usage";
const NUMPY = "https://numpy.org/doc/stable/reference/generated/numpy.load.html";
const PANDAS = "https://pandas.pydata.org/docs/reference/io.html";
const PICKLE = "https://docs.python.org/3/library/pickle.html";

const model = { kind: "load", source: "disk", shared: true } as const;
const data = { kind: "load", source: "disk", overlap: "overlaps" } as const;
const fetched = { kind: "download", source: "network", shared: true } as const;

const path = (keyword: string) => ({ target: { argument: 0, keyword, kind: "path" } }) as const;
const name = (keyword: string) => ({ target: { argument: 0, keyword, kind: "name" } }) as const;

/** Where one library keeps what it fetches. */
function cache(folder: string, keywords: string, ...variables: readonly (readonly [string, string])[]) {
  return {
    cache: {
      keywords: keywords.split(" "),
      variables: variables.map(([name, below]) => ({ name, below })),
      folder,
    },
  };
}

const torchHub = cache(
  "/root/.cache/torch/hub",
  "model_dir",
  ["TORCH_HOME", "hub"],
  ["XDG_CACHE_HOME", "torch/hub"],
);
const isPath = /^(\.{0,2}\/|\$|~)|\/.+\.\w+$/;
const isUrl = /^https?:/;

export const pythonModels: readonly CatalogueRow[] = [
  ...rows(TORCH_LOAD, "torch.", "load jit.load", { ...data, ...path("f"), shared: true }),
  ...rows(TORCH, "torch.hub.", "load", {
    ...fetched,
    overlap: "thread-unsafe",
    ...name("repo_or_dir"),
    ...torchHub,
  }),
  ...rows(TORCH, "torch.hub.", "load_state_dict_from_url", {
    ...fetched,
    overlap: "overlaps",
    target: { argument: 0, keyword: "url", kind: "url" },
    ...torchHub,
  }),
  ...rows(TORCH, "torch.hub.", "download_url_to_file", {
    kind: "download",
    source: "network",
    overlap: "overlaps",
    target: { argument: 0, keyword: "url", kind: "url" },
    writes: 1,
  }),
  ...rows(
    "https://docs.pytorch.org/docs/stable/generated/torch.compile.html",
    "torch.",
    "compile jit.script jit.trace",
    { kind: "compile", source: "memory", overlap: "blocks", shared: true, versions: ">=1.0" },
  ),
  ...rows(
    "https://docs.pytorch.org/vision/stable/models.html",
    "torchvision.models.",
    "* detection.* segmentation.* video.*",
    {
      ...fetched,
      overlap: "thread-unsafe",
      when: { argument: 99, keyword: "weights", is: /./ },
      ...torchHub,
      versions: ">=0.13",
    },
  ),
  ...rows(
    "https://docs.pytorch.org/vision/stable/models.html",
    "torchvision.models.",
    "* detection.* segmentation.* video.*",
    {
      ...fetched,
      overlap: "thread-unsafe",
      when: { argument: 0, keyword: "pretrained", is: /^true$/i },
      ...torchHub,
    },
  ),
  ...rows(
    KERAS,
    "",
    "tensorflow.keras.models.load_model keras.models.load_model keras.saving.load_model tensorflow.saved_model.load tf_keras.models.load_model",
    { ...model, overlap: "thread-unsafe", ...path("filepath") },
  ),
  ...rows("https://keras.io/api/applications/", "", "tensorflow.keras.applications.* keras.applications.*", {
    ...fetched,
    overlap: "thread-unsafe",
    ...cache("/root/.keras/models", "cache_dir", ["KERAS_HOME", "models"]),
  }),
  ...rows(
    "https://keras.io/api/utils/python_utils/#getfile-function",
    "",
    "tensorflow.keras.utils.get_file keras.utils.get_file",
    {
      kind: "download",
      source: "network",
      overlap: "overlaps",
      ...name("fname"),
      ...cache("/root/.keras/datasets", "cache_dir", ["KERAS_HOME", "datasets"]),
    },
  ),
  ...rows("https://www.tensorflow.org/hub/caching", "tensorflow_hub.", "load resolve KerasLayer", {
    ...fetched,
    overlap: "thread-unsafe",
    ...name("handle"),
    ...cache("/tmp/tfhub_modules", "", ["TFHUB_CACHE_DIR", ""]),
  }),
  ...rows(
    "https://joblib.readthedocs.io/en/stable/generated/joblib.load.html",
    "",
    "joblib.load sklearn.externals.joblib.load",
    { ...model, overlap: "overlaps", ...path("filename") },
  ),
  ...rows(PICKLE, "", "pickle.load dill.load cloudpickle.load _pickle.load marshal.load", {
    ...model,
    overlap: "overlaps",
    ...path("file"),
  }),
  ...rows("https://docs.python.org/3/library/json.html#json.load", "", "json.load orjson.load ujson.load", {
    ...data,
    usuallySmall: true,
    ...path("fp"),
  }),
  ...rows(NUMPY, "numpy.", "load loadtxt genfromtxt fromfile memmap", { ...data, ...path("file") }),
  ...rows(
    PANDAS,
    "pandas.",
    "read_csv read_parquet read_json read_feather read_pickle read_excel read_table read_hdf read_orc",
    {
      kind: "load",
      source: "network",
      overlap: "overlaps",
      volatile: true,
      when: { argument: 0, is: isUrl },
      target: { argument: 0, kind: "url" },
    },
  ),
  ...rows(
    PANDAS,
    "pandas.",
    "read_csv read_parquet read_json read_feather read_pickle read_excel read_table read_hdf read_orc",
    { ...data, ...path("path") },
  ),
  ...rows(
    "https://docs.pola.rs/api/python/stable/reference/io.html",
    "polars.",
    "read_csv read_parquet read_json read_ipc read_ndjson",
    { ...data, ...path("source") },
  ),
  ...rows(
    "https://arrow.apache.org/docs/python/parquet.html",
    "pyarrow.",
    "parquet.read_table feather.read_table csv.read_csv",
    { ...data, ...path("source") },
  ),
  ...rows(
    "https://huggingface.co/docs/safetensors/index",
    "safetensors.",
    "torch.load_file numpy.load_file flax.load_file tensorflow.load_file safe_open torch.load_model",
    { ...data, shared: true, ...path("filename") },
  ),
  ...rows("https://onnxruntime.ai/docs/api/python/api_summary.html", "onnxruntime.", "InferenceSession", {
    ...model,
    overlap: "overlaps",
    ...path("path_or_bytes"),
  }),
  ...rows("https://onnx.ai/onnx/api/serialization.html", "onnx.", "load load_model", {
    ...model,
    overlap: "overlaps",
    ...path("f"),
  }),
  ...rows("https://llama-cpp-python.readthedocs.io/en/latest/api-reference/", "llama_cpp.", "Llama", {
    ...model,
    overlap: "thread-unsafe",
    ...path("model_path"),
  }),
  ...rows(
    "https://llama-cpp-python.readthedocs.io/en/latest/api-reference/",
    "llama_cpp.",
    "Llama.from_pretrained",
    { ...fetched, overlap: "thread-unsafe", ...name("repo_id"), cache: hubCache },
  ),
  ...rows("https://docs.vllm.ai/en/latest/api/vllm/index.html", "vllm.", "LLM", {
    ...model,
    overlap: "thread-unsafe",
    when: { argument: 0, keyword: "model", is: isPath },
    ...path("model"),
  }),
  ...rows(
    "https://docs.vllm.ai/en/latest/api/vllm/index.html",
    "vllm.",
    "LLM AsyncLLMEngine.from_engine_args LLMEngine.from_engine_args AsyncLLM.from_engine_args",
    {
      ...fetched,
      overlap: "thread-unsafe",
      ...name("model"),
      cache: { ...hubCache, keywords: ["download_dir"] },
      onDevice: true,
    },
  ),
  ...rows(
    "https://python.langchain.com/docs/integrations/vectorstores/faiss/",
    "",
    "langchain_community.vectorstores.FAISS.load_local langchain.vectorstores.FAISS.load_local",
    { ...model, overlap: "overlaps", ...path("folder_path") },
  ),
  ...rows(WHISPER, "whisper.", "load_model", {
    ...model,
    overlap: "thread-unsafe",
    when: { argument: 0, keyword: "name", is: isPath },
    ...path("name"),
  }),
  ...rows(WHISPER, "whisper.", "load_model", {
    ...fetched,
    overlap: "thread-unsafe",
    ...name("name"),
    ...cache("/root/.cache/whisper", "download_root", ["XDG_CACHE_HOME", "whisper"]),
  }),
  ...rows("https://github.com/m-bain/whisperX#python-usage--", "whisperx.", "load_model load_align_model", {
    ...fetched,
    overlap: "thread-unsafe",
    ...name("whisper_arch"),
    cache: hubCache,
  }),
  ...rows("https://github.com/openai/CLIP#api", "clip.", "load", {
    ...fetched,
    overlap: "thread-unsafe",
    ...name("name"),
    ...cache("/root/.cache/clip", "download_root"),
  }),
  ...rows(
    "https://github.com/mlfoundations/open_clip#usage",
    "open_clip.",
    "create_model create_model_and_transforms create_model_from_pretrained",
    { ...fetched, overlap: "thread-unsafe", ...name("model_name"), cache: hubCache },
  ),
  ...rows("https://github.com/mlfoundations/open_clip#usage", "open_clip.", "get_tokenizer", {
    ...model,
    overlap: "thread-unsafe",
    ...name("model_name"),
    light: true,
  }),
  ...rows("https://timm.fast.ai/create_model", "timm.", "create_model", {
    ...fetched,
    overlap: "thread-unsafe",
    when: { argument: 1, keyword: "pretrained", is: /^true$/i },
    ...name("model_name"),
    cache: hubCache,
  }),
  ...rows("https://spacy.io/api/top-level#spacy.load", "spacy.", "load", {
    ...model,
    overlap: "thread-unsafe",
    ...name("name"),
  }),
  ...rows("https://spacy.io/api/cli#download", "spacy.", "cli.download", {
    kind: "download",
    source: "network",
    overlap: "thread-unsafe",
    ...name("model"),
  }),
  // One downloader with a state of its own serves all calls.
  ...rows("https://www.nltk.org/api/nltk.downloader.html", "nltk.", "download", {
    kind: "download",
    source: "network",
    overlap: "blocks",
    ...name("info_or_id"),
    ...cache("/root/nltk_data", "download_dir", ["NLTK_DATA", ""]),
  }),
  ...rows(
    "https://docs.ultralytics.com/reference/models/yolo/model/",
    "ultralytics.",
    "YOLO RTDETR SAM FastSAM YOLOWorld",
    {
      ...model,
      overlap: "thread-unsafe",
      when: { argument: 0, keyword: "model", is: /\// },
      ...path("model"),
    },
  ),
  ...rows(
    "https://docs.ultralytics.com/reference/models/yolo/model/",
    "ultralytics.",
    "YOLO RTDETR SAM FastSAM YOLOWorld",
    { ...fetched, overlap: "thread-unsafe", ...name("model") },
  ),
  ...rows("https://github.com/JaidedAI/EasyOCR#usage", "easyocr.", "Reader", {
    ...fetched,
    overlap: "thread-unsafe",
    ...cache("/root/.EasyOCR", "model_storage_directory", ["EASYOCR_MODULE_PATH", ""]),
  }),
  ...rows("https://radimrehurek.com/gensim/downloader.html", "gensim.downloader.", "load", {
    ...fetched,
    overlap: "overlaps",
    ...name("name"),
    ...cache("/root/gensim-data", "", ["GENSIM_DATA_DIR", ""]),
  }),
  ...rows(
    "https://radimrehurek.com/gensim/models/keyedvectors.html",
    "gensim.models.",
    "KeyedVectors.load KeyedVectors.load_word2vec_format Word2Vec.load",
    { ...model, overlap: "overlaps", ...path("fname") },
  ),
  ...rows("https://fasttext.cc/docs/en/python-module.html", "fasttext.", "load_model", {
    ...model,
    overlap: "overlaps",
    ...path("path"),
  }),
  ...rows(
    "https://github.com/facebookresearch/faiss/wiki/Index-IO,-cloning-and-hyper-parameter-tuning",
    "faiss.",
    "read_index",
    { ...model, overlap: "overlaps", ...path("filename") },
  ),
  ...rows(
    "https://lightgbm.readthedocs.io/en/latest/pythonapi/lightgbm.Booster.html",
    "lightgbm.",
    "Booster",
    {
      ...model,
      overlap: "overlaps",
      when: { argument: 99, keyword: "model_file", is: /./ },
      target: { argument: 99, keyword: "model_file", kind: "path" },
    },
  ),
  ...rows(
    "https://docs.mlflow.org/latest/python_api/mlflow.pyfunc.html",
    "mlflow.",
    "pyfunc.load_model sklearn.load_model pytorch.load_model",
    { ...fetched, overlap: "overlaps", ...name("model_uri") },
  ),
  ...pure(
    TORCH_LOAD,
    "torch.",
    "device dtype no_grad inference_mode autocast cuda.is_available cuda.empty_cache cuda.device_count set_grad_enabled set_float32_matmul_precision set_num_threads manual_seed backends.mps.is_available tensor zeros ones",
  ),
  ...pure(
    NUMPY,
    "numpy.",
    "array zeros ones asarray arange float32 int64 concatenate stack linalg.norm mean",
  ),
];
