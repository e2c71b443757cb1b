"""Apps: what registers functions, classes and local entry points."""

from . import apps, checks
from .classes import Cls
from .functions import Function, LocalEntrypoint
from .named import Named


class App(Named):
    kind = "App"

    def said(self):
        return repr(self.name) if self.name else ""

    def __init__(self, name=None, **options):
        self.name = self.description = name
        self.options = options
        self.image = options.get("image")
        self.functions = {}
        self.classes = {}
        self.entrypoints = {}
        apps.append(self)

    @staticmethod
    def lookup(name, *args, **kwargs):
        return next((app for app in apps if app.name == name), None) or App(name)

    def function(self, *given, **options):
        _check(given, "app.function")

        def register(function):
            if isinstance(function, type):
                raise TypeError("@app.function() cannot be used on a class; use @app.cls()")
            checks.names("@app.function()", function, options)
            made = Function(self, function, options)
            self.functions[made.name] = made
            return made

        return register

    def cls(self, *given, **options):
        _check(given, "app.cls")

        def register(cls):
            checks.names("@app.cls()", cls, options)
            made = Cls(self, getattr(cls, "raw", cls), options)
            self.classes[made.name] = made
            return made

        return register

    server = cls

    def local_entrypoint(self, *given, name=None):
        _check(given, "app.local_entrypoint")

        def register(function):
            made = LocalEntrypoint(function)
            self.entrypoints[name or function.__name__] = made
            return made

        return register

    def include(self, other, *args, **kwargs):
        self.functions.update(other.functions)
        self.classes.update(other.classes)
        return self

    registered_functions = property(lambda self: dict(self.functions))
    registered_classes = property(lambda self: dict(self.classes))
    registered_entrypoints = property(lambda self: dict(self.entrypoints))

    def run(self, *args, **kwargs):
        """The app runs already."""
        return _Running(self)


class _Running:
    def __init__(self, app):
        self.app = app

    def __enter__(self):
        return self.app

    def __exit__(self, *error):
        return False

    async def __aenter__(self):
        return self.app

    async def __aexit__(self, *error):
        return False


def _check(given, what):
    if given:
        raise TypeError("@%s needs parentheses: @%s()" % (what, what))
