"""Ends synchronous user code that nobody waits for any more: by a signal, since code that reads nothing notices nothing else."""

import sys

import _signal

_running = False
#: The signal came while a frame was on its way: user code is told as soon as that is done.
_pending = False
#: A signal came while no user code ran: for an input that has ended, or for one that lies there to be read.
_stray = False


class InputCancellation(BaseException):
    """What user code sees. No `Exception`: code that catches all errors and goes on is not meant."""


def cancellation():
    """The class by which apps of a platform know it."""
    known = getattr(sys.modules.get("modal.exception"), "InputCancellation", InputCancellation)
    return known if isinstance(known, type) and issubclass(known, BaseException) else InputCancellation


def install():
    """Takes a signal that user code has not taken, and says which."""
    for name in ("SIGUSR1", "SIGUSR2"):
        number = getattr(_signal, name, None)
        if number is not None and _signal.getsignal(number) == _signal.SIG_DFL:
            _signal.signal(number, _on_signal)
            return name
    return None


def begin(number=None):
    """User code of an input runs in the main thread from now on, and may be interrupted."""
    global _running, _pending, _stray
    _running, _pending = True, False
    if _stray and number is not None:
        from .channel import peek

        _stray = False
        if any(header["type"] == "cancel" and header["input"] == number for header in peek()):
            _pending = True
        raise_pending()  # The signal may have come while this was looked for.


def end():
    """Says whether it was interrupted."""
    global _running
    _running = False
    return _pending


def raise_pending():
    if _running and _pending:
        raise cancellation()("the input was cancelled")


def interrupt(thread):
    """Raises it in another thread, where Python can do that; it takes effect at the next step of Python code there."""
    try:
        from ctypes import c_ulong, py_object, pythonapi

        pythonapi.PyThreadState_SetAsyncExc(c_ulong(thread), py_object(cancellation()))
    except (ImportError, AttributeError):
        pass


def _on_signal(number, frame):
    global _pending, _stray
    if not _running:
        _stray = True
    if not _running or _pending:
        return
    _pending = True
    while frame is not None:
        if frame.f_code.co_filename == _CHANNEL and frame.f_code.co_name != "ask":
            return
        frame = frame.f_back
    raise cancellation()("the input was cancelled")


#: The file whose functions are never left half way.
_CHANNEL = _on_signal.__code__.co_filename.replace("interrupts", "channel")
