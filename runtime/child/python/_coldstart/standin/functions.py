"""Functions that an app has registered, and its local entry points."""

from . import checks, file_of
from .calls import Calls
from .deployed import look_up
from .marks import Marked
from .named import Named
from .settings import Settings, builds


class Function(Settings, Calls, Named):
    kind = "Function"

    def said(self):
        return "%s of %r" % (self.name, self.app)

    def __init__(self, app, function, options):
        Settings.__init__(self, app, options)
        self.marks = function.marks if isinstance(function, Marked) else {}
        checks.concurrency(options, self.marks)
        checks.batch(self.marks)
        self.raw = function.raw if isinstance(function, Marked) else function
        self.name = options.get("name") or self.raw.__name__
        self.__name__ = self.raw.__name__
        self.__module__ = self.raw.__module__
        self.__doc__ = self.raw.__doc__
        self.__wrapped__ = self.raw

    @staticmethod
    def from_name(app_name, name, *args, **kwargs):
        return look_up(app_name, name, lambda app: app.functions.get(name), "Function")

    lookup = from_name

    @property
    def is_generator(self):
        return bool(self.raw.__code__.co_flags & 0x220) if hasattr(self.raw, "__code__") else False

    def get_raw_f(self):
        return self.raw

    def here(self, args, kwargs):
        return self.raw(*args, **kwargs)

    def target(self):
        settings = self.settings(builds(self), self.marks)
        return {"file": file_of(self.raw), "name": self.name, "function": settings}

    def with_options(self, **options):
        made = Function(self.app, self.raw, {**self.options, "name": self.name, **options})
        made.marks = self.marks
        return made

    def __call__(self, *args, **kwargs):
        raise TypeError(
            "'Function' object is not callable; use %s.remote() or %s.local()" % (self.name, self.name)
        )


class LocalEntrypoint:
    def __repr__(self):
        return "<modal local entrypoint %s>" % self.__name__

    def __init__(self, function):
        self.raw = function
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __call__(self, *args, **kwargs):
        return self.raw(*args, **kwargs)
