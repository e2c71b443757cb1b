"""Finds what is to be run among what the app has registered, and describes it as what a container runs."""

from ..errors import usage
from ..invoke import settle
from ..plain import Runnable, find_plain, is_async, known_names, unknown
from . import apps, checks, note
from . import plan as given_plan
from .classes import Cls
from .functions import Function, LocalEntrypoint
from .hooks import step_hook
from .marks import marks_of
from .modules import tell_of_gpu
from .mounts import mount
from .secrets import set_secrets
from .settings import builds
from .web import SERVERS, endpoint_of, open_endpoint, open_server


def find(module, plan):
    name, given = _parse(plan["name"])
    top, _, method = name.partition(".")
    function = _registered("functions", name) or getattr(module, name, None) if not method else None
    if isinstance(function, Function):
        return _Registered(function, function.marks, function.raw)
    if isinstance(function, LocalEntrypoint):
        return _Local(function.raw)
    cls = _registered("classes", top) or getattr(module, top, None)
    if isinstance(cls, Cls):
        methods = cls.methods()
        if method in methods:
            return _Object(cls, given).member(method)
        names = ["%s.%s" % (top, each) for each in methods]
        raise unknown(plan, names)
    if function is None and not hasattr(module, top):
        raise unknown(plan, all_names(module))
    return find_plain(module, plan)


def all_names(module):
    """Registered functions and methods, then the plain ones."""
    names = [name for app in apps for name in app.functions]
    names += [
        "%s.%s" % (cls.name, method)
        for app in apps
        for cls in app.classes.values()
        for method in cls.methods()
    ]
    return names + [name for name in known_names(module) if name not in names]


def entrypoint(plan):
    """The app's local entry point, ready to be called."""
    found = {name: each for app in apps for name, each in app.entrypoints.items()}
    if len(found) == 1 or "main" in found:
        function = found.get("main") or next(iter(found.values()))
        return lambda *args: settle(function.raw(*args))
    if found:
        names = ", ".join(found)
        raise usage(
            "NoEntrypointError",
            "%s has several local entry points (%s); run one by FILE::NAME" % (plan["file"], names),
        )
    raise usage(
        "NoEntrypointError",
        "%s has no local entry point; write @app.local_entrypoint(), or run one function by FILE::NAME"
        % plan["file"],
    )


def _parse(name):
    """`Class(size="large").method` → the name without values, and the values."""
    head, opening, rest = name.partition("(")
    values, closing, method = rest.rpartition(")")
    if not opening or not closing:
        return name, {}
    import ast

    try:
        call = ast.parse("f(%s)" % values, mode="eval").body
        return head + method, {each.arg: ast.literal_eval(each.value) for each in call.keywords}
    except (SyntaxError, ValueError):
        raise usage(
            "ParameterError", "the values of %s are no literals; write them as Class(size=3).method" % name
        ) from None


def _registered(kind, name):
    for app in apps:
        found = getattr(app, kind).get(name)
        if found is not None:
            return found
    return None


class _Local(Runnable):
    """A local entry point that is run as a function."""

    def __init__(self, raw):
        self.raw = raw
        self.is_async = is_async(raw)

    def call(self, args, kwargs, timeout):
        return self.raw(*args, **kwargs)


class _Registered(Runnable):
    def __init__(self, owner, marks, raw, hooks=(), method=None):
        missing = owner.image.all_missing() if hasattr(owner.image, "all_missing") else None
        if missing is not None:
            raise missing
        self.owner = owner
        self.marks = marks
        self.raw = raw
        self.server = None
        image = owner.image if hasattr(owner.image, "steps") else None
        self.image = image
        self.settings = owner.settings(builds(owner, hooks), marks, method)
        self.limit = self.settings.get("concurrency", {}).get("max", 1)
        self.batch = checks.batch(marks)
        self.is_async = is_async(raw)
        self.is_server = any(kind in marks for kind in SERVERS)
        step = given_plan.get("step")
        self.build = hooks if step is None else [step_hook(image, step)]
        self.exit = []
        tell_of_gpu(owner.options.get("gpu"))
        if owner.options.get("enable_memory_snapshot"):
            note(
                "a start from a memory snapshot cannot be measured here: what the snapshot would hold is run each time"
            )

    def prepare(self):
        set_secrets(self.owner.secrets)
        mount(self.owner.volumes)

    def bound(self, *args, **kwargs):
        return self.raw(*args, **kwargs)

    def parameters(self):
        """Names of the parameters that are given by callers."""
        code = self.raw.__code__
        return code.co_varnames[: code.co_argcount]

    @property
    def enter(self):
        return [(self.raw.__name__, self.open_server)] if self.is_server else []

    def open_server(self):
        self.server = open_server(self.marks, lambda: settle(self.bound()))
        self.exit.append((self.raw.__name__, lambda: settle(self.server.close())))

    def prepare_http(self):
        said = endpoint_of(self.marks)
        if said is not None and self.server is None:
            self.server = open_endpoint(said, self.as_route(), self.raw.__name__)

    def as_route(self):
        return self.raw

    def call(self, args, kwargs, timeout):
        return self._ask(args) if self.is_server else self.bound(*args, **kwargs)

    async def _ask(self, args):
        """A request that is made in the container itself."""
        from ..engine import current_engine
        from ..exchange import Inside

        exchange = Inside(args, current_engine())
        await self.server.answer(exchange)
        return exchange.value()

    async def answer_http(self, exchange, run):
        _Registered.prepare_http(self)
        if self.server is None:
            await Runnable.answer_http(self, exchange, run)
        else:
            await self.server.answer(exchange, run)


class _Object:
    """What all methods of a container's class work on."""

    def __init__(self, cls, given):
        self.cls = cls
        self.given = given
        self.instance = None
        self.exit = [
            (name, lambda hook=hook: settle(hook(self.made(), *_leaving(hook))))
            for name, hook in cls.hooks("exit")
        ]
        self.known = {}

    def made(self):
        if self.instance is None:
            self.instance = self.cls.make((), self.given)
        return self.instance

    def member(self, name):
        if name not in self.known:
            self.known[name] = _Method(self, name, self.cls.methods()[name])
        return self.known[name]

    def hooks(self, kind):
        return [(name, lambda hook=hook: settle(hook(self.made()))) for name, hook in self.cls.hooks(kind)]


class _Method(_Registered):
    def __init__(self, owner, name, marked):
        self.object = owner
        marks = marks_of(owner.cls.raw, marked)
        _Registered.__init__(self, owner.cls, marks, marked.raw, owner.hooks("build"), name)
        self.exit = owner.exit

    @property
    def enter(self):
        """All that the container runs: apps of other methods are made by it as well."""
        opened = [(each.raw.__name__, each.open_server) for each in self.members() if each.is_server]
        return [*self.object.hooks("enter"), *opened]

    def member(self, name):
        return self if name is None else self.object.member(name)

    def members(self):
        return [self.object.member(name) for name in self.object.cls.methods()]

    def prepare(self):
        _Registered.prepare(self)
        self.object.made()

    def prepare_http(self):
        for each in self.members():
            _Registered.prepare_http(each)

    def bound(self, *args, **kwargs):
        return self.raw(self.object.made(), *args, **kwargs)

    def parameters(self):
        return _Registered.parameters(self)[1:]

    def as_route(self):
        return self.raw.__get__(self.object.made())


def _leaving(hook):
    """Old exit hooks take what `__exit__` takes."""
    return (
        (None, None, None)
        if getattr(hook, "__code__", None) is not None and hook.__code__.co_argcount == 4
        else ()
    )
