"""Times the expressions that a profile run has marked, by a changed tree: the text, its lines and columns stay as they are."""

import ast
from time import thread_time

from . import channel
from .json_text import loads

#: Last line of a marked text: where the expressions stand, in the words of `ast`.
MARK = b"# coldstart-spans: "
_NAME = "__coldstart_span__"
_done = []
_awaited = set()


def compile_marked(data, path):
    """A text without marks is compiled as it is."""
    text, found, marks = data.rpartition(MARK)
    if not found:
        return compile(data, path, "exec", dont_inherit=True)
    places = {_key(place): place["id"] for place in loads(marks.decode().strip())}
    tree = _Timer(places).visit(ast.parse(text, path))
    import builtins

    setattr(builtins, _NAME, _time)
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


def _key(place):
    return place["node"], place["line"], place["column"], place["endLine"], place["endColumn"]


class _Timer(ast.NodeTransformer):
    """`EXPR` becomes `time(start(id), EXPR)`: what it does, and where, stays the same; no name of the user's is touched."""

    def __init__(self, places):
        self.places = places

    def visit(self, node):
        self.generic_visit(node)
        if not isinstance(node, (ast.Call, ast.Await)):
            return node
        where = (type(node).__name__, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        if where not in self.places:
            return node
        number = ast.Constant(self.places[where])
        if isinstance(node, ast.Await):
            _awaited.add(number.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "submit":
            # What is handed to a pool of threads is timed where it runs, and not its way there.
            node.func = ast.copy_location(self._timing(number, node.func, ast.Constant("submit")), node.func)
            return node
        # Arguments are evaluated from left to right: the start is taken before the expression, the end after it.
        return ast.copy_location(self._timing(self._timing(number), node), node)

    @staticmethod
    def _timing(*arguments):
        return ast.Call(ast.Name(_NAME, ast.Load()), list(arguments), [])


def _time(token, *given):
    if not given:
        return token, channel.now(), thread_time(), _queued()
    if len(given) > 1:
        return _submitting(token, given[0])
    value = given[0]
    kind = type(value)
    if hasattr(kind, "cr_frame"):
        return _follow(token[0], value)
    if hasattr(value, "add_done_callback"):
        value.add_done_callback(lambda _: _end(token, True))
    else:
        _end(token)
    return value


def _end(token, loop=False):
    number, started, processor, queued = token
    ended = channel.now()
    span = {"type": "span", "id": number, "started": started, "ms": ended - started}
    span["cpu"] = (thread_time() - processor) * 1000
    if loop or number in _awaited:
        span["loop"] = True
    if queued is not None:
        span["queued"] = (_queued() or queued) - queued
    _done.append(span)


def _queued():
    """How long this thread has waited for a free processor; Linux tells."""
    try:
        with open("/proc/thread-self/schedstat", "rb", 0) as file:
            return int(file.read().split()[1]) / 1e6
    except (OSError, ValueError, IndexError):
        return None


async def _follow(number, coroutine):
    """A coroutine does nothing before somebody waits for it."""
    token = _time(number)
    try:
        return await coroutine
    finally:
        _end(token, True)


def _submitting(number, submit):
    if type(getattr(submit, "__self__", None)).__module__ != "concurrent.futures.thread":
        return submit

    def timed(function, *args, **kwargs):
        token = _time(number)
        try:
            return function(*args, **kwargs)
        finally:
            _end(token)

    return lambda function, *args, **kwargs: submit(timed, function, *args, **kwargs)


def say():
    """Says which spans have ended since the last time."""
    done = _done[:]
    del _done[: len(done)]
    for span in done:
        channel.send(span)
