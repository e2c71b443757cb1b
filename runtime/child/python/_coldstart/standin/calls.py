"""Calls of functions of the same app: each runs in a container of its own on this computer, or right here by `local`."""

from .. import channel
from ..invoke import settle


class Call:
    """A way to call, with its `aio` form beside it."""

    def __init__(self, run):
        self._run = run

    def __call__(self, *args, **kwargs):
        return self._run(*args, **kwargs)

    async def aio(self, *args, **kwargs):
        import asyncio
        from functools import partial

        return await asyncio.get_running_loop().run_in_executor(None, partial(self._run, *args, **kwargs))


class GeneratorCall(Call):
    async def aio(self, *args, **kwargs):
        for value in await Call(lambda: list(self._run(*args, **kwargs))).aio():
            yield value


def ask(file, name, settings, args, kwargs):
    """Runs a function in another container."""
    from ..values import pickled

    about = {"ask": "call", "file": file, "name": name, "function": settings}
    header, payload = channel.ask(about, pickled((args, kwargs), "the arguments of remote()"))
    failure = header.get("failure")
    if failure:
        raise _error(failure, payload)
    from pickle import loads

    return loads(payload)


def _error(failure, payload):
    if payload:
        from pickle import loads

        try:
            return loads(payload)
        except Exception:
            pass
    from .exceptions import current

    kinds = {"timeout": "FunctionTimeoutError", "cancelled": "InputCancellation"}
    kind = getattr(current(), kinds.get(failure["kind"], "RemoteError"), None) or current().RemoteError
    return kind("%s: %s" % (failure["name"], failure["message"]))


class FunctionCall:
    """What `spawn` hands back."""

    def __class_getitem__(cls, item):
        return cls

    @staticmethod
    def gather(*calls):
        return [call.get() for call in calls]

    @staticmethod
    def from_id(*args, **kwargs):
        from . import only_on_modal

        raise only_on_modal("modal.FunctionCall.from_id()")

    def __init__(self, future):
        self._future = future
        self.object_id = "fc-local-%x" % id(self)
        self.get = Call(lambda timeout=None: future.result(timeout))
        self.cancel = Call(lambda **kwargs: None)


_threads = None


def in_thread(run, *args):
    global _threads
    if _threads is None:
        from concurrent.futures import ThreadPoolExecutor

        _threads = ThreadPoolExecutor(32)
    return _threads.submit(run, *args)


class Calls:
    """Everything by which a function can be called; `call(args, kwargs)` runs it elsewhere, `here(args, kwargs)` here."""

    is_generator = False

    def __class_getitem__(cls, item):
        return cls

    def call(self, args, kwargs):
        raise NotImplementedError

    def here(self, args, kwargs):
        raise NotImplementedError

    @property
    def remote(self):
        return Call(self._remote)

    def _remote(self, *args, **kwargs):
        value = self.call(args, kwargs)
        return iter(value) if self.is_generator else value

    @property
    def remote_gen(self):
        return GeneratorCall(lambda *args, **kwargs: iter(self.call(args, kwargs)))

    def local(self, *args, **kwargs):
        return self.here(args, kwargs)

    @property
    def spawn(self):
        return Call(lambda *args, **kwargs: FunctionCall(in_thread(self.call, args, kwargs)))

    @property
    def map(self):
        return GeneratorCall(lambda *inputs, **options: self._map(zip(*inputs), **options))

    @property
    def starmap(self):
        return GeneratorCall(lambda inputs, **options: self._map(inputs, **options))

    def _map(
        self, inputs, kwargs={}, order_outputs=True, return_exceptions=False, wrap_returned_exceptions=False
    ):
        futures = [in_thread(self.call, tuple(args), dict(kwargs)) for args in inputs]
        for future in futures:
            error = future.exception()
            if error is None:
                yield future.result()
            elif return_exceptions:
                yield error
            else:
                raise error

    @property
    def for_each(self):
        def run(*inputs, ignore_exceptions=False, **options):
            for _ in self._map(zip(*inputs), return_exceptions=ignore_exceptions, **options):
                pass

        return Call(run)

    spawn_map = for_each

    def _kept(self, *args, **kwargs):
        """Pools are made anew with each run: there is nothing to be kept warm."""

    @property
    def keep_warm(self):
        return Call(self._kept)

    update_autoscaler = hydrate = keep_warm

    def with_options(self, *args, **kwargs):
        return self

    with_concurrency = with_batching = with_options
    web_url = None

    def get_web_url(self):
        return None


class LocalMethod(Calls):
    """A method of an instance that is here."""

    def __init__(self, marked, instance):
        self.marked = marked
        self.instance = instance

    def __call__(self, *args, **kwargs):
        return self.marked.raw(self.instance, *args, **kwargs)

    def here(self, args, kwargs):
        return self(*args, **kwargs)

    def call(self, args, kwargs):
        from .classes import class_of

        cls = class_of(type(self.instance))
        if cls is None:
            return settle(self(*args, **kwargs))
        return cls.call(self.marked.name, vars(self.instance).get("__coldstart_given__", {}), args, kwargs)
