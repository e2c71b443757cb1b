"""Images: a chain of steps. Functions of the build are run, variables are set; packages come from the environment at hand."""

import os

from . import note


class _Starts(type):
    """`Image.debian_slim()` and whatever else begins an image."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: cls()


class Image(metaclass=_Starts):
    def __init__(self, base=None, step=None):
        self.base = base
        self.step = step
        #: Why packages of `with image.imports()` could not be imported.
        self.missing = None

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def add(*args, **kwargs):
            return Image(self, (name, args, kwargs))

        return add

    def env(self, variables):
        # Set at once: modules that are imported below read them when they are imported.
        os.environ.update(variables)
        return Image(self, ("env", (variables,), {}))

    def imports(self):
        return _Imports(self)

    def pipe(self, function, *args, **kwargs):
        return function(self, *args, **kwargs)

    def build(self, *args, **kwargs):
        return self

    hydrate = publish = build

    def steps(self):
        steps, image = [], self
        while isinstance(image, Image):
            if image.step:
                steps.insert(0, image.step)
            image = image.base
        return steps

    def all_missing(self):
        image = self
        while isinstance(image, Image):
            if image.missing:
                return image.missing
            image = image.base
        return None


class _Imports:
    """Packages of the image: a function that uses it needs them, the others don't."""

    def __init__(self, image):
        self.image = image

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(error, ImportError):
            self.image.missing = error
            return True
        return False


_COPIES = {
    "add_local_file": "file",
    "copy_local_file": "file",
    "add_local_dir": "folder",
    "copy_local_dir": "folder",
}
_LEFT_OUT = (
    "apt_install",
    "run_commands",
    "dockerfile_commands",
    "run_dockerfile_commands",
    "micromamba_install",
    "conda_install",
)


def set_up(image):
    """Variables and local files of an image, and a word on what it has that a process has not."""
    from .mounts import link

    left_out = []
    for name, args, kwargs in image.steps() if image is not None else ():
        if name == "env":
            os.environ.update(args[0])
        elif name in _COPIES:
            local = str(args[0] if args else kwargs.get("local_path"))
            remote = str(args[1] if len(args) > 1 else kwargs.get("remote_path", "/root"))
            if _COPIES[name] == "file" and remote.endswith("/"):
                remote += os.path.basename(local)
            if os.path.exists(local):
                link(remote, os.path.abspath(local))
        elif name == "workdir" and os.path.isdir(str(args[0])):
            os.chdir(str(args[0]))
        elif name in _LEFT_OUT and name not in left_out:
            left_out.append(name)
    if left_out:
        note(
            "steps of the image that are not carried out here: %s; what they install has to be on this computer"
            % ", ".join(left_out)
        )


def build_hooks(image):
    """Functions that the image is built with, as calls without arguments."""
    from ..invoke import settle
    from .mounts import mount
    from .secrets import set_secrets

    hooks = []
    for name, args, kwargs in image.steps() if image is not None else ():
        if name == "run_function":
            hooks.append((args[0] if args else kwargs["raw_f"], kwargs))

    def hook(function, options):
        def run():
            mount(options.get("volumes") or {})
            set_secrets(options.get("secrets") or ())
            settle(
                getattr(function, "raw", function)(*options.get("args", ()), **(options.get("kwargs") or {}))
            )

        return getattr(function, "__name__", "run_function"), run

    return [hook(function, options) for function, options in hooks]
