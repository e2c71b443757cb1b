"""Calls that run in other containers: one result, or values that come one by one; waited for by a thread or in an event loop."""

from .. import channel


def about(ask, target, args=(), kwargs=None):
    """A request, and the arguments that go with it. `target` says which function."""
    from ..values import pickled_arguments

    return {"ask": ask, **target}, pickled_arguments(tuple(args), kwargs or {})


def result(answer):
    """The value of an answer, or the error that it tells of."""
    header, payload = answer
    failure = header.get("failure")
    if failure:
        raise error_of(failure, payload)
    if not payload:
        return header.get("value")
    from pickle import loads

    return loads(payload)


def error_of(failure, payload=b""):
    if payload:
        from pickle import loads

        try:
            return loads(payload)
        except Exception:
            pass
    if failure["name"] == "ResultTimeoutError":
        return TimeoutError(failure["message"])
    from .exceptions import current, lost

    # An InputCancellation is for the input that is cancelled itself; who has called it gets an ordinary error.
    if failure["kind"] == "lost":
        return lost()(failure["message"])
    kinds = {"timeout": "FunctionTimeoutError"}
    kind = getattr(current(), kinds.get(failure["kind"], "RemoteError"), None) or current().RemoteError
    return kind("%s: %s" % (failure["name"], failure["message"]))


def ask(message, payload=b""):
    return result(channel.ask(message, payload))


async def ask_aio(message, payload=b""):
    import asyncio

    loop = asyncio.get_running_loop()
    answered = loop.create_future()

    def heard(*answer):
        loop.call_soon_threadsafe(lambda: answered.done() or answered.set_result(answer))

    call = channel.request(message, payload, heard)
    try:
        return result(await answered)
    finally:
        channel.abort(call)


def stream(message, payload):
    """What a generator yields; leaving the loop cancels it."""
    from _queue import SimpleQueue

    box = SimpleQueue()
    call = channel.request({**message, "stream": True}, payload, lambda *answer: box.put(answer))
    try:
        while True:
            answer = box.get()
            value = result(answer)
            if not answer[0].get("more"):
                return
            yield value
            channel.send({"type": "more", "call": call})
    finally:
        channel.abort(call)


async def stream_aio(message, payload):
    import asyncio

    loop = asyncio.get_running_loop()
    box = asyncio.Queue()
    heard = lambda *answer: loop.call_soon_threadsafe(box.put_nowait, answer)  # noqa: E731
    call = channel.request({**message, "stream": True}, payload, heard)
    try:
        while True:
            answer = await box.get()
            value = result(answer)
            if not answer[0].get("more"):
                return
            yield value
            channel.send({"type": "more", "call": call})
    finally:
        channel.abort(call)
