"""Calls that go on by themselves: `spawn` starts them, `get` waits for what they come to."""

from .named import Named
from .remote import ask, ask_aio


class _Both:
    """A way to ask, with its `aio` form beside it; made anew for each call."""

    def __init__(self, message):
        self._message = message

    def __call__(self, *args, **kwargs):
        return ask(self._message(*args, **kwargs))

    async def aio(self, *args, **kwargs):
        return await ask_aio(self._message(*args, **kwargs))


class FunctionCall(Named):
    """What `spawn` hands back."""

    kind = "FunctionCall"

    def said(self):
        return repr(self.object_id)

    def __class_getitem__(cls, item):
        return cls

    @staticmethod
    def from_id(function_call_id, *args, **kwargs):
        return FunctionCall(function_call_id)

    def __init__(self, id):
        self.object_id = id

    @property
    def get(self):
        def message(timeout=None, *, index=0):
            limit = {} if timeout is None else {"timeout": max(0, timeout * 1000)}
            return {"ask": "result", "id": self.object_id, **limit}

        return _Both(message)

    @property
    def cancel(self):
        return _Both(lambda *args, **kwargs: {"ask": "cancel", "id": self.object_id})

    def get_call_graph(self, *args, **kwargs):
        from . import only_on_modal

        raise only_on_modal("modal.FunctionCall.get_call_graph()")

    def hydrate(self, *args, **kwargs):
        return self


class _Gather:
    """`FunctionCall.gather(*calls)`: all results, or the first error."""

    def __call__(self, *calls):
        return [call.get() for call in calls]

    async def aio(self, *calls):
        import asyncio

        return list(await asyncio.gather(*(call.get.aio() for call in calls)))


FunctionCall.gather = _Gather()
