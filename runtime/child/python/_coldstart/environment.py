"""Notices which environment variables project code asks for in vain, without slowing down those that are there."""

import os
import sys

_asked = {}
_root = ""


class _Watched(type(os.environ)):
    def __getitem__(self, name):
        try:
            return super().__getitem__(name)
        except KeyError:
            if name not in _asked:
                _asked[name] = _reader()
            raise


def watch(root):
    global _root
    _root = root + "/"
    os.environ.__class__ = _Watched


def missing_names():
    """Names that code of the project has missed since the last call."""
    names = [name for name, reader in _asked.items() if _is_of_project(reader) and isinstance(name, str)]
    for name in _asked:
        _asked[name] = ""
    return names


def _reader():
    """File of whoever looked: the first frame outside of the mapping's own code."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith("<frozen") and not file.endswith(("/os.py", "/_collections_abc.py")):
            return file
        frame = frame.f_back
    return ""


def _is_of_project(file):
    return file.startswith(_root) and "/site-packages/" not in file and "/dist-packages/" not in file
