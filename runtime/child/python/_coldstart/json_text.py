"""JSON by the accelerators of the standard library, since the package around them takes more time than a trivial function."""


class _Decoder:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def _refuse(value):
    raise TypeError(type(value).__name__)


try:
    from _json import encode_basestring_ascii, make_encoder, make_scanner

    _scan = make_scanner(_Decoder)

    def loads(text):
        return _scan(text, 0)[0]

    def dumps(value):
        """Raises TypeError or ValueError for what JSON cannot say."""
        encode = make_encoder({}, _refuse, encode_basestring_ascii, None, ":", ",", False, False, False)
        return "".join(encode(value, 0))

    dumps([loads('{"a":[1.5,null]}')])
except Exception:  # Another implementation of Python, or a later one.
    from json import loads

    def dumps(value):
        from json import dumps

        return dumps(value, allow_nan=False, separators=(",", ":"))
