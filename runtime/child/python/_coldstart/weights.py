"""Says which models have weights without values: what several threads build at once may end on torch's `meta` device."""

import gc
import sys


def tell(send):
    torch = sys.modules.get("torch")
    module = getattr(getattr(torch, "nn", None), "Module", None)
    if module is None:
        return
    # What is not asked for by its type alone may do something when it is looked at.
    models = [each for each in gc.get_objects() if _is_model(type(each), module)]
    parts = {id(part) for model in models for part in model.modules() if part is not model}
    for model in models:
        # What was put off the device on purpose is on it, too.
        if id(model) in parts or hasattr(model, "hf_device_map"):
            continue
        empty = sum(weights.is_meta for weights in model.parameters())
        if empty:
            text = "%s has %d weights without values (on the meta device): threads that build models at once get in each other's way; build them one after another, and let only their files be fetched together"
            send({"type": "note", "text": text % (type(model).__name__, empty)})


def _is_model(kind, module):
    return module in kind.__mro__ and hasattr(kind, "from_pretrained")
