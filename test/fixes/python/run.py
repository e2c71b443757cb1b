"""Runs programs, one after another in processes of their own: an order a line in, an outcome a line out."""

import importlib
import inspect
import json
import os
import shutil
import signal
import sys
import tempfile

import modal_api
import packages
import values
from values import Value, entries, spelled

SECONDS = 20


def serve(order):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        os.close(reader)
        folder = tempfile.mkdtemp(prefix="coldstart-program-")
        try:
            outcome = run(order, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        answer = json.dumps({"outcome": outcome, "entries": entries}).encode()
        while answer:
            answer = answer[os.write(writer, answer) :]
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text or json.dumps({"outcome": {"error": "no answer"}, "entries": []})


def run(order, folder):
    for path, text in order["texts"].items():
        file = os.path.join(folder, path)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", newline="") as out:
            out.write(text)
    os.chdir(folder)
    sys.path[:0] = [folder, os.path.dirname(os.path.join(folder, order["file"]))]
    packages.install(folder)
    # Errors are values here: a program that fails has to fail in the same way.
    try:
        return {"ok": called(order)}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}".replace(folder, "")}


def called(order):
    name = order["file"].removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    module = importlib.import_module(name)
    target = module
    owner, _, member = order["name"].rpartition(".")
    target = getattr(module, owner or member)
    image = getattr(target, "options", {}).get("image")
    if isinstance(image, modal_api.Image):
        marked = len(entries)
        image.build()
        # Nobody sees what a build prints.
        kinds = {"call": "build", "write": "built"}
        entries[marked:] = [[kinds[kind], text] for kind, text in entries[marked:] if kind in kinds]
    if order["platform"] == "lambda":
        routes = [answers(handler) for _, handler in values.handlers]
        return [spelled(target(event(number), Value("context"))) for number in (1, 2)] + routes
    if isinstance(target, modal_api.Cls):
        started = target.instance()
        return answers(getattr(started, member)) if owner else "started"
    return answers(target.raw)


def answers(function):
    if "web" in modal_api.kinds(function):
        modal_api.finish(function())
        found = [lifespan(Value("app")) for lifespan in values.lifespans]
        for each in found:
            modal_api.finish(each.__aenter__() if hasattr(each, "__aenter__") else each)
        for name, each in values.handlers:
            if "'startup'" in name:
                modal_api.finish(each())
        handlers = [each for name, each in values.handlers if "on_event" not in name]
        return [answers(handler) for handler in handlers]
    return [spelled(modal_api.finish(function(**inputs(function, number)))) for number in (1, 2)]


class Event(dict):
    """Has whatever is asked of it."""

    def __missing__(self, key):
        return f"{key} {self['id']}"


def event(number):
    return Event(id=number, body=json.dumps({"text": f"text {number}"}), Records=[{"body": "{}"}])


def inputs(function, number):
    """Made-up arguments, by what the parameters say that they take."""
    made = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty:
            continue
        kind = str(parameter.annotation)
        given = {"int": number, "float": number / 2, "bytes": f"{number}".encode(), "bool": number > 1}
        plain = kind.removeprefix("<class '").removesuffix("'>")
        if plain == "str" or parameter.annotation is parameter.empty:
            made[parameter.name] = f"{parameter.name} {number}"
        elif plain in given:
            made[parameter.name] = given[plain]
        elif plain.startswith("list"):
            made[parameter.name] = [f"{parameter.name} {number}"]
        elif plain.startswith("dict"):
            made[parameter.name] = {"text": f"text {number}"}
        else:
            made[parameter.name] = Value(f"{parameter.name}{number}")
    return made


for line in sys.stdin:
    sys.stdout.write(serve(json.loads(line)) + "\n")
    sys.stdout.flush()
