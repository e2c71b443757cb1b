"""Stands in for `modal`: registers what an app defines, today's names and the old ones, and sends nothing anywhere."""

import sys

from ..channel import send
from ..errors import environment

plan = {}
apps = []
#: Files of this computer that images were described by.
looked_at = []
_notes = set()


def install(given):
    """Puts the stand-in where user code imports `modal` from. The real package is imported first, as on the platform."""
    plan.update(given)
    real = _import_real()
    from .modules import provide

    provide(real)


def _import_real():
    try:
        import modal

        # A mere folder of that name in the project has no file.
        if getattr(modal, "__file__", None):
            return modal
    except ModuleNotFoundError as error:
        if error.name != "modal":
            raise
    note("modal is not installed here, so that its import is missing from boot; a stand-in reads the app")
    return None


def note(text):
    if text not in _notes:
        _notes.add(text)
        send({"type": "note", "text": text})


def only_on_modal(what):
    return environment(
        "ModalOnlyError",
        "%s works on Modal's own machines only; run this function there, or leave that line out here" % what,
    )


def find(module, plan):
    from .find import find

    return find(module, plan)


def entrypoint(plan):
    from .find import entrypoint

    return entrypoint(plan)


def describe(plan):
    from .describe import describe

    return describe(plan)


def file_of(function):
    """The file that has to be loaded to get at a function."""
    module = sys.modules.get(function.__module__)
    return getattr(module, "__file__", None) or plan["file"]
