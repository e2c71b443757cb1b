"""Carries a connection that has left HTTP (a web socket) between a client and a server on a port: bytes, as they come."""

import asyncio

#: Seconds that a server may go on once its client has left.
_GRACE = 5
_LONGEST_HEAD = 65536


async def tunnel(exchange, port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_HEAD)
    try:
        query = "?" + exchange.query if exchange.query else ""
        lines = ["%s %s HTTP/1.1" % (exchange.method, exchange.path + query)]
        lines += ["%s: %s" % (name, value) for name, value in exchange.headers]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        status, headers = _parsed(await reader.readuntil(b"\r\n\r\n"))
        if status != 101:
            await _refused(exchange, reader, status, headers)
            return
        exchange.head(status, headers)
        await _both_ways(exchange, reader, writer)
    finally:
        writer.close()


def _parsed(head):
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), [(name.strip(), value.strip()) for name, _, value in pairs]


async def _refused(exchange, reader, status, headers):
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    body = await reader.readexactly(length)
    kept = [each for each in headers if each[0].lower() not in ("transfer-encoding", "content-length")]
    await exchange.respond(status, kept, body)


async def _both_ways(exchange, reader, writer):
    async def up():
        while True:
            part = await exchange.receive()
            if not part and exchange.is_ended:
                break
            writer.write(part)
            await writer.drain()
        writer.write_eof()

    async def down():
        while True:
            part = await reader.read(65536)
            if not part:
                return
            await exchange.chunk(part)

    sending, answering = asyncio.ensure_future(up()), asyncio.ensure_future(down())
    try:
        await asyncio.wait([sending, answering], return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            await asyncio.wait([answering], timeout=_GRACE)
    except ConnectionError:
        pass
    finally:
        for task in (sending, answering):
            task.cancel()
        await asyncio.gather(sending, answering, return_exceptions=True)
