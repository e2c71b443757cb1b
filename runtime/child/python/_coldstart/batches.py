"""Gathers inputs for a function that takes several in one call: lists go in, and a list of as many results comes out."""

import asyncio


class Batches:
    def __init__(self, function, engine):
        self.function = function
        self.engine = engine
        self.most, self.seconds = function.batch
        self.gathered = []
        self.timer = None
        #: One batch at a time: the function expects no other.
        self.turn = asyncio.Lock()

    async def add(self, args, kwargs):
        """The result of one input."""
        done = self.engine.loop.create_future()
        self.gathered.append((args, kwargs, done))
        if len(self.gathered) >= self.most:
            self._fire()
        elif self.timer is None:
            self.timer = self.engine.loop.call_later(self.seconds, self._fire)
        return await done

    def _fire(self):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        gathered, self.gathered = self.gathered, []
        # Who is cancelled meanwhile is left out.
        self.engine.loop.create_task(self._run([each for each in gathered if not each[2].done()]))

    async def _run(self, gathered):
        if not gathered:
            return
        async with self.turn:
            try:
                results = await self._call([self._named(args, kwargs) for args, kwargs, _ in gathered])
            except BaseException as error:
                for _, _, done in gathered:
                    if not done.done():
                        done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                return
        for (_, _, done), result in zip(gathered, results):
            if not done.done():
                done.set_result(result)

    def _named(self, args, kwargs):
        """Arguments by their names, since some callers name them and others don't."""
        return {**dict(zip(self.function.parameters(), args)), **kwargs}

    async def _call(self, inputs):
        names = list(dict.fromkeys(name for each in inputs for name in each))
        lists = {name: [each.get(name) for each in inputs] for name in names}
        value = await self.engine.call(self.function, None, (), lists)
        if hasattr(type(value), "__await__"):
            value = await value
        if not isinstance(value, list) or len(value) != len(inputs):
            what = (
                "a list of %d" % len(value)
                if isinstance(value, list)
                else "a value of type %s" % type(value).__name__
            )
            raise TypeError(
                "a batched function returns a list with a result for each input: it was given %d, and returned %s"
                % (len(inputs), what)
            )
        return value
