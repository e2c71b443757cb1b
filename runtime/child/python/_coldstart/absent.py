"""Stands in for packages that are not here yet while a program is asked what it defines: its image may bring them."""

import sys


def provide(plan):
    sys.meta_path.append(_Finder(plan["root"] + "/"))


class _Finder:
    """Asked when nobody else has found a module; for code of the project alone, since packages try for others."""

    def __init__(self, root):
        self.root = root

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in getattr(sys, "stdlib_module_names", ()) or not self._of_project():
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, self, is_package=True)

    def _of_project(self):
        frame = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        file = frame.f_globals.get("__file__") if frame is not None else None
        return bool(file) and file.startswith(self.root) and "/site-packages/" not in file

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__getattr__ = _member


def _member(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Absent()


class Absent:
    """Takes whatever is done to it, and comes to nothing. What it decorates stays as it is."""

    def __call__(self, *args, **kwargs):
        return args[0] if len(args) == 1 and not kwargs and hasattr(args[0], "__name__") else self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __mro_entries__(self, bases):
        return ()

    def __getitem__(self, key):
        return self

    def __or__(self, other):
        return self

    __ror__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __sub__ = __or__

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False
