// Libraries for one task in Python (speech, vision, words), which bring models of their own.
import type { CatalogueRow } from "../facts/project.ts";
import { hubCache, loader } from "./python-hub.ts";
import { rows } from "./rows.ts";

const alone = { overlap: "thread-unsafe" } as const;
const fetched = { kind: "download", source: "network", overlap: "thread-unsafe", shared: true } as const;

const name = (keyword: string) => ({ target: { argument: 0, keyword, kind: "name" } }) as const;

/** Where one library keeps what it fetches. */
function cache(
  folder: string,
  keywords: readonly string[],
  ...variables: readonly (readonly [string, string])[]
): Pick<CatalogueRow, "cache"> {
  return {
    cache: { keywords, variables: variables.map(([variable, below]) => ({ name: variable, below })), folder },
  };
}

export const pythonTasks: readonly CatalogueRow[] = [
  ...loader(
    {
      reference: "https://github.com/pyannote/pyannote-audio#tldr",
      prefix: "pyannote.audio.",
      names: "Pipeline.from_pretrained Model.from_pretrained",
      argument: 0,
      keyword: "checkpoint_path",
    },
    alone,
  ),
  ...loader(
    {
      reference: "https://github.com/urchade/GLiNER#usage",
      prefix: "gliner.",
      names: "GLiNER.from_pretrained",
      argument: 0,
      keyword: "pretrained_model_name_or_path",
    },
    alone,
  ),
  ...loader(
    {
      reference: "https://github.com/unslothai/unsloth#-quickstart",
      prefix: "unsloth.",
      names: "FastLanguageModel.from_pretrained FastModel.from_pretrained FastVisionModel.from_pretrained",
      argument: 0,
      keyword: "model_name",
    },
    { ...alone, onDevice: true },
  ),
  ...loader(
    {
      reference: "https://github.com/marella/ctransformers#usage",
      prefix: "ctransformers.",
      names: "AutoModelForCausalLM.from_pretrained",
      argument: 0,
      keyword: "model_path_or_repo_id",
    },
    alone,
  ),
  ...loader(
    {
      reference: "https://github.com/FlagOpen/FlagEmbedding#usage",
      prefix: "FlagEmbedding.",
      names: "FlagModel BGEM3FlagModel FlagReranker FlagLLMReranker FlagAutoModel.from_finetuned",
      argument: 0,
      keyword: "model_name_or_path",
    },
    alone,
  ),
  ...rows(
    "https://github.com/resemble-ai/chatterbox#usage",
    "chatterbox.",
    "tts.ChatterboxTTS.from_pretrained tts_turbo.ChatterboxTurboTTS.from_pretrained mtl_tts.ChatterboxMultilingualTTS.from_pretrained",
    {
      ...fetched,
      cache: hubCache,
    },
  ),
  ...rows("https://github.com/hexgrad/kokoro#usage", "kokoro.", "KPipeline KModel", {
    ...fetched,
    cache: hubCache,
  }),
  ...rows("https://docs.coqui.ai/en/latest/inference.html", "TTS.api.", "TTS", {
    ...fetched,
    ...name("model_name"),
    ...cache("/root/.local/share/tts", [], ["TTS_HOME", "tts"], ["XDG_DATA_HOME", "tts"]),
  }),
  ...rows(
    "https://github.com/facebookresearch/audiocraft/blob/main/docs/MUSICGEN.md",
    "audiocraft.models.",
    "MusicGen.get_pretrained AudioGen.get_pretrained MAGNeT.get_pretrained",
    {
      ...fetched,
      ...name("name"),
      cache: hubCache,
    },
  ),
  ...rows(
    "https://qdrant.github.io/fastembed/",
    "fastembed.",
    "TextEmbedding SparseTextEmbedding ImageEmbedding LateInteractionTextEmbedding",
    {
      ...fetched,
      ...name("model_name"),
      ...cache("/tmp/fastembed_cache", ["cache_dir"], ["FASTEMBED_CACHE_PATH", ""]),
    },
  ),
  ...rows(
    "https://github.com/deepinsight/insightface/tree/master/python-package",
    "insightface.app.",
    "FaceAnalysis",
    {
      ...fetched,
      ...name("name"),
      ...cache("/root/.insightface", ["root"]),
    },
  ),
  ...rows("https://github.com/danielgatis/rembg#usage-as-a-library", "rembg.", "new_session", {
    ...fetched,
    ...name("model_name"),
    ...cache("/root/.u2net", [], ["U2NET_HOME", ""], ["XDG_DATA_HOME", ".u2net"]),
  }),
  ...rows(
    "https://mindee.github.io/doctr/using_doctr/using_models.html",
    "doctr.models.",
    "ocr_predictor kie_predictor",
    {
      ...fetched,
      when: { argument: 99, keyword: "pretrained", is: /^true$/i },
      ...cache("/root/.cache/doctr", [], ["DOCTR_CACHE_DIR", ""]),
    },
  ),
  ...rows(
    "https://flairnlp.github.io/docs/tutorial-basics/how-predictions-work",
    "flair.",
    "models.SequenceTagger.load models.TextClassifier.load nn.Classifier.load",
    {
      ...fetched,
      ...name("model_path"),
      ...cache("/root/.flair", [], ["FLAIR_CACHE_ROOT", ""]),
    },
  ),
  ...rows("https://stanfordnlp.github.io/stanza/download_models.html", "stanza.", "Pipeline download", {
    ...fetched,
    ...name("lang"),
    ...cache("/root/stanza_resources", ["dir", "model_dir"], ["STANZA_RESOURCES_DIR", ""]),
  }),
];
