"""Calls user code and sees what it returns through to its end: coroutines are awaited, generators are run to a list."""

import os

_loop = None


def settle(value):
    """What a call of user code comes to."""
    kind = type(value)
    if hasattr(kind, "__await__"):
        return _in_loop(value)
    if hasattr(kind, "asend"):
        return _in_loop(_collect(value))
    if hasattr(kind, "gi_frame"):
        return list(value)
    return value


async def _collect(values):
    return [value async for value in values]


def loop():
    """One loop for the container's whole life: clients made while entering belong to it."""
    global _loop
    if _loop is None:
        import asyncio

        from . import channel

        _loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_loop)
        channel.wait = _wait
    return _loop


def _in_loop(awaitable):
    if not hasattr(type(awaitable), "cr_frame"):
        awaitable = _await(awaitable)
    return loop().run_until_complete(awaitable)


async def _await(awaitable):
    return await awaitable


def _wait():
    """Lets tasks that user code has left behind go on until the parent says something."""
    from . import channel

    heard = _loop.create_future()

    def hear():
        if not heard.done():
            heard.set_result(None)

    channel.awake = lambda: _loop.call_soon_threadsafe(hear)
    watched = not channel.has_reader()
    if watched:
        _loop.add_reader(channel.FD, hear)
    try:
        if channel.is_quiet():
            _loop.run_until_complete(heard)
    finally:
        channel.awake = None
        if watched:
            _loop.remove_reader(channel.FD)


def call_plain(function, args, kwargs, about):
    """A function that no platform has registered: a Lambda handler where it can only be that, else any function."""
    if len(args) <= 1 and not kwargs and takes_context(function):
        return function(args[0] if args else {}, Context(about))
    return function(*args, **kwargs)


def takes_context(function):
    """Whether it wants an event and a context: two parameters that have to be given, or a second one of that name."""
    names, required = _parameters(function)
    return required == 2 or (len(names) > 1 and required < 2 and names[1].strip("_") in ("context", "ctx"))


def _parameters(function):
    """Positional parameters, and how many of them have no default."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    bound = hasattr(function, "__self__")
    if not hasattr(function, "__code__") and not bound and hasattr(type(function).__call__, "__code__"):
        function, bound = type(function).__call__, True
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return (), 0
    names = code.co_varnames[bound : code.co_argcount]
    return names, max(0, len(names) - len(function.__defaults__ or ()))


class Context:
    """The context of AWS Lambda, made up; only what it takes no time to know is there before it is asked for."""

    function_version = "$LATEST"
    memory_limit_in_mb = "1769"
    identity = None
    client_context = None
    _requests = 0

    def __init__(self, about):
        from time import time

        Context._requests += 1
        stem = os.path.basename(about["file"])[:-3]
        self.function_name = "%s-%s" % (stem, about["name"])
        self.invoked_function_arn = "arn:aws:lambda:local:000000000000:function:" + self.function_name
        self.log_group_name = "/aws/lambda/" + self.function_name
        self.log_stream_name = "local/[$LATEST]%d" % os.getpid()
        random = os.urandom(10).hex()
        self.aws_request_id = "%s-%s-4%s-a%s-%012x" % (
            random[:8],
            random[8:12],
            random[12:15],
            random[15:18],
            self._requests,
        )
        self._clock = time
        self._end = time() + about["timeout"] / 1000

    def get_remaining_time_in_millis(self):
        return max(0, int((self._end - self._clock()) * 1000))

    def log(self, message):
        print(message)
