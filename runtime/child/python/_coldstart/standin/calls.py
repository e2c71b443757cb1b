"""Everything by which a function of an app can be called: each call runs in a container on this computer, or right here by `local`."""

from .mapping import later, map_inputs, map_inputs_aio, zipped
from .remote import about, ask, ask_aio, stream, stream_aio
from .spawned import FunctionCall


class Call:
    """A way to call, with its `aio` form beside it."""

    def __init__(self, run, aio):
        self._run = run
        self.aio = aio

    def __call__(self, *args, **kwargs):
        return self._run(*args, **kwargs)


def _asking(message, then=lambda value: value):
    """A way to ask the platform for something; `message(…)` gives the request and its payload."""

    async def aio(*args, **kwargs):
        return then(await ask_aio(*message(*args, **kwargs)))

    return Call(lambda *args, **kwargs: then(ask(*message(*args, **kwargs))), aio)


class FunctionCurrentStats:
    def __init__(self, figures):
        self.backlog = figures["backlog"]
        self.num_total_runners = figures["containers"]
        self.num_running_inputs = figures["running"]
        self.input_headroom = figures["room"]

    def __repr__(self):
        said = ", ".join("%s=%d" % each for each in vars(self).items())
        return "FunctionCurrentStats(%s)" % said


class Calls:
    """`target()` says which function it is, `here(args, kwargs)` runs it in this process."""

    is_generator = False

    def __class_getitem__(cls, item):
        return cls

    def target(self):
        raise NotImplementedError

    def here(self, args, kwargs):
        raise NotImplementedError

    def _call(self, *args, **kwargs):
        return about("call", self.target(), args, kwargs)

    @property
    def remote(self):
        return self.remote_gen if self.is_generator else _asking(self._call)

    @property
    def remote_gen(self):
        return Call(
            lambda *args, **kwargs: stream(*self._call(*args, **kwargs)),
            lambda *args, **kwargs: stream_aio(*self._call(*args, **kwargs)),
        )

    def local(self, *args, **kwargs):
        return self.here(args, kwargs)

    @property
    def spawn(self):
        return _asking(lambda *args, **kwargs: about("spawn", self.target(), args, kwargs), FunctionCall)

    @property
    def map(self):
        return Call(
            lambda *inputs, **options: self._map(map_inputs, zip(*inputs), **options),
            lambda *inputs, **options: self._map(map_inputs_aio, zipped(inputs), **options),
        )

    @property
    def starmap(self):
        return Call(
            lambda inputs, **options: self._map(map_inputs, inputs, **options),
            lambda inputs, **options: self._map(map_inputs_aio, later(inputs), **options),
        )

    def _map(
        self,
        run,
        inputs,
        *,
        kwargs={},
        order_outputs=True,
        return_exceptions=False,
        wrap_returned_exceptions=None,
    ):
        return run(self.target(), inputs, kwargs, order_outputs, return_exceptions)

    @property
    def for_each(self):
        def options(ignore_exceptions=False, **others):
            return {"order_outputs": False, "return_exceptions": ignore_exceptions, **others}

        def run(*inputs, **given):
            for _ in self.map(*inputs, **options(**given)):
                pass

        async def aio(*inputs, **given):
            async for _ in self.map.aio(*inputs, **options(**given)):
                pass

        return Call(run, aio)

    @property
    def spawn_map(self):
        def run(*inputs, kwargs={}):
            for args in zip(*inputs):
                self.spawn(*args, **kwargs)

        async def aio(*inputs, kwargs={}):
            async for args in zipped(inputs):
                await self.spawn.aio(*args, **kwargs)

        return Call(run, aio)

    @property
    def keep_warm(self):
        return _asking(lambda warm_pool_size: self._configure(min_containers=warm_pool_size))

    @property
    def update_autoscaler(self):
        return _asking(self._configure)

    def _configure(self, **options):
        from .checks import scaling

        return {"ask": "configure", **self.target(), "settings": scaling(options)}, b""

    @property
    def get_current_stats(self):
        return _asking(lambda: ({"ask": "figures", **self.target()}, b""), FunctionCurrentStats)

    @property
    def hydrate(self):
        async def aio(*args, **kwargs):
            return self

        return Call(lambda *args, **kwargs: self, aio)

    def with_options(self, **options):
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

    @property
    def is_generator(self):
        return self.marked.is_generator

    def __call__(self, *args, **kwargs):
        return self.marked.raw(self.instance, *args, **kwargs)

    def here(self, args, kwargs):
        return self(*args, **kwargs)

    def target(self):
        from .classes import class_of

        cls = class_of(type(self.instance))
        if cls is None:
            raise TypeError(
                "%s is no class of an app; write @app.cls() above it" % type(self.instance).__name__
            )
        return cls.target(self.marked.name, vars(self.instance).get("__coldstart_given__", {}))
