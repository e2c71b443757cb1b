"""Finds a function by its name in a module, and describes it as what a container runs."""

from .errors import usage
from .invoke import call_plain, settle


class Runnable:
    """What a container needs of a function: its settings, hooks, and how to call it."""

    #: As runtime/child/description.ts has them; nothing for a function that no platform has registered.
    settings = None
    #: Names and functions, in order.
    build = ()
    enter = ()
    exit = ()

    def prepare(self):
        """Makes ready what the hooks need: an instance, volumes."""

    #: Inputs that it takes at once, and how they are gathered: most of them, and seconds to wait for more.
    limit = 1
    batch = None
    #: Whether each call needs an event loop.
    is_async = False
    #: Whether it answers requests alone.
    is_server = False

    def member(self, name):
        """The function that an input is for: another method of the same object where a name is given."""
        return self

    def members(self):
        """All that inputs may be for."""
        return [self]

    def prepare_http(self):
        """Makes ready what answers requests."""

    def call(self, args, kwargs, timeout):
        """What user code returns, as it is: awaitables and generators are seen to by whoever calls."""
        raise NotImplementedError

    async def answer_http(self, exchange, run):
        """Answers a request. `await run(args, kwargs)` is the function's own result."""
        from .lambda_http import answer

        await answer(exchange, run)


def is_async(function):
    """Whether a call of it gives something to be awaited."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return bool(code is not None and code.co_flags & 0x280)


class Plain(Runnable):
    def __init__(self, function, plan):
        self.function = function
        self.plan = plan
        self.is_async = is_async(function)

    def call(self, args, kwargs, timeout):
        about = {"file": self.plan["file"], "name": self.plan["name"], "timeout": timeout or 300_000}
        return call_plain(self.function, args, kwargs, about)


def find_plain(module, plan):
    name = plan["name"]
    value = module
    for index, part in enumerate(name.split(".")):
        if index and isinstance(value, type):
            own = vars(value).get(part)
            # Methods need an instance; static and class methods don't.
            if own is not None and not isinstance(own, (staticmethod, classmethod, type)):
                value = settle(value())
        try:
            value = getattr(value, part)
        except AttributeError:
            raise unknown(plan, known_names(module)) from None
    if not callable(value):
        kind = "None" if value is None else "a value of type %s" % type(value).__name__
        raise usage(
            "NotAFunctionError",
            "%s of %s is no function but %s; %s" % (name, plan["file"], kind, listed(known_names(module))),
        )
    return Plain(value, plan)


def known_names(module):
    """Functions that the module itself defines."""
    return [
        name
        for name, value in vars(module).items()
        if callable(value)
        and not isinstance(value, type)
        and getattr(value, "__module__", None) == module.__name__
    ]


def listed(names):
    return "it has " + ", ".join(names) if names else "it defines no function"


def unknown(plan, names):
    return usage(
        "UnknownFunctionError",
        "there is no function %s in %s: %s" % (plan["name"], plan["file"], listed(names)),
    )
