"""Many inputs of one function: pulled as there is room for them, answered in their order or as they end."""

from .. import channel
from .remote import about, result

#: Inputs that are under way, or ended and not taken yet.
LIMIT = 256


class _Results:
    """Results by the place of their input."""

    def __init__(self, target, kwargs, ordered, as_values):
        self.target = target
        self.kwargs = kwargs
        self.ordered = ordered
        self.as_values = as_values
        self.begun = 0
        self.taken = 0
        self.flying = {}
        self.done = {}

    def begin(self, args, heard):
        place = self.begun
        self.begun += 1
        message, payload = about("call", self.target, args, self.kwargs)
        self.flying[place] = channel.request(message, payload, lambda *answer: heard((place, answer)))

    def end(self, place, answer):
        del self.flying[place]
        try:
            self.done[place] = result(answer), False
        except Exception as error:
            self.done[place] = error, not self.as_values

    def take(self):
        """Results that may be taken now."""
        while self.done:
            place = self.taken if self.ordered else next(iter(self.done))
            if place not in self.done:
                return
            value, failed = self.done.pop(place)
            self.taken += 1
            if failed:
                raise value
            yield value

    @property
    def is_full(self):
        return len(self.flying) + len(self.done) >= LIMIT

    def give_up(self):
        for call in self.flying.values():
            channel.abort(call)


def map_inputs(target, inputs, kwargs, ordered, as_values):
    from _queue import SimpleQueue

    box = SimpleQueue()
    results = _Results(target, kwargs, ordered, as_values)
    inputs = iter(inputs)
    ended = False
    try:
        while True:
            # What has come meanwhile is not held back until there are no more inputs to be pulled.
            while not box.empty():
                results.end(*box.get())
            yield from results.take()
            if not ended and not results.is_full:
                try:
                    results.begin(next(inputs), box.put)
                    continue
                except StopIteration:
                    ended = True
            if results.flying:
                results.end(*box.get())
            elif ended:
                yield from results.take()
                return
    finally:
        results.give_up()


async def map_inputs_aio(target, inputs, kwargs, ordered, as_values):
    import asyncio

    loop = asyncio.get_running_loop()
    box = asyncio.Queue()
    results = _Results(target, kwargs, ordered, as_values)
    room = asyncio.Semaphore(LIMIT)

    async def pull():
        async for args in inputs:
            await room.acquire()
            results.begin(args, lambda answer: loop.call_soon_threadsafe(box.put_nowait, answer))

    pulling = asyncio.ensure_future(pull())
    pulling.add_done_callback(lambda _: box.put_nowait(None))
    try:
        while results.flying or not pulling.done():
            answer = await box.get()
            if answer is not None:
                results.end(*answer)
            for value in results.take():
                room.release()
                yield value
        await pulling
    finally:
        pulling.cancel()
        results.give_up()


async def zipped(iterables):
    """Tuples of what several iterables give, some of them asynchronous."""
    iterators = [each.__aiter__() if hasattr(each, "__aiter__") else _Later(each) for each in iterables]
    while iterators:
        values = []
        for each in iterators:
            try:
                values.append(await each.__anext__())
            except StopAsyncIteration:
                return
        yield tuple(values)


class _Later:
    def __init__(self, values):
        self.values = iter(values)

    async def __anext__(self):
        try:
            return next(self.values)
        except StopIteration:
            raise StopAsyncIteration from None


async def later(values):
    """An iterable of either kind as an asynchronous one."""
    if hasattr(values, "__aiter__"):
        async for value in values:
            yield value
    else:
        for value in values:
            yield value
