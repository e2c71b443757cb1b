"""Decorators of functions and methods: each notes what it says, and leaves the function as it is."""


class Marked:
    """A function with what its decorators say of it."""

    def __init__(self, raw):
        self.raw = raw
        self.marks = {}
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            if hasattr(raw, name):
                setattr(self, name, getattr(raw, name))
        self.__wrapped__ = raw

    @property
    def is_generator(self):
        code = getattr(self.raw, "__code__", None)
        return bool(code is not None and code.co_flags & 0x220)

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        from .calls import LocalMethod

        return LocalMethod(self, instance)

    def __call__(self, *args, **kwargs):
        return self.raw(*args, **kwargs)


def mark(kind, **said):
    def decorate(function):
        if isinstance(function, type):  # Of a whole class: its methods are treated alike.
            raw = getattr(function, "raw", function)
            raw.__coldstart_marks__ = {**vars(raw).get("__coldstart_marks__", {}), kind: said}
            return function
        marked = function if isinstance(function, Marked) else Marked(function)
        marked.marks[kind] = said
        return marked

    return decorate


def _decorator(kind):
    def outer(*args, **said):
        if args and callable(args[0]):
            raise TypeError("@modal.%s needs parentheses: @modal.%s()" % (kind, kind))
        if args:
            said["first"] = args[0]
        return mark(kind, **said)

    outer.__name__ = kind
    return outer


method = _decorator("method")
enter = _decorator("enter")
exit = _decorator("exit")
build = _decorator("build")
concurrent = _decorator("concurrent")
batched = _decorator("batched")
clustered = _decorator("clustered")
fastapi_endpoint = _decorator("fastapi_endpoint")
web_endpoint = _decorator("web_endpoint")
asgi_app = _decorator("asgi_app")
wsgi_app = _decorator("wsgi_app")
web_server = _decorator("web_server")


def marks_of(cls, member):
    """Those of a method, and those of its whole class."""
    return {**getattr(cls, "__coldstart_marks__", {}), **member.marks}


CALLED = ("method", "fastapi_endpoint", "web_endpoint", "asgi_app", "wsgi_app", "web_server", "batched")


def marked_members(cls, kind):
    """Members of a class with a mark, those of its bases first, each in the order of definition."""
    found = {}
    for owner in reversed(cls.__mro__):
        for name, member in vars(owner).items():
            if isinstance(member, Marked) and kind in member.marks:
                found[name] = member
            else:
                found.pop(name, None)
    return found


class Parameter:
    """A value that a class is constructed with."""

    def __init__(self, **said):
        self.said = said

    @property
    def has_default(self):
        return "default" in self.said

    def __get__(self, instance, owner=None):
        if instance is None or not self.has_default:
            return self
        return self.said["default"]


def parameter(*, default=..., init=True):
    return Parameter(init=init) if default is ... else Parameter(default=default, init=init)
