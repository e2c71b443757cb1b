"""Functions of an app that answer requests: whole applications, servers on a port, and endpoints of one function."""

from ..invoke import settle

SERVERS = ("asgi_app", "wsgi_app", "web_server")
ENDPOINTS = ("fastapi_endpoint", "web_endpoint")


def open_server(marks, build):
    """What answers requests, once per container. `build()` runs the function's body."""
    if "web_server" in marks:
        from ..port import Port

        said = marks["web_server"]
        server = Port(said.get("first") or said.get("port"), said.get("startup_timeout", 5))
        server.wait_until_free()
        build()
    elif "wsgi_app" in marks:
        from ..wsgi import Wsgi

        server = Wsgi(build())
    else:
        from ..asgi import Asgi

        server = Asgi(build())
    settle(server.open())
    return server


def endpoint_of(marks):
    """What is said of an endpoint; nothing for other functions."""
    return next((marks[kind] for kind in ENDPOINTS if kind in marks), None)


def open_endpoint(said, function, name):
    """An endpoint as a FastAPI app of one route, as the platform makes it; where there is no FastAPI, a small stand-in."""
    method = said.get("method", "GET").upper()
    try:
        import fastapi
        from fastapi.middleware.cors import CORSMiddleware
    except ImportError:
        from . import note
        from .endpoint import Endpoint

        note(
            "fastapi is not installed here: a small stand-in answers for %s, which knows plain parameters and JSON; install it as the image does"
            % name
        )
        return Endpoint(function, method)
    from ..asgi import Asgi

    docs = bool(said.get("docs", False))
    app = fastapi.FastAPI(
        openapi_url="/openapi.json" if docs else None, docs_url="/docs" if docs else None, redoc_url=None
    )
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"]
    )
    app.add_api_route("/", function, methods=[method])
    return Asgi(app)
