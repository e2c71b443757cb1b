"""Look-ups of deployed functions: those of the app at hand are here, all others are refused where they are used."""

from ..errors import environment
from . import apps


def look_up(app_name, name, pick, kind):
    for app in apps:
        if app.name == app_name and pick(app) is not None:
            return pick(app)
    return Deployed(kind, app_name, name)


class Deployed:
    """A function of another app, deployed somewhere: named anywhere, refused where it is used."""

    def __init__(self, kind, app, name):
        self._what = 'modal.%s.from_name("%s", "%s")' % (kind, app, name)

    def __repr__(self):
        return "<%s, which is deployed elsewhere>" % self._what

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._refusal()

    def __call__(self, *args, **kwargs):
        raise self._refusal()

    def _refusal(self):
        return environment(
            "DeployedLookupError",
            "%s is a deployed function, and nothing leaves this computer from here; call a function of the same app, or run this one on Modal"
            % self._what,
        )
