"""Images: a chain of steps, which the platform carries out. Functions of the build are run in a container of their own."""

from . import note, plan


class _Starts(type):
    """`Image.debian_slim()` and whatever else begins an image."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: cls(begun=(name, args, kwargs))


class Image(metaclass=_Starts):
    def __init__(self, base=None, step=None, begun=None):
        self.base = base
        self.step = step
        self.begun = begun or (base.begun if base else ("debian_slim", (), {}))
        #: Why packages of `with image.imports()` could not be imported.
        self.missing = None

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def add(*args, **kwargs):
            return Image(self, (name, args, kwargs))

        return add

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
        # A step of the build may come before the one that installs them.
        if plan["mode"] == "build" and plan.get("step") is not None:
            return None
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


def step_hook(image, index):
    """The function that the step runs, without arguments, as a hook."""
    from ..invoke import settle
    from .mounts import mount
    from .secrets import set_secrets

    _, args, options = image.steps()[index]
    function = args[0] if args else options["raw_f"]
    tell_of_rest("run_function", options, ("gpu",))

    def run():
        mount(options.get("volumes") or {})
        set_secrets(options.get("secrets") or ())
        settle(getattr(function, "raw", function)(*options.get("args", ()), **(options.get("kwargs") or {})))

    return getattr(function, "__name__", "run_function"), run


def tell_of_rest(step, options, names):
    unmet = [name for name in names if options.get(name)]
    if unmet:
        note("%s: %s is not there while the image is built here" % (step, ", ".join(unmet)))


def described(image):
    """As runtime/child/messages.ts has it: one step for each of the chain."""
    name, args, kwargs = image.begun
    version = kwargs.get("python_version") or kwargs.get("add_python")
    if version is None and name in ("debian_slim", "micromamba") and args:
        version = args[0]
    if not isinstance(version, (str, float)):
        version = None
    return {
        "base": "python" if version is None else "python@%s" % version,
        "steps": [_step(*step) for step in image.steps()],
    }


def _step(name, args, kwargs):
    made = _STEPS.get(name)
    step = made(name, args, kwargs) if made else None
    return step or {"kind": "other", "name": name, "args": _texts(args)}


def _texts(values):
    """Names may stand in lists."""
    found = []
    for value in values:
        if isinstance(value, (list, tuple)):
            found += _texts(value)
        elif value is not None:
            found.append(str(value))
    return found


def _pip(name, args, kwargs):
    files = _texts([kwargs.get("requirements") or ()])
    packages = _texts([*args, kwargs.get("packages")])
    if name == "pip_install_from_requirements":
        files, packages = _texts([args[:1], kwargs.get("requirements_txt")]), []
    options = []
    for key in ("find_links", "index_url", "extra_index_url"):
        if kwargs.get(key):
            options += ["--%s" % key.replace("_", "-"), str(kwargs[key])]
    if kwargs.get("pre"):
        options.append("--pre")
    options += (kwargs.get("extra_options") or "").split()
    return {
        "kind": "pipInstall",
        "packages": packages,
        **({"files": files} if files else {}),
        **({"options": options} if options else {}),
    }


def _commands(name, args, kwargs):
    return {"kind": "runCommands", "commands": _texts(args)}


def _function(name, args, kwargs):
    from inspect import getsource

    function = args[0] if args else kwargs["raw_f"]
    raw = getattr(function, "raw", function)
    try:
        source = getsource(raw)
    except (OSError, TypeError):
        source = ""
    given = [source, repr(kwargs.get("args", ())), repr(kwargs.get("kwargs") or {})]
    return {"kind": "runFunction", "name": getattr(raw, "__name__", name), "source": "\n".join(given)}


def _env(name, args, kwargs):
    variables = args[0] if args else kwargs.get("vars") or {}
    return {"kind": "env", "variables": {str(key): str(value) for key, value in variables.items()}}


def _local(name, args, kwargs):
    local, remote = (*map(str, args), None, None)[:2]
    local = local or kwargs.get("local_path")
    remote = remote or kwargs.get("remote_path") or "."
    if local is None:
        return None
    what = "file" if name.endswith("_file") else "folder"
    # A file into the folder that is there.
    if what == "file" and str(remote) in (".", "./"):
        remote = "./"
    return {"kind": "addLocal", "what": what, "local": str(local), "remote": str(remote)}


def _workdir(name, args, kwargs):
    return {"kind": "workdir", "path": str(args[0] if args else kwargs.get("path"))}


_STEPS = {
    "pip_install": _pip,
    "uv_pip_install": _pip,
    "pip_install_from_requirements": _pip,
    "run_commands": _commands,
    "run_function": _function,
    "env": _env,
    "add_local_file": _local,
    "copy_local_file": _local,
    "add_local_dir": _local,
    "copy_local_dir": _local,
    "workdir": _workdir,
}
