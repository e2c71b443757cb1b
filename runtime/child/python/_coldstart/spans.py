"""Times the expressions that a profile run has marked, by a changed tree: the text, its lines and columns stay as they are."""

import ast

from . import channel
from .json_text import loads

#: Last line of a marked text: where the expressions stand, in the words of `ast`.
MARK = b"# coldstart-spans: "
_NAME = "__coldstart_span__"
_done = []


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
        # Arguments are evaluated from left to right: the start is taken before the expression, the end after it.
        time = ast.Name(_NAME, ast.Load())
        start = ast.Call(time, [ast.Constant(self.places[where])], [])
        return ast.copy_location(ast.Call(ast.Name(_NAME, ast.Load()), [start, node], []), node)


def _time(token, *value):
    if not value:
        return token, channel.now()
    ended = channel.now()
    _done.append((*token, ended))
    return value[0]


def say():
    """Says which spans have ended since the last time."""
    for number, started, ended in _done:
        channel.send({"type": "span", "id": number, "started": started, "ms": ended - started})
    del _done[:]
