"""Synchronous functions of several inputs at once: each in a thread, and what they yield as it comes."""

from _contextvars import copy_context

from . import interrupts


class Threads:
    """As many threads as there may be inputs, made when they are needed."""

    def __init__(self, most):
        self.most = most
        self._pool = None

    def submit(self, work):
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(max(self.most, 4))
        return self._pool.submit(work)


def is_awaitable(value):
    return hasattr(type(value), "__await__")


async def run_in_thread(threads, made, work):
    """Runs `work()` in a thread, and the generator that it returns as well."""
    import asyncio
    from _thread import get_ident

    context = copy_context()
    loop = asyncio.get_running_loop()

    def run():
        if made is not None:
            if made.reason is not None:
                raise interrupts.cancellation()("the input was cancelled")
            made.thread = get_ident()
        try:
            value = work()
            if hasattr(type(value), "gi_frame") and made is not None and made.call["encoding"] != "http":
                return _run_through(made, value, loop)
            return value
        finally:
            if made is not None:
                made.thread = None

    return await asyncio.wrap_future(threads.submit(lambda: context.run(run)))


def _run_through(made, values, loop):
    """The values of a generator: as a list, or said one by one, with a wait where nobody takes them."""
    if not made.call.get("stream"):
        return list(values)
    import asyncio

    for value in values:
        asyncio.run_coroutine_threadsafe(made.say(value), loop).result()
        if made.reason is not None:
            values.close()
            raise interrupts.cancellation()("the input was cancelled")
    return None
