"""Turns whatever user code raised into plain data that can leave the container. Loaded by the first error."""

import errno
import sys

from .errors import Failure

#: What files of the platform's code, and of the machinery of imports, are called.
_OURS = ("<coldstart>", "<frozen importlib")
_ERRNO = {
    errno.ENOSPC: "disk",
    errno.EDQUOT: "disk",
    errno.ECONNREFUSED: "network",
    errno.ENETUNREACH: "network",
    errno.EHOSTUNREACH: "network",
}
#: Classes of HTTP libraries and hubs, by their names: they need not be imported to be known.
_UNREACHABLE = {
    "gaierror",
    "ConnectError",
    "ConnectTimeout",
    "ConnectionError",
    "ConnectTimeoutError",
    "NewConnectionError",
    "EndpointConnectionError",
    "LocalEntryNotFoundError",
    "OfflineModeIsEnabled",
}
#: What errors mean that are raised without a word.
_MEANINGS = {
    "AssertionError": "(no message: what it asserts is not so)",
    "MemoryError": "(no message: memory ran out)",
    "NotImplementedError": "(no message: this is not implemented)",
    "TimeoutError": "(no message: something took longer than it may)",
}
_NO_GPU = (
    "Torch not compiled with CUDA enabled",
    "Found no NVIDIA driver",
    "No CUDA GPUs are available",
    "no CUDA-capable device",
    "CUDA driver version is insufficient",
    "Attempting to deserialize object on a CUDA device",
    "libcuda.so",
)


def describe(error):
    if isinstance(error, Failure):
        failure = {"kind": error.kind, "name": error.name, "message": str(error)}
        stack = _stack(error) if error.kind == "environment" else ""
        # Only where it leads to a line of the user's.
        return (
            {**failure, "stack": stack.replace(_title(error), error.name + ":")}
            if '  File "' in stack
            else failure
        )
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ in ("builtins", "__main__")
        else kind.__module__ + "." + kind.__qualname__
    )
    failure = {"kind": "error", "name": name.rpartition(".")[2], "message": _message(error)}
    stack = _stack(error)
    if '  File "' in stack:
        failure["stack"] = stack
    elif isinstance(error, TypeError) and "argument" in failure["message"]:
        # Raised by the call itself: it was given too few of them, or too many.
        failure["message"] += "; arguments are given by --input '[…]' or the config's inputs"
    lack = _lack(error)
    if lack:
        failure["lacks"] = lack
    return failure


def _title(error):
    """As a stack begins its last line."""
    return "%s.%s:" % (type(error).__module__, type(error).__qualname__)


def describe_ended(error, reason):
    """What comes of an input that nobody waits for any more: for that reason, whatever user code made of it."""
    name = "FunctionTimeoutError" if reason == "timeout" else "CancelledError"
    message = (
        "the function did not end within its timeout" if reason == "timeout" else "the call was cancelled"
    )
    stack = _stack(error)
    return {
        "kind": reason,
        "name": name,
        "message": message,
        **({"stack": stack} if '  File "' in stack else {}),
    }


def _message(error):
    if isinstance(error, SyntaxError) and error.filename:
        # Code for a newer Python looks like a mistake to an older one.
        version = "%d.%d" % sys.version_info[:2]
        return "%s (%s, line %s, as Python %s reads it)" % (error.msg, error.filename, error.lineno, version)
    try:
        return str(error) or _MEANINGS.get(type(error).__name__, "(no message)")
    except Exception:
        return "(its message cannot be read)"


def _stack(error):
    from traceback import TracebackException

    from .source import show_texts

    show_texts()
    try:
        shown = TracebackException.from_exception(error)
        _prune(shown, 0)
        return "".join(shown.format()).rstrip("\n")
    except Exception:
        return ""


def _prune(shown, depth):
    """Leaves out what is the platform's, and the machinery of imports."""
    if shown is None or depth > 8:
        return
    shown.stack[:] = [frame for frame in shown.stack if not frame.filename.startswith(_OURS)]
    for inner in (shown.__cause__, shown.__context__, *(getattr(shown, "exceptions", None) or ())):
        _prune(inner, depth + 1)


def _lack(error, depth=0):
    """Looks for the root of an error among its causes: `Max retries exceeded` says nothing, its cause does."""
    if error is None or depth > 8:
        return None
    if isinstance(error, ModuleNotFoundError):
        if error.name and not _is_of_project(error.name):
            return "package"
    elif isinstance(error, ImportError) and "cannot open shared object file" in str(error):
        return "package"
    elif isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    elif any(kind.__name__ in _UNREACHABLE for kind in type(error).__mro__):
        return "network"
    if any(text in _message(error) for text in _NO_GPU):
        return "gpu"
    inner = (error.__cause__, None if error.__suppress_context__ else error.__context__)
    nested = getattr(error, "exceptions", ())
    for other in (
        *inner,
        *(nested if isinstance(nested, tuple) else ()),
        getattr(error, "reason", None),
        *error.args,
    ):
        if isinstance(other, BaseException) and other is not error:
            lack = _lack(other, depth + 1)
            if lack:
                return lack
    return None


def _is_of_project(name):
    """A module that is missing in a package that is there is the code's own mistake."""
    top = name.partition(".")[0]
    return top != name and top in sys.modules
