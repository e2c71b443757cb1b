"""Enough of Modal, old names and new ones, to run an app's functions in one process as a container would."""

import contextlib
import inspect

from values import Value, note


class Parameter:
    def __init__(self, default):
        self.default = default


def parameter(*, default="parameter", **_):
    return default


class Marked:
    """A decorator that only marks."""

    def __init__(self, kind, options):
        self.kind, self.options = kind, options

    def __call__(self, target):
        marks = getattr(target, "_marks", [])
        target._marks = [*marks, self]
        return target


def marker(kind):
    def decorate(*args, **options):
        if len(args) == 1 and callable(args[0]):
            return Marked(kind, {})(args[0])
        return Marked(kind, options)

    return decorate


enter, exit, method, build = map(marker, ("enter", "exit", "method", "build"))
concurrent, batched = map(marker, ("concurrent", "batched"))
fastapi_endpoint = web_endpoint = marker("endpoint")
asgi_app, wsgi_app, web_server = map(marker, ("web", "web", "web"))


def kinds(target):
    return [mark.kind for mark in getattr(target, "_marks", [])]


class Function:
    """What `app.function` makes of a function."""

    def __init__(self, raw, options):
        self.raw, self.options = raw, options
        self.local = self.remote = self.spawn = raw

    @staticmethod
    def from_name(app, name, **_):
        return Value(f"deployed.{app}.{name}")

    lookup = from_name

    def __getattr__(self, name):
        return Value(f"modal.Function.{name}")


class Cls:
    """What `app.cls` makes of a class."""

    def __init__(self, raw, options):
        self.raw, self.options, self.started = raw, options, None

    def instance(self):
        if self.started is None:
            self.started = self.raw()
            hooks = [getattr(self.started, name) for name in ordered(self.raw)]
            for isSnap in (True, False):
                for hook in hooks:
                    for mark in getattr(hook, "_marks", []):
                        if mark.kind == "enter" and bool(mark.options.get("snap")) == isSnap:
                            finish(hook())
            for name in ("__enter__", "__aenter__"):
                if hasattr(self.raw, name):
                    finish(getattr(self.started, name)())
        return self.started

    def __call__(self, *_, **__):
        started = self.instance()
        return Instance({name: getattr(started, name) for name in ordered(self.raw)})


class Instance:
    def __init__(self, methods):
        for name, each in methods.items():
            setattr(self, name, Function(each, {}) if callable(each) else each)

    def __getattr__(self, name):
        return Value(f"instance.{name}")


def ordered(owner):
    names = {}
    for each in reversed(owner.__mro__[:-1]):
        for name in vars(each):
            names[name] = True
    return [name for name in names if not name.startswith("__")]


def finish(result):
    """Waits for what has to be waited for, and takes all that is given one by one."""
    import asyncio

    if inspect.iscoroutine(result):
        return asyncio.run(result)
    if inspect.isasyncgen(result):
        return asyncio.run(collected(result))
    if inspect.isgenerator(result):
        return list(result)
    return result


async def collected(values):
    return [each async for each in values]


class App:
    def __init__(self, *_, **options):
        self.options = options

    def function(self, *_, **options):
        return lambda raw: Function(raw, {**self.options, **options})

    def cls(self, *_, **options):
        return lambda raw: Cls(raw, {**self.options, **options})

    server = cls

    def local_entrypoint(self, *args, **_):
        return args[0] if args else lambda raw: raw

    def __getattr__(self, name):
        return Value(f"app.{name}")


Stub = App


class Image:
    """A chain of steps; those that run functions of the program are kept."""

    def __init__(self, steps=()):
        self.steps = steps

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)

        def step(*args, **options):
            isRun = name == "run_function"
            return Image((*self.steps, (args[0], options)) if isRun else self.steps)

        return step

    def imports(self):
        return contextlib.nullcontext()

    def build(self):
        for function, options in self.steps:
            finish(function(*options.get("args", ()), **options.get("kwargs", {})))


for first in "debian_slim from_registry from_dockerfile micromamba conda dockerhub_python from_aws_ecr".split():
    setattr(Image, first, staticmethod(lambda *_, **__: Image()))


def is_local():
    return False


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Value(f"modal.{name}")
