"""Talks with a web socket for an application of ASGI: messages are parts of the request's body, and of the response's."""

#: What a part is, by its first byte: text, bytes, or the end with its code (two bytes) and its reason.
_TEXT, _BYTES, _CLOSE = b"t", b"b", b"c"


class _ClientGone(OSError):
    """What the specification wants of `send` once the client has left."""


async def talk(app, exchange, scope):
    socket = _Socket(exchange)
    scope = {
        **scope,
        "type": "websocket",
        "scheme": "wss" if scope["scheme"] == "https" else "ws",
        "subprotocols": _listed(exchange.header("sec-websocket-protocol")),
        "extensions": {"websocket.http.response": {}},
    }
    del scope["method"]
    try:
        await app(scope, socket.receive, socket.send)
    except Exception as error:
        # Frameworks have an error of their own for a client that has left; who does not catch it has nothing to say.
        if not (socket.is_left and type(error).__name__ in ("_ClientGone", "WebSocketDisconnect")):
            raise
    if socket.state == "connecting" and not socket.is_left:
        raise RuntimeError(
            "the app returned without an answer to the web socket at %s: it has to accept or to close it"
            % exchange.path
        )


class _Socket:
    def __init__(self, exchange):
        self.exchange = exchange
        self.state = "connecting"
        self.is_asked = False
        #: The app knows that its client has left.
        self.is_left = False
        self.head = None

    async def receive(self):
        if not self.is_asked:
            self.is_asked = True
            return {"type": "websocket.connect"}
        if self.is_left or self.state in ("closed", "refused"):
            await self.exchange.gone()
        part = bytes(await self.exchange.receive())
        kind, data = part[:1], part[1:]
        if kind == _TEXT:
            return {"type": "websocket.receive", "text": data.decode()}
        if kind == _BYTES:
            return {"type": "websocket.receive", "bytes": data}
        self.is_left = True
        code = int.from_bytes(data[:2], "big") if kind == _CLOSE else 1006
        return {"type": "websocket.disconnect", "code": code, "reason": data[2:].decode()}

    async def send(self, message):
        kind = message["type"]
        if self.state == "connecting" and kind == "websocket.accept":
            headers = _texts(message.get("headers"))
            if message.get("subprotocol"):
                headers.append(("sec-websocket-protocol", message["subprotocol"]))
            self.state = "open"
            self.exchange.head(101, headers)
        elif self.state == "connecting" and kind == "websocket.close":
            self.state = "refused"
            await self.exchange.answer_json(403, {"error": "the app refused the web socket"})
        elif self.state in ("connecting", "refusing") and kind.startswith("websocket.http.response."):
            await self._refuse(message)
        elif self.state == "open" and kind == "websocket.send":
            if self.exchange.is_ended:
                self.is_left = True
                raise _ClientGone("the client of the web socket has left")
            text = message.get("text")
            part = _BYTES + bytes(message["bytes"]) if text is None else _TEXT + text.encode()
            await self.exchange.chunk(part)
        elif self.state == "open" and kind == "websocket.close":
            self.state = "closed"
            code = message.get("code", 1000)
            await self.exchange.chunk(
                _CLOSE + code.to_bytes(2, "big") + (message.get("reason") or "").encode()
            )
        else:
            raise RuntimeError("%s cannot be sent: the web socket is %s" % (kind, self.state))

    async def _refuse(self, message):
        """A response of the app's own in place of the socket."""
        if message["type"].endswith(".start"):
            self.state = "refusing"
            self.exchange.head(message["status"], _texts(message.get("headers")))
            return
        await self.exchange.chunk(message.get("body", b""))
        if not message.get("more_body", False):
            self.state = "refused"


def _texts(headers):
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers or ()]


def _listed(header):
    return [each.strip() for each in (header or "").split(",") if each.strip()]
