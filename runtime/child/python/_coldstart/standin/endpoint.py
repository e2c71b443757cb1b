"""An endpoint where FastAPI is not installed: parameters from the query and from JSON, by the function's annotations."""

import inspect
import json
import types
import typing
from urllib.parse import parse_qsl

_SCALARS = (str, int, float, bool)
_TRUE = {"1", "true", "on", "yes", "t", "y"}
_FALSE = {"0", "false", "off", "no", "f", "n"}
_MISSING = object()


class Endpoint:
    def __init__(self, function, method):
        self.function = function
        self.method = method
        self.parameters = _parameters(function)

    async def answer(self, exchange, run):
        asked = exchange.header("access-control-request-method")
        if exchange.method == "OPTIONS" and asked and exchange.header("origin"):
            return await exchange.respond(200, _preflight(exchange), b"OK")
        more = _open(exchange)
        if exchange.path not in ("/", ""):
            return await exchange.answer_json(404, {"detail": "Not Found"}, more)
        if exchange.method != self.method and not (exchange.method == "HEAD" and self.method == "GET"):
            refusal = {"detail": "Method Not Allowed"}
            return await exchange.answer_json(405, refusal, [("allow", self.method), *more])
        values, problems = self._read(exchange, await exchange.whole())
        if problems:
            return await exchange.answer_json(422, {"detail": problems}, more)
        await _respond(exchange, await run((), values), more)

    def _read(self, exchange, body):
        """Values by the names of parameters, and what is wrong with them."""
        given = {}
        for name, value in parse_qsl(exchange.query, keep_blank_values=True):
            given.setdefault(name, []).append(value)
        document, problem = _json(body)
        if problem:
            return {}, [problem]
        whole = [name for name, (kind, _) in self.parameters.items() if not _is_scalar(kind)]
        values, problems = {}, []
        for name, (kind, default) in self.parameters.items():
            in_query = _is_scalar(kind)
            where = ["query" if in_query else "body", name]
            if in_query and name in given:
                found = given[name][-1]
            elif not in_query and len(whole) == 1 and document is not _MISSING:
                found, where = document, ["body"]
            elif isinstance(document, dict) and name in document:
                found, where = document[name], ["body", name]
            elif default is not inspect.Parameter.empty:
                continue
            else:
                problems.append({"type": "missing", "loc": where, "msg": "Field required", "input": None})
                continue
            try:
                values[name] = _convert(found, kind)
            except (TypeError, ValueError):
                wanted = getattr(kind, "__name__", str(kind))
                message = "Input should be a valid %s" % {
                    "int": "integer",
                    "float": "number",
                    "str": "string",
                    "bool": "boolean",
                    "dict": "dictionary",
                }.get(wanted, wanted)
                problems.append({"type": wanted + "_parsing", "loc": where, "msg": message, "input": found})
        return values, problems


def _parameters(function):
    """Annotation and default of each parameter."""
    try:
        hints = typing.get_type_hints(function)
    except Exception:
        hints = {}
    found = {}
    for name, each in inspect.signature(function).parameters.items():
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        found[name] = _plain(hints.get(name, each.annotation)), each.default
    return found


def _plain(kind):
    """`int` of `Optional[int]`, `int | None` and `Annotated[int, …]`; text where nothing is said."""
    if kind is inspect.Parameter.empty or kind is typing.Any:
        return str
    if typing.get_origin(kind) in (typing.Union, getattr(types, "UnionType", typing.Union)):
        others = [each for each in typing.get_args(kind) if each is not type(None)]
        return _plain(others[0]) if len(others) == 1 else str
    if hasattr(kind, "__metadata__"):
        return _plain(typing.get_args(kind)[0])
    return typing.get_origin(kind) or kind


def _is_scalar(kind):
    return kind in _SCALARS


def _convert(value, kind):
    if kind is bool:
        if isinstance(value, bool):
            return value
        text = str(value).lower()
        if text not in _TRUE | _FALSE:
            raise ValueError(text)
        return text in _TRUE
    if kind in (int, float):
        if isinstance(value, bool) or (kind is int and isinstance(value, float) and value != int(value)):
            raise ValueError(value)
        return kind(value)
    if kind is str:
        if not isinstance(value, str):
            raise TypeError(value)
        return value
    if kind in (dict, list):
        if not isinstance(value, kind):
            raise TypeError(value)
        return value
    if isinstance(kind, type) and isinstance(value, dict):
        # Models and data classes are made from their fields.
        return kind(**value)
    return value


def _json(body):
    if not body:
        return _MISSING, None
    try:
        return json.loads(body), None
    except ValueError as error:
        return _MISSING, {
            "type": "json_invalid",
            "loc": ["body"],
            "msg": "JSON decode error",
            "ctx": {"error": str(error)},
        }


def _open(exchange):
    """What lets pages of all sites read an answer, as FastAPI is set up on the platform."""
    origin = exchange.header("origin")
    if origin is None:
        return []
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
    ]


def _preflight(exchange):
    wanted = exchange.header("access-control-request-headers")
    return [
        *_open(exchange),
        ("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
        ("access-control-max-age", "600"),
        ("content-type", "text/plain; charset=utf-8"),
        *([("access-control-allow-headers", wanted)] if wanted else []),
    ]


async def _respond(exchange, value, more):
    kind = type(value)
    if hasattr(kind, "asend") or hasattr(kind, "gi_frame"):
        exchange.head(200, [("content-type", "text/plain; charset=utf-8"), *more])
        async for part in _each(value):
            await exchange.chunk(part.encode() if isinstance(part, str) else part)
    elif isinstance(value, bytes):
        await exchange.respond(200, [("content-type", "application/octet-stream"), *more], value)
    else:
        from ..values import encode_result

        headers = [("content-type", "application/json"), *more]
        await exchange.respond(200, headers, encode_result("json", value))


async def _each(values):
    if hasattr(type(values), "asend"):
        async for value in values:
            yield value
    else:
        for value in values:
            yield value
