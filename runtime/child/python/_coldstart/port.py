"""Passes requests on to a server that user code has started on a port of its own."""

import asyncio
import http.client
import socket

from .errors import environment

#: Headers that are about one connection, and not about the request.
_HOPS = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
}

#: Seconds in which a container that was told to end has left its port.
_LEAVING = 5


class Port:
    def __init__(self, port, seconds):
        self.port = port
        self.seconds = seconds

    def wait_until_free(self):
        """Before user code starts its server: whatever answers now is something else, or a container that is about to end."""
        from time import monotonic, sleep

        end = monotonic() + _LEAVING
        while self._is_taken():
            if monotonic() > end:
                raise environment(
                    "PortTakenError",
                    "port %d is taken by another process of this computer; containers have no ports of their own here, so that it may be another function of the app, or an earlier version of this one that still has inputs: end it, or use another port"
                    % self.port,
                )
            sleep(0.05)

    def _is_taken(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    async def open(self):
        """Until something listens there."""
        end = asyncio.get_running_loop().time() + self.seconds
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            except OSError:
                if asyncio.get_running_loop().time() > end:
                    raise TimeoutError(
                        "nothing listens on port %d after %g s; does the server start, and on 0.0.0.0?"
                        % (self.port, self.seconds)
                    ) from None
                await asyncio.sleep(0.005)

    async def close(self):
        pass

    async def answer(self, exchange, run=None):
        if exchange.is_socket:
            from .tunnel import tunnel

            await tunnel(exchange, self.port)
            return
        from .threads import run_in_thread

        body = await exchange.whole()
        loop = asyncio.get_running_loop()
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        work = run_in_thread(
            exchange.engine.threads, None, lambda: self._pass_on(exchange, connection, body, loop)
        )
        try:
            await work
        finally:
            # Also of a request that nobody waits for any more: the thread is waiting in it.
            connection.close()

    @staticmethod
    def _pass_on(exchange, connection, body, loop):
        headers = [(name, value) for name, value in exchange.headers if name.lower() not in _HOPS]
        query = "?" + exchange.query if exchange.query else ""
        connection.putrequest(
            exchange.method, exchange.path + query, skip_host=True, skip_accept_encoding=True
        )
        for name, value in headers:
            connection.putheader(name, value)
        if body or exchange.method not in ("GET", "HEAD"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        sized = [
            (name, value)
            for name, value in response.getheaders()
            if name.lower() not in _HOPS or name.lower() == "content-length"
        ]
        loop.call_soon_threadsafe(exchange.head, response.status, sized)
        while True:
            part = response.read1(65536)
            if not part:
                return
            asyncio.run_coroutine_threadsafe(exchange.chunk(part), loop).result()
