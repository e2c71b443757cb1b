"""Apps and what they register: functions, classes and local entry points."""

from ..invoke import settle
from . import apps, file_of, only_on_modal, plan
from .calls import Callable_, ask
from .marks import CALLED, Marked, Parameter, marked_members


class App:
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
            made = Function(self, function, options)
            self.functions[made.name] = made
            return made

        return register

    def cls(self, *given, **options):
        _check(given, "app.cls")

        def register(cls):
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

    def deploy(self, *args, **kwargs):
        raise only_on_modal("app.deploy()")


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


class Settings:
    """What functions and classes have in common: options, today's names and the old ones."""

    def __init__(self, app, options):
        self.app = app
        self.options = options

    def option(self, *names, default=None):
        return next((self.options[name] for name in names if self.options.get(name) is not None), default)

    @property
    def image(self):
        return self.options.get("image") or self.app.image

    @property
    def secrets(self):
        return (*(self.app.options.get("secrets") or ()), *(self.options.get("secrets") or ()), *filter(None, [self.options.get("secret")]))

    @property
    def volumes(self):
        return {**(self.app.options.get("volumes") or {}), **(self.options.get("volumes") or {}), **(self.options.get("shared_volumes") or {})}

    def settings(self, builds):
        return {
            **({"app": self.app.name} if self.app.name else {}),
            "build": builds,
            "timeout": self.option("timeout", default=300),
            "keepWarm": self.option("min_containers", "keep_warm", default=0),
            "containerIdleTimeout": self.option("scaledown_window", "container_idle_timeout", default=60),
        }


def builds(owner, hooks=()):
    image = owner.image
    steps = image.steps() if hasattr(image, "steps") else ()
    return bool(hooks) or any(step[0] == "run_function" for step in steps)


class Function(Settings, Callable_):
    def __init__(self, app, function, options):
        Settings.__init__(self, app, options)
        self.marks = function.marks if isinstance(function, Marked) else {}
        self.raw = function.raw if isinstance(function, Marked) else function
        self.name = options.get("name") or self.raw.__name__
        self.__name__ = self.raw.__name__
        self.__module__ = self.raw.__module__
        self.__doc__ = self.raw.__doc__
        self.__wrapped__ = self.raw

    @staticmethod
    def from_name(app_name, name, *args, **kwargs):
        return _look_up(app_name, name, lambda app: app.functions.get(name), "Function")

    lookup = from_name

    @property
    def is_generator(self):
        return bool(self.raw.__code__.co_flags & 0x220) if hasattr(self.raw, "__code__") else False

    def get_raw_f(self):
        return self.raw

    def here(self, args, kwargs):
        return self.raw(*args, **kwargs)

    def call(self, args, kwargs):
        return ask(file_of(self.raw), self.name, self.settings(builds(self)), args, kwargs)

    def __call__(self, *args, **kwargs):
        raise TypeError("'Function' object is not callable; use %s.remote() or %s.local()" % (self.name, self.name))


class LocalEntrypoint:
    def __init__(self, function):
        self.raw = function
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __call__(self, *args, **kwargs):
        return self.raw(*args, **kwargs)


class Cls(Settings):
    def __init__(self, app, cls, options):
        Settings.__init__(self, app, options)
        self.raw = cls
        self.name = cls.__name__
        self.__name__ = cls.__name__
        self.__module__ = cls.__module__
        self.__doc__ = cls.__doc__
        cls.__coldstart_cls__ = self

    @staticmethod
    def from_name(app_name, name, *args, **kwargs):
        return _look_up(app_name, name, lambda app: app.classes.get(name), "Cls")

    lookup = from_name

    def with_options(self, *args, **kwargs):
        return self

    with_concurrency = with_batching = with_options

    def __call__(self, *args, **kwargs):
        return Obj(self, args, kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        member = getattr(self.raw, name)
        return getattr(Obj(self, (), {}), name) if isinstance(member, Marked) else member

    def methods(self):
        found = {}
        for kind in CALLED:
            found.update(marked_members(self.raw, kind))
        return found

    def parameters(self):
        found = {}
        for owner in reversed(self.raw.__mro__):
            found.update((name, value) for name, value in vars(owner).items() if isinstance(value, Parameter))
        return found

    def make(self, args, kwargs):
        """An instance, before its hooks."""
        declared = self.parameters()
        instance = self.raw.__new__(self.raw)
        if declared:
            unknown = [name for name in kwargs if name not in declared or not declared[name].said["init"]]
            lacking = [name for name, value in declared.items() if name not in kwargs and value.said["init"] and not value.has_default]
            if args or unknown or lacking:
                from ..errors import usage

                said = "has no parameter %s" % ", ".join(unknown) if unknown else "needs its parameter %s" % ", ".join(lacking)
                if args:
                    said = "takes its parameters by their names"
                example = '%s(%s=…)' % (self.name, next(iter(declared)))
                raise usage("ParameterError", "%s %s; name it as FILE::%s.METHOD" % (self.name, said, example))
            for name, value in declared.items():
                if name in kwargs or value.has_default:
                    setattr(instance, name, kwargs.get(name, value.said.get("default")))
            if self.raw.__init__ is not object.__init__:
                instance.__init__()
        else:
            instance.__init__(*args, **kwargs)
        vars(instance)["__coldstart_given__"] = kwargs
        return instance

    def hooks(self, kind):
        """Hooks with a mark, those before a snapshot first; the old form of classes has them under names of its own."""
        found = marked_members(self.raw, kind)
        if kind == "enter":
            ordered = sorted(found, key=lambda name: not found[name].marks["enter"].get("snap", False))
            if not ordered:
                return [(name, getattr(self.raw, name)) for name in ("__enter__", "__aenter__") if hasattr(self.raw, name)]
            return [(name, found[name].raw) for name in ordered]
        if kind == "exit" and not found:
            return [(name, getattr(self.raw, name)) for name in ("__exit__", "__aexit__") if hasattr(self.raw, name)]
        return [(name, member.raw) for name, member in found.items()]

    def call(self, method, given, args, kwargs):
        shown = ", ".join("%s=%r" % item for item in sorted(given.items()))
        name = "%s%s.%s" % (self.name, "(%s)" % shown if shown else "", method)
        settings = self.settings(builds(self, marked_members(self.raw, "build")))
        return ask(file_of(self.raw), name, settings, args, kwargs)


class Obj:
    """An instance that may be anywhere: methods run in containers, `local` ones and attributes on an instance here."""

    def __init__(self, cls, args, kwargs):
        self._cls = cls
        self._given = args, kwargs
        self._here = None

    def instance(self):
        if self._here is None:
            args, kwargs = self._given
            self._here = self._cls.make(args, kwargs)
            for _, hook in self._cls.hooks("enter"):
                settle(hook(self._here))
        return self._here

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        member = getattr(self._cls.raw, name, None)
        if isinstance(member, Marked):
            return ObjMethod(self, name, member)
        return getattr(self.instance(), name)

    def keep_warm(self, *args, **kwargs):
        return None

    update_autoscaler = keep_warm


class ObjMethod(Callable_):
    def __init__(self, obj, name, marked):
        self.obj = obj
        self.name = name
        self.marked = marked

    @property
    def is_generator(self):
        return bool(self.marked.raw.__code__.co_flags & 0x220)

    def here(self, args, kwargs):
        return self.marked.raw(self.obj.instance(), *args, **kwargs)

    def call(self, args, kwargs):
        given, named = self.obj._given
        if given:
            names = self.obj._cls.raw.__init__.__code__.co_varnames[1:]
            named = {**dict(zip(names, given)), **named}
        return self.obj._cls.call(self.name, named, args, kwargs)


def class_of(raw):
    return getattr(raw, "__coldstart_cls__", None)


def _look_up(app_name, name, pick, kind):
    for app in apps:
        if app.name == app_name and pick(app) is not None:
            return pick(app)
    return Deployed(kind, app_name, name)


class Deployed:
    """A function of another app, deployed somewhere: named anywhere, refused where it is used."""

    def __init__(self, kind, app, name):
        self._what = 'modal.%s.from_name("%s", "%s")' % (kind, app, name)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._refusal()

    def __call__(self, *args, **kwargs):
        raise self._refusal()

    def _refusal(self):
        from ..errors import environment

        return environment(
            "DeployedLookupError",
            "%s is a deployed function, and nothing leaves this computer from here; call a function of the same app, or run this one on Modal" % self._what,
        )
