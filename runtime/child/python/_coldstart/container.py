"""What a container does: loads the user's module, enters, and answers inputs until it is told to stop."""

import os
import sys

from . import channel, environment, interrupts
from .channel import now, send
from .current import input_id

_spans = None
_function = None
#: A cancellation that has been read before its signal was seen to.
_heard = []


def main():
    plan, _ = channel.receive()
    plan.update(plan["python"])
    # What a container writes beside sources would be gone with it, and in production, too.
    sys.dont_write_bytecode = True
    sys.argv = [plan["file"]]
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(
            line_buffering=True
        )  # What user code has printed is there when the process dies.
    environment.watch(plan["root"])
    try:
        _run(plan)
    except SystemExit as leaving:
        _leave(leaving)
    except BaseException as error:
        _fail(error)


def _run(plan):
    global _spans
    sys.path[:0] = [folder for folder in plan["path"] if folder not in sys.path]
    if plan.get("program"):
        from . import source
        from .json_text import loads

        with open(plan["program"], encoding="utf-8") as file:
            files = loads(file.read())["files"]
        source.replace({path: lowered["source"] for path, lowered in files.items()}, plan.get("spans", False))
    if plan.get("spans"):
        from . import spans as _spans
    from .source import load

    standin = None
    if plan.get("modal"):
        from . import standin

        standin.install(plan)
    if plan["mode"] == "describe":
        from . import absent

        absent.provide(plan)
    send({"type": "booted", "t": now()})
    if plan.get("imports"):
        from .imports import time_imports

        time_imports(plan["imports"])
    _tell_of_name(plan["module"])
    module = load(plan["file"], plan["module"])
    loaded = now()
    if plan["mode"] == "entrypoint":
        return _run_entrypoint(standin, plan, loaded)
    if plan["mode"] == "describe":
        app = standin.describe(plan) if standin is not None else {"functions": [], "entrypoint": False}
        send({"type": "described", "app": app})
        return _idle()
    if standin is not None:
        function = standin.find(module, plan)
    else:
        from .plain import find_plain

        function = find_plain(module, plan)
    settings = function.settings
    send({"type": "loaded", "t": loaded, **({"function": settings} if settings else {})})
    if plan["mode"] == "build":
        for _, hook in function.build:
            hook()
        say_aside()
        send({"type": "result", "input": "", "started": loaded})
        return _idle()
    return _serve(function, plan)


def _serve(function, plan):
    global _function
    function.prepare()
    if plan.get("http"):
        from . import exchange  # noqa: F401

        function.prepare_http()
    done = None
    if function.enter and "imports" in plan:
        from .imports import time_within

        done = time_within("enter")
    for name, hook in function.enter:
        started = now()
        hook()
        send({"type": "entered", "t": now(), "hook": name, "started": started})
    if done is not None:
        done()
    _function = function
    signal = interrupts.install()
    run = None
    if function.limit > 1 or function.is_async or function.is_server or plan.get("http"):
        from .engine import run  # It takes its time, and the first input should not.
    send({"type": "ready", "t": now(), **({"interrupt": signal} if signal else {})})
    if run is not None:
        run(function)
    while True:
        header, payload = channel.receive()
        if header["type"] == "call":
            begun = None if header["encoding"] == "http" else _answer(function, header, payload)
            if header["encoding"] == "http" or begun is not None:
                from .engine import run

                run(function, (header, payload, begun))
        elif header["type"] == "stop":
            stop()


def _answer(function, call, payload):
    """One input of a synchronous function, without an event loop. Gives back a value that turns out to need one."""
    from .values import decode_arguments, encode_result

    function = function.member(call.get("method"))
    number = call["input"]
    input_id.set(number)
    try:
        interrupts.begin(number)
        args, kwargs = decode_arguments(call["encoding"], payload)
        started = now()
        value = function.call(args, kwargs, call.get("timeout"))
        kind = type(value)
        if hasattr(kind, "__await__") or hasattr(kind, "asend"):
            interrupts.end()
            return value, started
        if hasattr(kind, "gi_frame"):
            value = _say_each(call, value) if call.get("stream") else list(value)
        interrupts.end()
        answer = encode_result(call["answer"], value)
        send({"type": "result", "input": number, "started": started}, answer)
        say_aside()
    except BaseException as error:
        interrupted = interrupts.end()
        if not isinstance(error, (Exception, interrupts.cancellation())):
            raise
        say_failed(call, error, _reason(number) if interrupted or _heard else None)
    return None


def _say_each(call, values):
    from .values import encode_result

    room = channel.WINDOW
    try:
        for value in values:
            while not room:
                header, _ = channel.receive()
                if header["type"] == "pull":
                    room += 1
                elif header["type"] == "cancel":
                    _heard.append(header)
                    raise interrupts.cancellation()("the input was cancelled")
            room -= 1
            send({"type": "yield", "input": call["input"]}, encode_result(call["answer"], value))
            interrupts.raise_pending()
    finally:
        values.close()


def _reason(number):
    """Why an input was interrupted: its frame came before the signal."""
    while True:
        if _heard:
            header = _heard.pop()
        else:
            header, _ = channel.receive()
        if header["type"] == "cancel" and header["input"] == number:
            return header["reason"]


def say_failed(call, error, reason=None):
    from .failure import describe, describe_ended
    from .values import try_pickle

    say_aside()
    failure = describe(error) if reason is None else describe_ended(error, reason)
    clone = try_pickle(error) if call["answer"] == "clone" and reason is None else b""
    send({"type": "failed", "input": call["input"], "failure": failure}, clone)


def _run_entrypoint(standin, plan, loaded):
    from .values import encode_result

    if standin is None:
        from .errors import usage

        why = "%s has no local entry point: it imports no platform that knows them; run one function by FILE::NAME"
        raise usage("NoEntrypointError", why % plan["file"])
    run = standin.entrypoint(plan)
    send({"type": "loaded", "t": loaded})
    send({"type": "ready", "t": now()})
    started = now()
    value = run(*plan.get("args", ()))
    send({"type": "result", "input": "", "started": started}, encode_result("json", value))
    say_aside()
    _idle()


def _idle():
    """All is done; the parent ends it when nobody waits for anything any more."""
    while channel.receive()[0]["type"] != "stop":
        pass
    stop()


def stop():
    for _, hook in _function.exit if _function is not None else ():
        hook()
    _tell_of_sources()
    _tell_of_weights()
    _end(0)


def _tell_of_weights():
    if "torch" in sys.modules:
        from . import weights

        weights.tell(send)


def _tell_of_name(name):
    """A file named as a module of Python's own breaks whatever imports that, in ways that don't tell why."""
    if name in getattr(sys, "stdlib_module_names", ()) and name != "test":
        text = "%s.py has the name of a module of Python itself, and stands in its way: give the file another name"
        send({"type": "note", "text": text % name})


def _tell_of_sources():
    """Installed packages without byte code are compiled by each cold start here, and by none in an image of `pip`."""
    lacking = 0
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        origin, cached = getattr(spec, "origin", None), getattr(spec, "cached", None)
        if (
            cached
            and origin
            and origin.endswith(".py")
            and "/site-packages/" in origin
            and not os.path.exists(cached)
        ):
            lacking += 1
    if lacking > 20:
        text = "%d modules of installed packages have no byte code, so that each cold start compiles them; compile them once, as images do: %s -m compileall %s"
        send({"type": "note", "text": text % (lacking, sys.executable, sys.prefix)})


def say_aside():
    """What nobody waits for."""
    if _spans is not None:
        _spans.say()
    names = environment.missing_names()
    if names:
        send({"type": "missing", "names": names})


def _fail(error):
    """Ends the container: nothing can be done with it any more."""
    from .failure import describe

    say_aside()
    send({"type": "fatal", "failure": describe(error)})
    _end(1)


def _leave(leaving):
    code = leaving.code
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    _end((code or 0) & 255)


def _end(code):
    """Threads of user code that never end don't keep a container."""
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    os._exit(code)
