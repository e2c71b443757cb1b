// The app that loads four parts of two models one after another, in a hook or in the function itself.

/** Files of the local hub that hold the weights of its models. */
export const WEIGHTS: readonly string[] = [
  "Salesforce/blip-image-captioning-large/model.safetensors",
  "openai/clip-vit-base-patch32/model.safetensors",
];

const LOADS = [
  'clip = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")',
  'clip_processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")',
  'blip_processor = BlipProcessor.from_pretrained("Salesforce/blip-image-captioning-large")',
  'blip = BlipForConditionalGeneration.from_pretrained("Salesforce/blip-image-captioning-large")',
];

/** Results can be compared: the names of the classes, with tensors by name, type, place and shape, or vocabularies. */
const HEAD = `import modal
from transformers import BlipForConditionalGeneration, BlipProcessor, CLIPModel, CLIPProcessor

app = modal.App("captions")


def about(part):
    if hasattr(part, "tokenizer"):
        return part.tokenizer.get_vocab()
    return {name: [str(each.dtype), each.device.type, *each.shape] for name, each in part.state_dict().items()}

`;

export function captions(place: "enter" | "body"): string {
  const lines = (indent: string, owner: string) => LOADS.map((load) => `${indent}${owner}${load}`).join("\n");
  const parts = (owner: string) =>
    `[${["clip", "clip_processor", "blip_processor", "blip"].map((name) => owner + name).join(", ")}]`;
  const answer = (owner: string) => `return {type(part).__name__: about(part) for part in ${parts(owner)}}`;
  if (place === "body") {
    return `${HEAD}
@app.function()
def describe():
${lines("    ", "")}
    ${answer("")}
`;
  }
  return `${HEAD}
@app.cls()
class Captions:
    @modal.enter()
    def load(self):
${lines("        ", "self.")}

    @modal.method()
    def describe(self):
        ${answer("self.")}
`;
}
