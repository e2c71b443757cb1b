"""Web apps of functions: opened once per container, then asked within the process, without a port where there need be none."""

from ..invoke import settle


def open_server(marks, build):
    """What answers requests, and what closes it."""
    if "web_server" in marks:
        return _open_port(marks["web_server"], build), lambda: None
    app = build()
    return (_wsgi(app), lambda: None) if "wsgi_app" in marks else _asgi(app)


def _request(args):
    """`[]`, `["/path"]` or `["POST", "/path", body]`."""
    if len(args) < 2:
        return "GET", args[0] if args else "/", b""
    import json

    body = args[2] if len(args) > 2 else ""
    return args[0], args[1], (body if isinstance(body, str) else json.dumps(body)).encode()


def _response(status, headers, body):
    headers = {name.lower(): value for name, value in headers}
    text = body.decode("utf-8", "replace")
    if "json" in headers.get("content-type", ""):
        import json

        return {"status": status, "body": json.loads(text)}
    return {"status": status, "body": text}


def _asgi(app):
    import asyncio

    inbox = life = None

    async def start():
        """Lifespan: apps that know none say so by raising."""
        nonlocal inbox, life
        inbox = asyncio.Queue()
        started = asyncio.get_running_loop().create_future()

        async def send(message):
            if not started.done():
                started.set_result(message)

        async def live():
            try:
                await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, inbox.get, send)
            except Exception as error:
                if not started.done():
                    started.set_result({"type": "none", "error": error})
            if not started.done():
                started.set_result({"type": "none"})

        life = asyncio.ensure_future(live())
        await inbox.put({"type": "lifespan.startup"})
        message = await started
        if message["type"] == "lifespan.startup.failed":
            raise RuntimeError(message.get("message") or "the app's lifespan failed to start")

    async def close():
        await inbox.put({"type": "lifespan.shutdown"})
        await asyncio.wait([life], timeout=5)

    async def handle(method, path, body):
        path, _, query = path.partition("?")
        headers = [(b"host", b"localhost")]
        if body:
            headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("localhost", 80), "state": {},
        }  # fmt: skip
        requests = [{"type": "http.request", "body": body, "more_body": False}]
        answer = {"status": 500, "headers": [], "body": b""}

        async def receive():
            return requests.pop() if requests else {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                answer["headers"] = [
                    (name.decode(), value.decode()) for name, value in message.get("headers", ())
                ]
            elif message["type"] == "http.response.body":
                answer["body"] += message.get("body", b"")

        await app(scope, receive, send)
        return _response(answer["status"], answer["headers"], answer["body"])

    settle(start())
    return (lambda args: settle(handle(*_request(args)))), (lambda: settle(close()))


def _wsgi(app):
    def call(args):
        import io
        import sys

        method, path, body = _request(args)
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json" if body else "", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        begun = []
        chunks = app(environ, lambda status, headers, error=None: begun.append((status, headers)))
        body = b"".join(chunks)
        status, headers = begun[-1]
        return _response(int(status.split()[0]), headers, body)

    return call


def _open_port(said, build):
    import http.client
    import socket
    from time import monotonic, sleep

    port = said.get("first") or said.get("port")
    build()
    end = monotonic() + said.get("startup_timeout", 60)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            if monotonic() > end:
                raise TimeoutError(
                    "nothing listens on port %d; does the server start, and on 0.0.0.0?" % port
                ) from None
            sleep(0.005)

    def call(args):
        method, path, body = _request(args)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request(method, path, body or None, {"content-type": "application/json"} if body else {})
        response = connection.getresponse()
        return _response(response.status, response.getheaders(), response.read())

    return call
