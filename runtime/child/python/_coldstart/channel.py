"""The container's end of the protocol: frames on file descriptor 3, as runtime/child/frames.ts describes them."""

import os
from _thread import allocate_lock, start_new_thread
from time import perf_counter

from .current import input_id
from .json_text import dumps, loads

FD = 3
#: So many parts of an answer may be under way before one is taken; see runtime/child/messages.ts.
WINDOW = 16
#: Beyond this size payloads are neither copied nor collected piece by piece.
_LARGE = 65536
_read = os.read
_readv = os.readv
_write = os.write
_own = os.getpid()
_buffer = b""
_reading = allocate_lock()
_writing = allocate_lock()
_handing = allocate_lock()
#: Who hears the answers to a request, by its number.
_waiting = {}
_calls = 0
#: What is no answer, once a thread reads for all.
_inbox = None
#: What has been looked at and not been taken.
_kept = []
#: Takes a frame in place of the inbox, in the thread that reads.
deliver = None
#: Told that a thread reads from now on.
release = None
#: Waits until there is something to read; an event loop of user code goes on meanwhile.
wait = None
#: Ends that wait.
awake = None


def now():
    """Milliseconds on the monotonic clock that parent and child share."""
    return perf_counter() * 1000


def send(message, payload=b""):
    """Writes a whole frame before it returns: what has been said is not lost when user code ends the process next."""
    if os.getpid() != _own:
        os._exit(0)  # A copy of the container that user code has forked off has nothing to say.
    header = dumps(message).encode()
    head = len(header).to_bytes(4, "little") + len(payload).to_bytes(4, "little") + header
    with _writing:
        if len(payload) < _LARGE:
            _write_all(head + payload)
        else:
            _write_all(head)
            _write_all(payload)


def _write_all(data):
    view = memoryview(data)
    while view:
        try:
            view = view[_write(FD, view) :]
        except BlockingIOError:
            _pause()
        except OSError:
            _gone()


def receive():
    """The next frame that is no answer to a request: header and payload."""
    while True:
        if _kept:
            return _kept.pop(0)
        if wait is not None and not _buffer and is_quiet():
            wait()
        if _inbox is not None:
            if wait is None or not is_quiet():
                return _inbox.get()
            continue
        with _reading:
            if _inbox is not None:
                continue
            header, payload = _frame()
        if not _is_answer(header, payload):
            return header, payload


def peek():
    """Headers of what is there to be received, which stays there."""
    from select import select

    while not is_quiet():
        _kept.append(_inbox.get())
    with _reading:
        while _inbox is None and (_buffer or select([FD], [], [], 0)[0]):
            header, payload = _frame()
            if not _is_answer(header, payload):
                _kept.append((header, payload))
    return [header for header, _ in _kept]


def available():
    """What is there to be received, for an event loop that has seen that there is something."""
    frames = []
    with _reading:
        while _inbox is None:
            header, payload = _frame()
            if not _is_answer(header, payload):
                frames.append((header, payload))
            if not _buffer:
                break
    return frames


def is_quiet():
    return _inbox is None or _inbox.empty()


def has_rest():
    """Whether more has been read than was taken."""
    return bool(_buffer)


def has_reader():
    """Whether a thread reads for all."""
    return _inbox is not None


def hand_over(to):
    """Frames go to `to(header, payload)` from now on, in the thread that reads."""
    global deliver
    with _handing:
        deliver = to
        while _kept:
            to(*_kept.pop(0))
        while not is_quiet():
            to(*_inbox.get())


def request(message, payload, heard):
    """Asks the platform; `heard(header, payload)` is called with each answer, in the thread that reads."""
    global _calls
    with _writing:
        _calls += 1
        call = _calls
    _waiting[call] = heard
    _start_reading()
    asking = input_id.get()
    send({"type": "request", "call": call, **({"input": asking} if asking else {}), **message}, payload)
    return call


def abort(call):
    """Gives up a request."""
    if _waiting.pop(call, None) is not None:
        send({"type": "abort", "call": call})


def ask(message, payload=b""):
    """Sends a request and waits for its answer."""
    from _queue import SimpleQueue

    from . import interrupts

    box = SimpleQueue()
    call = request(message, payload, lambda *answer: box.put(answer))
    try:
        interrupts.raise_pending()
        return box.get()
    finally:
        abort(call)


def _start_reading():
    """Somebody has to read while the container runs user code: from the first request on, a thread does."""
    global _inbox
    with _writing:
        if _inbox is not None:
            return
        from _queue import SimpleQueue

        _inbox = SimpleQueue()
    start_new_thread(_read_on, ())
    if release is not None:
        release()


def _read_on():
    while True:
        with _reading:
            header, payload = _frame()
        if _is_answer(header, payload):
            continue
        with _handing:
            if deliver is not None:
                deliver(header, payload)
                continue
            _inbox.put((header, payload))
        woken = awake
        if woken is not None:
            woken()


def _is_answer(header, payload):
    if header["type"] != "answer":
        return False
    call = header["call"]
    heard = _waiting.get(call) if header.get("more") else _waiting.pop(call, None)
    if heard is not None:
        try:
            heard(header, payload)
        except RuntimeError:
            pass  # The event loop that waited is closed.
    return True


def _frame():
    prefix = _take(8)
    header = _take(int.from_bytes(prefix[:4], "little"))
    return loads(header.decode()), _take(int.from_bytes(prefix[4:], "little"))


def _take(size):
    global _buffer
    if size > _LARGE and len(_buffer) < size:
        whole = bytearray(size)
        view = memoryview(whole)
        view[: len(_buffer)] = _buffer
        view, _buffer = view[len(_buffer) :], b""
        while view:
            view = view[_get(lambda rest=view: _readv(FD, [rest])) :]
        return whole
    while len(_buffer) < size:
        _buffer += _get(lambda: _read(FD, _LARGE))
    taken, _buffer = _buffer[:size], _buffer[size:]
    return taken


def _get(read):
    while True:
        try:
            got = read()
        except BlockingIOError:
            _pause()
            continue
        except OSError:
            _gone()
        if not got:
            _gone()
        return got


def _pause():
    from time import sleep

    sleep(0.001)


def _gone():
    """A parent that is gone takes the container with it."""
    os.kill(os.getpid(), 9)
