"""The modules that user code imports: `modal` and those of its parts that apps name."""

import sys

from ..current import input_id
from . import exceptions, image, marks, note, plan, resources, schedules, secrets
from .app import App
from .checks import Retries
from .classes import Cls
from .functions import Function
from .matcher import FilePatternMatcher
from .spawned import FunctionCall

_Module = type(sys)
_ELSEWHERE = (
    "Sandbox",
    "Dict",
    "Queue",
    "Client",
    "NetworkFileSystem",
    "CloudBucketMount",
    "Proxy",
    "Tunnel",
    "Cluster",
    "Environment",
    "Workspace",
)
_SAID = ("SchedulerPlacement", "Mount", "Probe")


def provide(real):
    modal = _Module("modal")
    modal.__path__ = getattr(real, "__path__", [])
    modal.__version__ = getattr(real, "__version__", "0")
    names = {
        "App": App,
        "Stub": App,
        "Function": Function,
        "Cls": Cls,
        "FunctionCall": FunctionCall,
        "Image": image.Image,
        "Volume": resources.Volume,
        "Secret": secrets.Secret,
        "Cron": schedules.Cron,
        "Period": schedules.Period,
        "Retries": Retries,
        "parameter": marks.parameter,
        "is_local": lambda: plan["mode"] in ("entrypoint", "describe"),
        "current_input_id": lambda: input_id.get() or None,
        "current_function_call_id": lambda: input_id.get() or None,
        "interact": lambda: None,
        "enable_output": _Quiet,
        "FilePatternMatcher": FilePatternMatcher,
    }
    for name in (
        "method",
        "enter",
        "exit",
        "build",
        "concurrent",
        "batched",
        "clustered",
        "fastapi_endpoint",
        "web_endpoint",
        "asgi_app",
        "wsgi_app",
        "web_server",
    ):
        names[name] = getattr(marks, name)
    names.update((name, resources.said(name)) for name in _SAID)
    names.update((name, resources.elsewhere(name)) for name in _ELSEWHERE)
    for name, value in names.items():
        setattr(modal, name, value)
    modal.__getattr__ = _fallback
    sys.modules["modal"] = modal
    _provide_parts(modal, real)


class _Quiet:
    """`with modal.enable_output()`: there is no progress to show."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


def _fallback(name):
    if name.startswith("__"):
        raise AttributeError("module 'modal' has no attribute %r" % name)
    return _decorates if name.islower() and name != "forward" else resources.elsewhere(name)


_PARTS = {
    "app": ("App",),
    "stub": ("Stub",),
    "functions": ("Function", "FunctionCall"),
    "cls": ("Cls", "parameter"),
    "image": ("Image",),
    "volume": ("Volume",),
    "secret": ("Secret",),
    "schedule": ("Cron", "Period"),
    "retries": ("Retries",),
    "mount": ("Mount",),
    "partial_function": ("method", "enter", "exit", "build"),
}


def _provide_parts(modal, real):
    def part(name):
        module = _Module("modal." + name)
        sys.modules[module.__name__] = module
        setattr(modal, name, module)
        return module

    for name, members in _PARTS.items():
        module = part(name)
        for member in members:
            setattr(module, member, getattr(modal, member))
    gpu = part("gpu")
    gpu.__getattr__ = _gpu
    part("experimental").__getattr__ = _experimental
    if real is not None and "modal.exception" in sys.modules:
        modal.exception = sys.modules["modal.exception"]
    else:
        exceptions.provide(part("exception"))
    modal.Error = modal.exception.Error


def _experimental(name):
    if name.startswith("__"):  # Whoever looks at all modules asks for `__file__`.
        raise AttributeError(name)
    return _decorates


def _decorates(*args, **kwargs):
    """A decorator that is not known here: what it is put on stays as it is."""
    return lambda function: function


def _gpu(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *args, **kwargs: name


def tell_of_gpu(gpu):
    import os

    if gpu and not os.path.exists("/dev/nvidia0") and not os.path.exists("/dev/nvidiactl"):
        note(
            "the function asks for a GPU (%s), and there is none here: figures are those of the CPU" % (gpu,)
        )
