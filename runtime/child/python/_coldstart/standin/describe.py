"""Says what an app defines, as runtime/child/description.ts has it, for platforms that keep a whole app up and for builds."""

import os

from . import apps, file_of, looked_at
from .marks import marked_members, marks_of
from .settings import builds
from .steps import described as described_image


def describe(plan):
    functions = []
    for app in apps:
        for function in app.functions.values():
            functions.append(_described(function, function.name, function.raw, function.marks, [], []))
        for cls in app.classes.values():
            hooks = [name for name, _ in cls.hooks("build")]
            wanted = [
                name
                for name, value in cls.parameters().items()
                if value.said["init"] and not value.has_default
            ]
            for name, marked in cls.methods().items():
                full = "%s.%s" % (cls.name, name)
                marks = marks_of(cls.raw, marked)
                functions.append(_described(cls, full, marked.raw, marks, hooks, wanted, name))
    return {
        "functions": functions,
        "entrypoint": any(app.entrypoints for app in apps),
        **({"local": sorted({each for each in looked_at if os.path.isfile(each)})} if looked_at else {}),
    }


def _described(owner, name, raw, marks, hooks, parameters, method=None):
    code = getattr(raw, "__code__", None)
    described = {
        "file": os.path.abspath(file_of(raw)),
        "name": name,
        "settings": owner.settings(
            builds(owner, marked_members(getattr(owner, "raw", object), "build") if hooks else ()),
            marks,
            method,
        ),
        "builds": hooks,
        "generator": bool(code is not None and code.co_flags & 0x220),
    }
    if hasattr(owner.image, "steps"):
        described["image"] = described_image(owner.image)
    web = _web(marks)
    if web:
        described["web"] = web
    if parameters:
        described["parameters"] = parameters
    schedule = owner.options.get("schedule")
    if schedule is not None:
        described["schedule"] = schedule.described()
    return described


def _web(marks):
    for kind in ("fastapi_endpoint", "web_endpoint"):
        if kind in marks:
            return {"kind": "endpoint", "method": marks[kind].get("method", "GET")}
    for kind in ("asgi_app", "wsgi_app"):
        if kind in marks:
            return {"kind": kind[:4]}
    if "web_server" in marks:
        said = marks["web_server"]
        return {"kind": "server", "port": said.get("first") or said.get("port")}
    return None
