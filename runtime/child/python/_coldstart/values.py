"""Values on their way in and out: JSON towards the outside (an error names the place of what JSON cannot say), pickles inside."""

from .errors import Failure
from .json_text import dumps, loads


def decode_arguments(encoding, payload):
    """Positional and keyword arguments."""
    if encoding == "json":
        return loads(payload.decode()), {}
    from pickle import loads as unpickle

    return unpickle(payload)


def encode_result(encoding, value):
    if encoding != "json":
        return pickled(value, "the result")
    try:
        return dumps(value).encode()
    except Exception as error:
        refusal = _find(value, "result", {}) or "%s, which JSON cannot say" % error
    raise Failure(
        "error",
        "ResultError",
        refusal + "; return strings, finite numbers, booleans, None, lists and dicts with plain keys",
    )


def pickled(value, what, place="result"):
    from pickle import dumps as pickle

    try:
        return pickle(value, 5)
    except Exception as error:
        found = _unpicklable(value, place, set()) or "%s (%s)" % (place, error)
    raise _pickle_error(
        "error",
        "PickleError",
        "%s cannot be copied into another container: %s; pass data, not functions or live objects"
        % (what, found),
    )


def _pickle_error(*said):
    """Callers may catch it as what Python raises for such values."""
    from pickle import PicklingError

    class PickleError(Failure, PicklingError):
        pass

    return PickleError(*said)


def _unpicklable(value, place, above):
    """Where the innermost value stands that cannot be pickled, and what it is."""
    from pickle import dumps as pickle

    if id(value) in above:
        return None
    try:
        pickle(value, 5)
        return None
    except Exception as error:
        reason = error
    above.add(id(value))
    for at, inner in _parts(value, place):
        found = _unpicklable(inner, at, above)
        if found:
            return found
    return "%s is %s (%s)" % (place, _kind(value), reason)


def _parts(value, place):
    if isinstance(value, dict):
        for key, item in value.items():
            yield "a key of %s" % place, key
            yield "%s[%r]" % (place, key), item
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield "%s[%d]" % (place, index), item
    elif isinstance(value, (set, frozenset)):
        for item in value:
            yield "a member of %s" % place, item
    else:
        for name, item in getattr(value, "__dict__", {}).items() if not isinstance(value, type) else ():
            yield "%s.%s" % (place, name), item


def pickled_arguments(args, kwargs):
    """Arguments of a call of another container."""
    from pickle import dumps as pickle

    try:
        return pickle((args, kwargs), 5)
    except Exception:
        what = "an argument of remote()"
        pickled(args, what, "args")
        pickled(kwargs, what, "kwargs")
        return pickled((args, kwargs), what, "arguments")


def try_pickle(error):
    """
    An error of user code for its caller. One whose class cannot be made of its `args`, or that holds what cannot be
    pickled, comes without `__init__` and with as much as can; nothing where its class cannot be found.
    """
    from pickle import dumps as pickle
    from pickle import loads as unpickle

    for what in (error, _Remains(error)):
        try:
            payload = pickle(what)
            unpickle(payload)
            return payload
        except Exception:
            pass
    return b""


class _Remains:
    def __init__(self, error):
        self.error = error

    def __reduce__(self):
        state = {name: value for name, value in vars(self.error).items() if _can_pickle(value)}
        args = tuple(value if _can_pickle(value) else repr(value) for value in self.error.args)
        return _revive, (type(self.error), args, state)


def _can_pickle(value):
    from pickle import dumps as pickle

    try:
        pickle(value)
        return True
    except Exception:
        return False


def _revive(kind, args, state):
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(state)
    return error


def _find(value, place, above):
    """Says of the first value that JSON cannot say where it stands and what it is."""
    if value is None or isinstance(value, (str, bool, int)):
        return None
    if isinstance(value, float):
        finite = value == value and value not in (float("inf"), float("-inf"))
        return None if finite else _refusal(place, "nan" if value != value else "infinite")
    if id(value) in above:
        return "%s refers back to %s, which JSON cannot say" % (place, above[id(value)])
    if isinstance(value, dict):
        above[id(value)] = place
        for key, item in value.items():
            if key is not None and not isinstance(key, (str, int, float)):
                return _refusal("the key %r of %s" % (key, place), _kind(key))
            found = _find(item, "%s[%s]" % (place, dumps(key) if isinstance(key, str) else repr(key)), above)
            if found:
                return found
        del above[id(value)]
        return None
    if isinstance(value, (list, tuple)):
        above[id(value)] = place
        for index, item in enumerate(value):
            found = _find(item, "%s[%d]" % (place, index), above)
            if found:
                return found
        del above[id(value)]
        return None
    return _refusal(place, _kind(value))


def _kind(value):
    kind = type(value)
    name = (
        kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)
    )
    if name == "coroutine":
        return "a coroutine (is an `await` missing?)"
    if hasattr(value, "tolist"):
        return "a %s (its .tolist() gives plain numbers)" % name
    if hasattr(value, "model_dump"):
        return "a %s (its .model_dump() gives a dict)" % name
    return "bytes" if name == "bytes" else "%s %s" % ("an" if name[0] in "aeiouAEIOU" else "a", name)


def _refusal(place, what):
    return "%s is %s, which JSON cannot say" % (place, what)
