"""Classes that an app has registered: their parameters, hooks and methods, here and elsewhere."""

from ..errors import usage
from ..invoke import settle
from . import checks, file_of
from .calls import Calls
from .deployed import look_up
from .marks import CALLED, Marked, Parameter, marked_members, marks_of
from .named import Named, missing
from .settings import Settings, builds


class Cls(Settings):
    def __repr__(self):
        return "<modal.Cls %s of %r>" % (self.name, self.app)

    def __init__(self, app, cls, options):
        Settings.__init__(self, app, options)
        self.raw = cls
        self.name = cls.__name__
        self.__name__ = cls.__name__
        self.__module__ = cls.__module__
        self.__doc__ = cls.__doc__
        cls.__coldstart_cls__ = self
        batched = marked_members(cls, "batched")
        others = [name for name in self.methods() if name not in batched]
        if batched and (others or len(batched) > 1):
            raise checks.invalid(
                "%s has a method under @modal.batched(), and can have no other: %s"
                % (self.name, ", ".join([*batched, *others][1:]))
            )

    @staticmethod
    def from_name(app_name, name, *args, **kwargs):
        return look_up(app_name, name, lambda app: app.classes.get(name), "Cls")

    lookup = from_name

    def with_options(self, **options):
        made = Cls.__new__(Cls)
        vars(made).update(vars(self), options={**self.options, **options})
        checks.pool(made.options)
        return made

    def with_concurrency(self, **said):
        return self

    with_batching = with_concurrency

    def __call__(self, *args, **kwargs):
        return Obj(self, args, kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        member = getattr(self.raw, name, None)
        if member is None and not hasattr(self.raw, name):
            found = missing("Cls", name)
            if found is not None:
                return found
            raise AttributeError("modal.Cls %s has no attribute %r" % (self.name, name))
        return getattr(Obj(self, (), {}), name) if isinstance(member, Marked) else member

    @property
    def has_port(self):
        return bool(marked_members(self.raw, "web_server"))

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
            lacking = [
                name
                for name, value in declared.items()
                if name not in kwargs and value.said["init"] and not value.has_default
            ]
            if args or unknown or lacking:
                said = (
                    "has no parameter %s" % ", ".join(unknown)
                    if unknown
                    else "needs its parameter %s" % ", ".join(lacking)
                )
                if args:
                    said = "takes its parameters by their names"
                example = "%s(%s=…)" % (self.name, next(iter(declared)))
                raise usage(
                    "ParameterError", "%s %s; name it as FILE::%s.METHOD" % (self.name, said, example)
                )
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
                return [
                    (name, getattr(self.raw, name))
                    for name in ("__enter__", "__aenter__")
                    if hasattr(self.raw, name)
                ]
            return [(name, found[name].raw) for name in ordered]
        if kind == "exit" and not found:
            return [
                (name, getattr(self.raw, name))
                for name in ("__exit__", "__aexit__")
                if hasattr(self.raw, name)
            ]
        return [(name, member.raw) for name, member in found.items()]

    def target(self, method, given):
        shown = ", ".join("%s=%s" % (name, _spelled(value)) for name, value in sorted(given.items()))
        name = "%s%s.%s" % (self.name, "(%s)" % shown if shown else "", method)
        marks = marks_of(self.raw, self.methods()[method])
        settings = self.settings(builds(self, marked_members(self.raw, "build")), marks, method)
        return {"file": file_of(self.raw), "name": name, "function": settings}


def _spelled(value):
    """Text as it is written on command lines: whoever names these values names the same containers."""
    from ..json_text import dumps

    return dumps(value) if isinstance(value, str) else repr(value)


class Obj:
    """An instance that may be anywhere: methods run in containers, `local` ones and attributes on an instance here."""

    def __init__(self, cls, args, kwargs):
        self._cls = cls
        self._given = args, kwargs
        self._here = None

    def __repr__(self):
        args, kwargs = self._given
        given = [*map(repr, args), *("%s=%r" % item for item in kwargs.items())]
        return "<modal object %s(%s)>" % (self._cls.name, ", ".join(given))

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

    def _any_method(self):
        """All methods share their containers."""
        return ObjMethod(self, next(iter(self._cls.methods())), None)

    @property
    def keep_warm(self):
        return self._any_method().keep_warm

    @property
    def update_autoscaler(self):
        return self._any_method().update_autoscaler


class ObjMethod(Calls, Named):
    kind = "Function"

    def said(self):
        return "%s of %r" % (self.name, self.obj)

    def __init__(self, obj, name, marked):
        self.obj = obj
        self.name = name
        self.marked = marked

    @property
    def is_generator(self):
        return self.marked.is_generator

    def here(self, args, kwargs):
        return self.marked.raw(self.obj.instance(), *args, **kwargs)

    def target(self):
        given, named = self.obj._given
        if given:
            names = self.obj._cls.raw.__init__.__code__.co_varnames[1:]
            named = {**dict(zip(names, given)), **named}
        return self.obj._cls.target(self.name, named)


def class_of(raw):
    return getattr(raw, "__coldstart_cls__", None)
