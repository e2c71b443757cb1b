"""Makes any import work: packages are stand-ins, and what the standard library does outside is only noted."""

import builtins
import importlib.abc
import importlib.machinery
import io
import os
import pickle
import sqlite3
import subprocess
import sys
import types
import urllib.request

import modal_api
from values import Value, note, spelled


class Package(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Value(f"{self.__name__}.{name}")


class Written(io.StringIO):
    """A file outside the program's folder: what goes into it is not kept."""

    def write(self, text):
        note("call", f"write({spelled(text)})")
        return 1


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last one asked: neither the program nor the standard library has it."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Package(spec.name)

    def exec_module(self, module):
        module.__path__ = []


def install(root):
    sys.modules["modal"] = modal_api
    sys.meta_path.append(Finder())
    read = builtins.open

    def opened(file, mode="r", *rest, **options):
        if isinstance(file, int):
            return read(file, mode, *rest, **options)
        path = os.fspath(file)
        own = os.path.abspath(path).startswith(root)
        if own and (set(mode) & set("wax+")):
            note("write", os.path.relpath(path, root))
        if own or path.startswith(sys.base_prefix):
            return read(file, mode, *rest, **options)
        if set(mode) & set("wax+"):
            note("write", path)
            return Written()
        note("call", f"open({path!r})")
        text = f'{{"file": "{path}"}}'
        return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)

    builtins.open = io.open = opened
    make = os.mkdir

    def made(path, *rest, **options):
        """Folders of the program alone: the machine's own are none of its business."""
        if os.path.abspath(os.fspath(path)).startswith(root):
            make(path, *rest, **options)

    os.mkdir = made

    def printed(*values, **_):
        note("print", " ".join(map(str, values)))

    builtins.print = printed

    def noted(name, result=None):
        def call(*args, **options):
            value = Value(name)(*args, **{key: each for key, each in options.items()})
            return value if result is None else result(value, *args)

        return call

    def finished(value, command, *_):
        return subprocess.CompletedProcess(command, 0, b"", b"")

    urllib.request.urlretrieve = noted("urllib.request.urlretrieve")
    urllib.request.urlopen = noted("urllib.request.urlopen")
    for name in ("run", "check_call", "check_output", "call", "Popen"):
        setattr(subprocess, name, noted(f"subprocess.{name}", finished))
    os.system = noted("os.system", lambda *_: 0)
    sqlite3.connect = noted("sqlite3.connect")
    pickle.load = noted("pickle.load")
