"""A request on its way to user code, and the response on its way back."""

from .channel import send


class Exchange:
    """One over HTTP, of an input that is under way."""

    def __init__(self, made):
        self.made = made
        request = made.call["request"]
        self.method = request["method"]
        self.path, _, self.query = request["url"].partition("?")
        self.headers = request["headers"]
        self.base = request["base"]
        self.client = request["client"]
        self.is_socket = request.get("socket", False)
        self.id = made.id
        self.begun = False
        #: A response that is whole goes with the result: what to add to it, and the body.
        self.last = {}, b""

    @property
    def engine(self):
        return self.made.engine

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)

    async def receive(self):
        """The next part of the body; nothing at its end."""
        made = self.made
        while not made.parts:
            if made.whole:
                return b""
            await made.changed()
        part = made.parts.pop(0)
        if not made.whole:
            send({"type": "pull", "input": made.id})
        return part

    @property
    def is_received(self):
        return self.is_ended and not self.made.parts

    @property
    def is_ended(self):
        """The last part has come, though it may wait to be received."""
        return self.made.whole

    async def whole(self):
        parts = []
        while not self.is_received:
            parts.append(await self.receive())
        return b"".join(parts)

    async def gone(self):
        """Until nobody waits for the response any more: then its task is cancelled."""
        while True:
            await self.made.changed()

    def head(self, status, headers):
        self.begun = True
        send({"type": "response", "input": self.id, "status": status, "headers": headers})

    async def chunk(self, part):
        if part:
            await self.made.take_room()
            if self.made.reason is not None:
                raise ConnectionError("nobody waits for the response any more")
            send({"type": "chunk", "input": self.id}, part)

    async def complete(self, status, headers, body):
        self.begun = True
        self.last = {"status": status, "headers": headers}, body

    async def respond(self, status, headers, body):
        """A response whose body is there already."""
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers = [*headers, ("content-length", str(len(body)))]
        await self.complete(status, headers, body)

    async def answer_json(self, status, value, headers=()):
        from .json_text import dumps

        body = dumps(value).encode()
        await self.respond(status, [("content-type", "application/json"), *headers], body)


class Inside:
    """A request that is made in the container itself: `coldstart run app.py::web --input '["/path"]'`."""

    is_socket = False

    def __init__(self, args, engine):
        self.engine = engine
        self.id = ""
        self.method, url, self._body = _request(args)
        self.path, _, self.query = url.partition("?")
        self.headers = [("host", "localhost")]
        if self._body:
            self.headers += [("content-type", "application/json"), ("content-length", str(len(self._body)))]
        self.base = "http://localhost"
        self.client = ("127.0.0.1", 1)
        self.begun = False
        self._answer = 500, [], []

    header = Exchange.header
    respond = Exchange.respond
    answer_json = Exchange.answer_json

    @property
    def is_received(self):
        return not self._body

    async def receive(self):
        part, self._body = self._body, b""
        return part

    whole = receive

    async def gone(self):
        await self.engine.loop.create_future()

    def head(self, status, headers):
        self.begun = True
        self._answer = status, headers, []

    async def chunk(self, part):
        self._answer[2].append(bytes(part))

    async def complete(self, status, headers, body):
        self.head(status, headers)
        await self.chunk(body)

    def value(self):
        """What the call results in: the status, and the body as JSON or text."""
        status, headers, parts = self._answer
        text = b"".join(parts).decode("utf-8", "replace")
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if "json" in kind:
            from .json_text import loads

            return {"status": status, "body": loads(text)}
        return {"status": status, "body": text}


def _request(args):
    """`[]`, `["/path"]` or `["POST", "/path", body]`."""
    if len(args) < 2:
        return "GET", args[0] if args else "/", b""
    from json import dumps

    body = args[2] if len(args) > 2 else ""
    return args[0], args[1], (body if isinstance(body, str) else dumps(body)).encode()
