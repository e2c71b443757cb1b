"""Stand-ins for what packages give: each value tells how it was come by, and each call is noted."""

import dis
import inspect
import sys

# What the program did, in order: (kind, text).
entries = []


def note(kind, text):
    entries.append([kind, text])


def spelled(value):
    if isinstance(value, Value):
        return value._name
    if inspect.isfunction(value) or inspect.ismethod(value):
        return "<function>"
    if inspect.isclass(value):
        return f"<class {value.__name__}>"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(spelled, value))})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {spelled(each)}" for key, each in value.items()) + "}"
    if type(value).__repr__ is object.__repr__:
        return f"<{type(value).__name__}>"
    return repr(value)


class Value:
    """What a package, or a call of it, gives: anything can be done with it, and gives another one."""

    def __init__(self, name, **state):
        self.__dict__.update(state)
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Value(f"{self._name}.{name}")

    def __mro_entries__(self, _):
        return (Foreign,)

    def __call__(self, *args, **options):
        functions = [each for each in args if inspect.isfunction(each)]
        # A decorator gives back what it decorates.
        if len(args) == 1 and functions and not options and self._name.endswith(")"):
            note("decorate", self._name)
            handlers.append((self._name, functions[0]))
            return functions[0]
        given = [spelled(each) for each in args]
        given += [f"{name}={spelled(each)}" for name, each in options.items()]
        for each in options.values():
            if inspect.isfunction(each) and "lifespan" in options:
                lifespans.append(each)
        name = f"{self._name}({', '.join(given)})"
        note("call", name)
        return Value(name)

    def __iter__(self):
        return iter([Value(f"{self._name}[{index}]") for index in range(asked(2))])

    async def __aiter__(self):
        for index in range(2):
            yield Value(f"{self._name}[{index}]")

    def __await__(self):
        return self
        yield

    def __enter__(self):
        return self

    def __exit__(self, *_):
        note("call", f"{self._name}.__exit__()")

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.__exit__()

    def __getitem__(self, key):
        return Value(f"{self._name}[{spelled(key)}]")

    def __setitem__(self, key, value):
        note("call", f"{self._name}[{spelled(key)}] = {spelled(value)}")

    def __setattr__(self, name, value):
        note("call", f"{self._name}.{name} = {spelled(value)}")

    def __contains__(self, _):
        return False

    def __len__(self):
        return 2

    def __bool__(self):
        return True

    def __index__(self):
        return 1

    __int__ = __index__

    def __float__(self):
        return 1.0

    def __bytes__(self):
        return self._name.encode()

    def __str__(self):
        return self._name

    __repr__ = __str__

    def __fspath__(self):
        return f"/nowhere/{self._name}"

    def __format__(self, _):
        return self._name

    def __hash__(self):
        return hash(self._name)

    def __eq__(self, other):
        return isinstance(other, Value) and self._name == other._name

    def __lt__(self, other):
        return self._name < spelled(other)


class Foreign:
    """What classes of packages are to those of the program that are derived from them."""

    def __init__(self, *args, **options):
        note("call", f"{type(self).__name__}()")


def operation(sign):
    return lambda self, other: Value(f"({self._name} {sign} {spelled(other)})")


for sign, names in {
    "+": "add radd",
    "-": "sub rsub",
    "*": "mul rmul",
    "/": "truediv rtruediv",
    "%": "mod rmod",
    "@": "matmul rmatmul",
    "**": "pow rpow",
    "|": "or ror",
    ">": "gt ge",
}.items():
    for each in names.split():
        setattr(Value, f"__{each}__", operation(sign))


def asked(otherwise):
    """How many values the caller of `__iter__` wants to unpack."""
    frame = sys._getframe(2)
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == frame.f_lasti and instruction.opname == "UNPACK_SEQUENCE":
            return instruction.arg
    return otherwise


# What frameworks call later: handlers of requests by their decorator, and what runs around an application.
handlers = []
lifespans = []
