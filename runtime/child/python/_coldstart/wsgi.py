"""Runs an application of WSGI: each request in a thread."""

import asyncio
from io import BytesIO


class Wsgi:
    def __init__(self, app):
        self.app = app

    async def open(self):
        pass

    async def close(self):
        pass

    async def answer(self, exchange, run=None):
        from .threads import run_in_thread

        body = await exchange.whole()
        loop = asyncio.get_running_loop()
        made = getattr(exchange, "made", None)
        await run_in_thread(exchange.engine.threads, made, lambda: self._respond(exchange, body, loop))

    def _respond(self, exchange, body, loop):
        begun = []

        def start_response(status, headers, error=None):
            if error is not None and exchange.begun:
                raise error[1].with_traceback(error[2])
            begun[:] = [(int(status.split()[0]), [(str(name), str(value)) for name, value in headers])]
            return say

        def say(part):
            if not exchange.begun:
                loop.call_soon_threadsafe(exchange.head, *begun[0])
                exchange.begun = True
            asyncio.run_coroutine_threadsafe(exchange.chunk(part), loop).result()

        parts = self.app(_environ(exchange, body), start_response)
        try:
            for part in parts:
                if part:
                    say(part)
            if not begun:
                raise RuntimeError(
                    "the app returned without a response to %s %s" % (exchange.method, exchange.path)
                )
            say(b"")
        finally:
            if hasattr(parts, "close"):
                parts.close()


def _environ(exchange, body):
    import sys
    from urllib.parse import unquote_to_bytes, urlsplit

    base = urlsplit(exchange.base)
    environ = {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": base.path.rstrip("/"),
        "PATH_INFO": unquote_to_bytes(exchange.path).decode("latin-1"),
        "QUERY_STRING": exchange.query,
        "SERVER_NAME": base.hostname or "localhost",
        "SERVER_PORT": str(base.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": exchange.client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": base.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in exchange.headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
        environ[key] = environ[key] + "," + value if key in environ else value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
