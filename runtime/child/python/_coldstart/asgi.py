"""Runs an application of ASGI: its lifespan when it is opened, then a request at a time."""

import asyncio


class Asgi:
    def __init__(self, app):
        self.app = app
        self.state = {}
        self.inbox = None
        self.life = None

    async def open(self):
        """The lifespan's beginning: apps that know none say so by raising."""
        self.inbox = asyncio.Queue()
        started = asyncio.get_running_loop().create_future()

        async def send(message):
            if not started.done():
                started.set_result(message)

        async def live():
            scope = {
                "type": "lifespan",
                "asgi": {"version": "3.0", "spec_version": "2.0"},
                "state": self.state,
            }
            try:
                await self.app(scope, self.inbox.get, send)
            except Exception:
                pass
            if not started.done():
                started.set_result({"type": "none"})

        self.life = asyncio.ensure_future(live())
        await self.inbox.put({"type": "lifespan.startup"})
        message = await started
        if message["type"] == "lifespan.startup.failed":
            raise RuntimeError(message.get("message") or "the app's lifespan failed to start")

    async def close(self):
        if self.life is not None and not self.life.done():
            await self.inbox.put({"type": "lifespan.shutdown"})
            await asyncio.wait([self.life], timeout=5)

    async def answer(self, exchange, run=None):
        if exchange.is_socket:
            from .websocket import talk

            await talk(self.app, exchange, _scope(exchange, self.state))
            return
        ended = False
        head = None

        def begin():
            nonlocal head
            if head is not None:
                exchange.head(*head)
                head = None

        async def receive():
            nonlocal ended
            if ended:
                await exchange.gone()
            part = await exchange.receive()
            ended = exchange.is_received
            return {"type": "http.request", "body": bytes(part), "more_body": not ended}

        async def send(message):
            nonlocal head
            if message["type"] == "http.response.start":
                headers = [
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in message.get("headers", ())
                ]
                head = message["status"], headers
                exchange.begun = True
                # Most apps say the whole body at once: then head and body go together.
                asyncio.get_running_loop().call_soon(begin)
            elif message["type"] == "http.response.body":
                body = message.get("body", b"")
                if head is not None and not message.get("more_body", False):
                    (status, headers), head = head, None
                    await exchange.complete(status, headers, body)
                else:
                    begin()
                    await exchange.chunk(body)

        await self.app(_scope(exchange, self.state), receive, send)
        if not exchange.begun:
            raise RuntimeError(
                "the app returned without a response to %s %s" % (exchange.method, exchange.path)
            )


def _scope(exchange, state):
    from urllib.parse import unquote, urlsplit

    base = urlsplit(exchange.base)
    root = base.path.rstrip("/")
    path = root + exchange.path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": exchange.method,
        "scheme": base.scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": exchange.query.encode(),
        "root_path": root,
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in exchange.headers
        ],
        "client": tuple(exchange.client),
        "server": (base.hostname, base.port or 80),
        "state": state.copy(),
    }
