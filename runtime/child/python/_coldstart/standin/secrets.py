"""Secrets: variables from the env files that the config names, from a dict or from a file of the project."""

import os

from ..errors import environment
from . import plan
from .named import Named


class Secret(Named):
    kind = "Secret"

    def said(self):
        """Names alone."""
        return repr(self.name) if self.name else ", ".join(self.variables or ())

    def __init__(self, name=None, variables=None, required=()):
        self.name = name
        self.variables = variables
        self.required = required

    @staticmethod
    def from_name(name, *args, required_keys=(), **kwargs):
        return Secret(name, None, required_keys)

    lookup = from_name

    @staticmethod
    def from_dict(variables={}, *args, **kwargs):
        return Secret(None, {name: str(value) for name, value in variables.items() if value is not None})

    @staticmethod
    def from_dotenv(path=None, *, filename=".env", client=None):
        folder = str(path) if path else plan["root"]
        file = folder if os.path.isfile(folder) else os.path.join(folder, filename)
        return Secret(None, _read(file))

    @staticmethod
    def from_local_environ(env_keys):
        return Secret(None, {name: os.environ[name] for name in env_keys if name in os.environ}, env_keys)


def _read(file):
    variables = {}
    try:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                name, equals, value = line.strip().partition("=")
                if equals and not name.startswith("#"):
                    variables[name.replace("export ", "").strip()] = value.strip().strip("'\"")
    except OSError:
        pass  # Variables that are missing then are named where they are read.
    return variables


def set_secrets(secrets):
    """Names all that are missing at once."""
    lacking = [s.name for s in secrets if isinstance(s, Secret) and s.name is not None and not _is_known(s)]
    if lacking:
        names = ", ".join(dict.fromkeys(lacking))
        example = '"secrets": {"%s": ".env"}' % lacking[0]
        raise environment(
            "SecretMissingError",
            "no env file is named for these secrets: %s; add %s to coldstart.config.json" % (names, example),
        )
    for secret in secrets:
        if isinstance(secret, Secret) and secret.variables:
            os.environ.update(secret.variables)


def _is_known(secret):
    if secret.name in plan.get("secrets", ()):
        return True
    return bool(secret.required) and all(name in os.environ for name in secret.required)
