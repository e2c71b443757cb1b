"""What apps name besides functions and images: volumes, schedules, and things that exist on Modal alone."""

import os

from . import only_on_modal, plan
from .named import Named


class Volume(Named):
    """A folder that containers share and that stays."""

    kind = "Volume"

    def said(self):
        return repr(self.name)

    def __init__(self, name):
        self.name = name

    @staticmethod
    def from_name(name, *args, **kwargs):
        return Volume(name)

    persisted = lookup = new = from_name

    def folder(self):
        from re import sub

        folder = os.path.join(plan["volumes"], sub(r"[^\w.-]", "_", self.name))
        os.makedirs(folder, exist_ok=True)
        return folder

    def read_only(self, *args, **kwargs):
        return self

    with_mount_options = hydrate = read_only

    def __getattr__(self, name):
        return Nothing() if name in ("commit", "reload") else Named.__getattr__(self, name)


class Nothing:
    """A call that has nothing to do here: what one container writes, all see."""

    def __call__(self, *args, **kwargs):
        return None

    async def aio(self, *args, **kwargs):
        return None


class _Elsewhere(type):
    def __getitem__(cls, item):
        return cls  # In annotations.

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(cls(cls.__name__), name)


class Elsewhere(metaclass=_Elsewhere):
    """May be named anywhere; says where it is used that it cannot be, here."""

    _names = ("from_name", "from_id", "new", "persisted", "ephemeral")

    def __init__(self, what="modal", *args, **kwargs):
        self._what = what if isinstance(what, str) else type(self).__name__

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Elsewhere("%s.%s" % (self._what, name))

    def __repr__(self):
        return "<modal.%s, which is on Modal's machines>" % self._what

    def __call__(self, *args, **kwargs):
        if self._what.rpartition(".")[2] in self._names:
            return Elsewhere(self._what.rpartition(".")[0])
        raise only_on_modal("modal.%s" % self._what)

    def _refuse(self, *args):
        raise only_on_modal("modal.%s" % self._what)

    __getitem__ = __setitem__ = __contains__ = __len__ = __iter__ = __enter__ = __aenter__ = _refuse

    def __exit__(self, *args):
        return False


def elsewhere(name):
    return _Elsewhere(
        name, (Elsewhere,), {"__init__": lambda self, *args, **kwargs: setattr(self, "_what", name)}
    )


class Said:
    """Keeps what a definition says and does nothing: schedules, retries, machines."""

    def __init__(self, *args, **kwargs):
        self.args = args
        self.kwargs = kwargs

    def __repr__(self):
        given = [*map(repr, self.args), *("%s=%r" % item for item in self.kwargs.items())]
        return "modal.%s(%s)" % (type(self).__name__, ", ".join(given))

    @classmethod
    def _more(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    from_local_dir = from_local_file = from_local_python_packages = from_name = _more

    def add_local_dir(self, *args, **kwargs):
        return self

    add_local_file = add_local_dir


def said(name):
    return type(name, (Said,), {})
