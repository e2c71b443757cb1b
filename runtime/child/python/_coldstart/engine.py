"""Answers inputs in an event loop: asynchronous functions, several inputs at once, and requests."""

import asyncio

from . import channel, interrupts
from .channel import now, send
from .container import say_aside, say_failed, stop
from .current import input_id
from .invoke import loop
from .threads import Threads, is_awaitable, run_in_thread
from .values import decode_arguments, encode_result


_engine = None


def run(function, first=None):
    """Does not come back: the container ends with it. `first` is an input that has come before, as far as it is."""
    global _engine
    _engine = Engine(function, loop())
    if first is not None:
        _engine.begin(*first)
    _engine.run()
    stop()


def current_engine():
    return _engine


class Input:
    """An input that is under way."""

    def __init__(self, call, engine):
        self.call = call
        self.function = engine.function.member(call.get("method"))
        self.id = call["input"]
        self.engine = engine
        #: Why nobody waits for it any more.
        self.reason = None
        self.room = channel.WINDOW
        self.started = now()
        self.task = None
        self.running = False
        #: The thread that runs user code for it.
        self.thread = None
        #: Parts of a request's body, and what to do when there are more.
        self.parts = []
        self.whole = False
        self._waiting = []

    def change(self):
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def changed(self):
        each = self.engine.loop.create_future()
        self._waiting.append(each)
        await each

    async def take_room(self):
        """Waits until one more part may be said."""
        while not self.room and self.reason is None:
            await self.changed()
        self.room -= 1

    async def say(self, value):
        await self.take_room()
        if self.reason is None:
            send({"type": "yield", "input": self.id}, encode_result(self.call["answer"], value))

    def cancel(self, reason):
        """A thread can't be left alone with its work: the input ends when the thread has ended it."""
        self.reason = reason
        self.change()
        if not self.running:
            return  # A task that is cancelled before it has begun says nothing.
        if self.thread is None:
            self.task.cancel()
        else:
            interrupts.interrupt(self.thread)


class Engine:
    def __init__(self, function, its_loop):
        self.function = function
        self.loop = its_loop
        self.inputs = {}
        self.several = function.limit > 1
        serves = any(each.is_server for each in function.members())
        self.threads = Threads(function.limit) if self.several or serves else None
        self.batches = {each: _batches(each, self) for each in function.members() if each.batch is not None}

    def run(self):
        channel.wait = None
        channel.release = lambda: self.loop.call_soon_threadsafe(self.loop.remove_reader, channel.FD)
        if not channel.has_reader():
            self.loop.add_reader(channel.FD, self._read)
        channel.hand_over(lambda *frame: self.loop.call_soon_threadsafe(self._hear, *frame))
        self._read_rest()
        self.loop.run_forever()

    def _read(self):
        for header, payload in channel.available():
            self._hear(header, payload)

    def _read_rest(self):
        """Frames that came along with others are in memory: nothing wakes the loop for them."""
        if channel.has_rest():
            self._read()

    def _hear(self, header, payload):
        kind = header["type"]
        if kind == "call":
            self.begin(header, payload)
            return
        if kind == "stop":
            self.loop.stop()
            return
        known = self.inputs.get(header.get("input"))
        if known is None:
            return
        if kind == "cancel":
            known.cancel(header["reason"])
        elif kind == "pull":
            known.room += 1
            known.change()
        elif kind == "body":
            if payload:
                known.parts.append(payload)
            known.whole = header.get("end", False)
            known.change()

    def begin(self, call, payload, begun=None):
        made = Input(call, self)
        if call.get("whole"):
            made.parts = [payload] if payload else []
            made.whole = True
        self.inputs[made.id] = made
        made.task = self.loop.create_task(self._answer(made, payload, begun))

    async def _answer(self, made, payload, begun):
        input_id.set(made.id)
        made.running = True
        try:
            if made.reason is not None:
                raise asyncio.CancelledError
            if made.call["encoding"] == "http":
                from .exchange import Exchange

                exchange = Exchange(made)
                await made.function.answer_http(exchange, lambda *given: self._raw(made, *given))
                head, body = exchange.last
                send({"type": "result", "input": made.id, "started": made.started, **head}, body)
            else:
                if begun is None:
                    args, kwargs = decode_arguments(made.call["encoding"], payload)
                    made.started = now()
                    value = await self._run(made, args, kwargs)
                else:
                    value, made.started = begun
                    value = await self._settle(made, value)
                answer = encode_result(made.call["answer"], value)
                send({"type": "result", "input": made.id, "started": made.started}, answer)
            say_aside()
        except BaseException as error:
            expected = (Exception, asyncio.CancelledError, interrupts.cancellation())
            if not isinstance(error, expected):
                raise
            say_failed(made.call, error, made.reason)
        finally:
            del self.inputs[made.id]

    async def _run(self, made, args, kwargs):
        """What the function comes to."""
        batches = self.batches.get(made.function)
        if batches is not None:
            return await batches.add(args, kwargs)
        return await self._settle(made, await self.call(made.function, made, args, kwargs))

    async def _raw(self, made, args, kwargs):
        """The same, where a generator is left to the response."""
        batches = self.batches.get(made.function)
        value = await (batches.add(args, kwargs) if batches else self.call(made.function, made, args, kwargs))
        return await value if is_awaitable(value) else value

    async def call(self, function, made, args, kwargs):
        """What it returns. A synchronous one has the loop's thread for itself, unless there are several inputs."""
        if self.several and not function.is_async and not function.is_server:
            return await run_in_thread(
                self.threads, made, lambda: function.call(args, kwargs, self._timeout(made))
            )
        try:
            interrupts.begin()
            return function.call(args, kwargs, self._timeout(made))
        finally:
            if interrupts.end() and made is not None and made.reason is None:
                made.reason = "cancelled"  # The frame that says it waits to be read.

    def _timeout(self, made):
        return None if made is None else made.call.get("timeout")

    async def _settle(self, made, value):
        """Awaits what is to be awaited, and runs generators to their end."""
        if is_awaitable(value):
            value = await value
        kind = type(value)
        stream = made.call.get("stream")
        if hasattr(kind, "asend"):
            return await self._each(made, value, stream)
        if hasattr(kind, "gi_frame"):
            if not stream:
                return list(value)
            try:
                for each in value:
                    await made.say(each)
            finally:
                value.close()
            return None
        return value

    async def _each(self, made, values, stream):
        collected = []
        try:
            async for value in values:
                if stream:
                    await made.say(value)
                else:
                    collected.append(value)
        finally:
            # A generator that is left at a `yield` runs its `finally` blocks.
            await values.aclose()
        return None if stream else collected


def _batches(function, engine):
    from .batches import Batches

    return Batches(function, engine)
