"""The container's end of the protocol: frames on file descriptor 3, as runtime/child/frames.ts describes them."""

import os
from _thread import allocate_lock
from time import perf_counter

from .json_text import dumps, loads

FD = 3
_read = os.read
_write = os.write
_own = os.getpid()
_buffer = b""
_reading = allocate_lock()
_writing = allocate_lock()
_answers = {}
_calls = 0
#: Waits until there is something to read; an event loop of user code goes on meanwhile.
wait = None


def now():
    """Milliseconds on the monotonic clock that parent and child share."""
    return perf_counter() * 1000


def send(message, payload=b""):
    """Writes a whole frame before it returns: what has been said is not lost when user code ends the process next."""
    if os.getpid() != _own:
        os._exit(0)  # A copy of the container that user code has forked off has nothing to say.
    header = dumps(message).encode()
    frame = len(header).to_bytes(4, "little") + len(payload).to_bytes(4, "little") + header + payload
    with _writing:
        view = memoryview(frame)
        while view:
            try:
                view = view[_write(FD, view) :]
            except BlockingIOError:
                _pause()
            except OSError:
                _gone()


def receive():
    """The next frame that is no answer to a call: header and payload."""
    while True:
        if wait is not None and not _buffer:
            wait()
        with _reading:
            header, payload = _frame()
            if header["type"] != "answer":
                return header, payload
            _answers[header["call"]] = header, payload


def ask(message, payload):
    """Sends a request and waits for its answer. Several threads may wait at once: one of them reads for all."""
    global _calls
    with _writing:
        _calls += 1
        call = _calls
    send({"type": "request", "call": call, **message}, payload)
    while True:
        with _reading:
            if call in _answers:
                return _answers.pop(call)
            header, payload = _frame()
            if header["type"] == "answer":
                _answers[header["call"]] = header, payload


def _frame():
    prefix = _take(8)
    header = _take(int.from_bytes(prefix[:4], "little"))
    return loads(header.decode()), _take(int.from_bytes(prefix[4:], "little"))


def _take(size):
    global _buffer
    while len(_buffer) < size:
        try:
            chunk = _read(FD, 65536 if size < 65536 else size)
        except BlockingIOError:
            _pause()
            continue
        except OSError:
            _gone()
        if not chunk:
            _gone()
        _buffer += chunk
    taken, _buffer = _buffer[:size], _buffer[size:]
    return taken


def _pause():
    from time import sleep

    sleep(0.001)


def _gone():
    """A parent that is gone takes the container with it."""
    os.kill(os.getpid(), 9)
