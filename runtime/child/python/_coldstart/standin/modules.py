"""The modules that user code imports: `modal` and those of its parts that apps name."""

import sys

from ..current import input_id
from . import exceptions, image, marks, matcher, named, note, plan, resources, schedules, secrets
from .app import App
from .checks import Retries
from .classes import Cls
from .functions import Function
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
    named.real = real
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
        "FilePatternMatcher": matcher.FilePatternMatcher,
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
    if not name.islower():
        return resources.elsewhere(name)
    its = getattr(named.real, name, None)
    if name in _PLACES or isinstance(its, _Module):
        return resources.Elsewhere(name)
    if its is not None or name in _DECORATORS:
        return _decorates
    raise AttributeError("module 'modal' has no attribute %r" % name)


#: Functions and parts of the package that speak with Modal alone.
_PLACES = (
    "forward billing call_graph client cloud_bucket_mount cluster config container_process dict environments io_streams"
    " network_file_system object output parallel_map proxy queue running_app sandbox scheduler_placement server"
    " stream_type types workspace"
).split()
_DECORATORS = ("sessioned",)


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
    patterns = part("file_pattern_matcher")
    patterns.FilePatternMatcher = matcher.FilePatternMatcher
    patterns.NON_PYTHON_FILES = ~matcher.FilePatternMatcher("**/*.py")
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
