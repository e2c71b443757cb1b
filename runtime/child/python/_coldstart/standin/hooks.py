"""Steps of an image that run in a container of their own, with what they are given: functions, and commands with secrets."""

import os

from . import plan


def step_hook(image, index):
    """What the step does, without arguments, as a hook."""
    name, args, options = image.steps()[index]
    if name == "run_commands":
        return name, lambda: _run_commands(args, options)
    function = args[0] if args else options["raw_f"]

    def run():
        from ..invoke import settle

        _prepare(options)
        settle(getattr(function, "raw", function)(*options.get("args", ()), **(options.get("kwargs") or {})))

    return getattr(function, "__name__", "run_function"), run


def _prepare(options):
    from .mounts import mount
    from .secrets import set_secrets

    mount(options.get("volumes") or {})
    set_secrets(options.get("secrets") or ())
    os.environ.update(
        {key: str(value) for key, value in (options.get("env") or {}).items() if value is not None}
    )


class CommandFailedError(Exception):
    """A command of the image ended with an error."""


def _run_commands(args, options):
    import subprocess

    _prepare(options)
    for command in _flat(args):
        code = subprocess.run(["/bin/sh", "-c", command]).returncode
        if code != 0:
            raise CommandFailedError("run_commands: `%s` failed (exit code %d)" % (command, code))


def _flat(values):
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        elif value is not None:
            yield str(value)


def commands_step(name, args, kwargs, index):
    step = {"kind": "runCommands", "commands": list(_flat(args))}
    if kwargs.get("secrets") or kwargs.get("volumes"):
        # Values of secrets are nobody else's business: a container of the app sets them for itself.
        step["inside"] = {"index": index, "digest": _digest_of(kwargs)}
    elif kwargs.get("env"):
        step["variables"] = {
            str(key): str(value) for key, value in kwargs["env"].items() if value is not None
        }
    return [step]


def function_step(name, args, kwargs, index):
    from inspect import getsource

    function = args[0] if args else kwargs["raw_f"]
    raw = getattr(function, "raw", function)
    try:
        source = getsource(raw)
    except (OSError, TypeError):
        source = ""
    given = [_said(kwargs.get("args", ())), _said(kwargs.get("kwargs") or {}), _digest_of(kwargs)]
    file = _file_of(raw)
    return [
        {
            "kind": "runFunction",
            "name": getattr(raw, "__name__", name),
            "source": "\n".join([source, *given]),
            "index": index,
            **({"file": file} if file else {}),
        }
    ]


def _said(value):
    """Objects that say no more than where they lie in memory are the same each time."""
    from re import sub

    return sub(r" at 0x[0-9a-f]+", "", repr(value))


def _digest_of(kwargs):
    """Tells one set of secrets, volumes and variables from another, and gives no value away."""
    from hashlib import sha256

    parts = [_said(sorted((kwargs.get("env") or {}).items()))]
    for secret in kwargs.get("secrets") or ():
        parts.append(_said([secret.name, sorted((secret.variables or {}).items())]))
    for path, volume in sorted((kwargs.get("volumes") or {}).items(), key=lambda item: str(item[0])):
        parts.append(_said([str(path), getattr(volume, "name", None)]))
    return sha256("\n".join(parts).encode()).hexdigest()


def _file_of(raw):
    """The module of a plain function of the project, which alone (with what it imports) says what the function does."""
    code = getattr(raw, "__code__", None)
    if code is None or getattr(raw, "__closure__", None):
        return None
    file = os.path.realpath(code.co_filename)
    inside = file.startswith(os.path.realpath(plan["root"]) + os.sep)
    return file if inside and os.path.isfile(file) and _is_own(raw, file) else None


def _is_own(raw, file):
    """A wrapper's code may lie elsewhere than what it wraps."""
    import sys

    module = sys.modules.get(raw.__module__)
    own = getattr(module, "__file__", None)
    return not hasattr(raw, "__wrapped__") and own is not None and os.path.realpath(own) == file
