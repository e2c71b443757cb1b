"""What an image is, as runtime/child/description.ts has it: what it begins as, and a step or several for each of its chain."""

import os

from . import note
from .dockerfile import read_dockerfile, steps_of
from .hooks import commands_step, function_step
from .matcher import ignored

#: Options that change nothing here, and what each step of the build does without.
_NO_EFFECT = {
    "force_build": "a layer is built again when what it is made of changes",
    "gpu": "what there is while the image is built is the CPU",
}
_HERE = "it is a process of this computer that builds"


def described(image):
    chain = image.steps()
    base, steps = _begun(*image.begun)
    for index, (name, args, kwargs) in enumerate(chain):
        steps += _step(name, args, kwargs, index)
    return {"base": base, "steps": steps}


def _begun(name, args, kwargs):
    """What the image begins as, and steps that belong to that."""
    _tell_of(name, kwargs, ("force_build",))
    version = kwargs.get("python_version") or kwargs.get("add_python")
    if version is None and name in ("debian_slim", "micromamba") and args:
        version = args[0]
    steps = []
    if name == "from_dockerfile":
        _tell_of(name, kwargs, ("gpu", "build_args"))
        path = str(args[0] if args else kwargs.get("path"))
        begins, commands = read_dockerfile(path)
        version = version or _python_in(begins)
        steps = steps_of(name, commands, kwargs.get("context_dir"))
        name, args = "from_registry", (begins,)
    elif name not in ("debian_slim", "micromamba", "from_scratch"):
        tag = args[0] if args else kwargs.get("tag")
        version = version or _python_in(tag)
        steps = steps_of(name, kwargs.get("setup_dockerfile_commands") or [], None)
    if name not in ("debian_slim", "from_scratch"):
        what = _texts([args[:1] or kwargs.get("tag")]) if name != "micromamba" else []
        note(
            "the image begins as %s: what that holds is not here, and functions run on this computer's system with its packages"
            % " ".join([name, *what])
        )
    version = version if isinstance(version, (str, float)) else None
    return "python" if version is None else "python@%s" % version, steps


def _python_in(tag):
    """`python:3.12-slim` says which Python it holds."""
    from re import match

    found = match(r"(?:docker\.io/)?(?:library/)?python:(\d+\.\d+)", str(tag))
    return found and found.group(1)


def _step(name, args, kwargs, index):
    _tell_of(
        name,
        kwargs,
        (
            *("force_build", "gpu", "cpu", "memory", "cloud", "region", "timeout"),
            *("network_file_systems", "uv_version", "poetry_version", "old_installer"),
            *("context_files", "build_args", "extra_build_args"),
        ),
    )
    if name in _STEPS:
        return _STEPS[name](name, args, kwargs, index)
    if name == "add_local_python_source" or (name == "entrypoint" and not _texts(args)):
        return []  # The project's modules are found where they lie, and what is started is the function.
    return [{"kind": "other", "name": name, "args": _texts(args)}]


def _tell_of(step, options, names):
    for name in names:
        if options.get(name):
            note("%s: %s has no effect here: %s" % (step, name, _NO_EFFECT.get(name, _HERE)))


def _texts(values):
    """Names may stand in lists."""
    found = []
    for value in values:
        if isinstance(value, (list, tuple)):
            found += _texts(value)
        elif value is not None:
            found.append(str(value))
    return found


def _pip(name, args, kwargs, index):
    files = _texts([kwargs.get("requirements") or ()])
    packages = _texts([*args, kwargs.get("packages")])
    if name == "pip_install_from_requirements":
        files, packages = _texts([args[:1], kwargs.get("requirements_txt")]), []
    return _installed(name, kwargs, packages=packages, **({"files": files} if files else {}))


def _installed(name, kwargs, **what):
    """Packages that are installed, with the options that all such steps share."""
    options = []
    for key in ("find_links", "index_url", "extra_index_url"):
        for value in _texts([kwargs.get(key)]):
            options += ["--%s" % key.replace("_", "-"), value]
    if kwargs.get("pre"):
        options.append("--pre")
    options += (kwargs.get("extra_options") or "").split()
    variables = {
        str(key): str(value) for key, value in (kwargs.get("env") or {}).items() if value is not None
    }
    if any(getattr(secret, "variables", None) for secret in kwargs.get("secrets") or ()):
        note(
            "%s: its secrets are not kept for the installer; pass what it needs by --env, or name the secret in the config"
            % name
        )
    return [
        {
            "kind": "pipInstall",
            "packages": [],
            **what,
            **({"options": options} if options else {}),
            **({"variables": variables} if variables else {}),
        }
    ]


def _pyproject(name, args, kwargs, index):
    file = str(args[0] if args else kwargs.get("pyproject_toml"))
    extras = _texts([args[1:2], kwargs.get("optional_dependencies")])
    return _installed(name, kwargs, projects=[{"kind": "pyproject", "file": file, "extras": extras}])


def _poetry(name, args, kwargs, index):
    file = str(args[0] if args else kwargs.get("poetry_pyproject_toml"))
    lock = args[1] if len(args) > 1 else kwargs.get("poetry_lockfile")
    if kwargs.get("ignore_lockfile"):
        lock = None
    elif lock is None:
        lock = os.path.join(os.path.dirname(file), "poetry.lock")
    project = {
        "kind": "poetry",
        "file": file,
        **({"lock": str(lock)} if lock is not None else {}),
        "groups": _texts([kwargs.get("with_")]),
        "without": _texts([kwargs.get("without")]),
        "only": _texts([kwargs.get("only")]),
    }
    return _installed(name, kwargs, projects=[project])


def _uv_sync(name, args, kwargs, index):
    folder = str(args[0] if args else kwargs.get("uv_project_dir") or "./")
    if kwargs.get("extra_options"):
        note("%s: extra_options has no effect here: %s" % (name, _HERE))
    project = {
        "kind": "uv",
        "file": os.path.join(folder, "pyproject.toml"),
        "lock": os.path.join(folder, "uv.lock"),
        "groups": _texts([kwargs.get("groups")]),
        "extras": _texts([kwargs.get("extras")]),
    }
    return _installed(name, {**kwargs, "extra_options": ""}, projects=[project])


def _env(name, args, kwargs, index):
    variables = args[0] if args else kwargs.get("vars") or {}
    return [{"kind": "env", "variables": {str(key): str(value) for key, value in variables.items()}}]


def _local(name, args, kwargs, index):
    local, remote = (*map(str, args), None, None)[:2]
    local = local or kwargs.get("local_path")
    remote = remote or kwargs.get("remote_path") or "."
    if local is None:
        return []
    what = "file" if name.endswith("_file") else "folder"
    # A file into the folder that is there.
    if what == "file" and str(remote) in (".", "./"):
        remote = "./"
    left_out = ignored(str(local), kwargs.get("ignore")) if what == "folder" else {}
    return [{"kind": "addLocal", "what": what, "local": str(local), "remote": str(remote), **left_out}]


def _workdir(name, args, kwargs, index):
    return [{"kind": "workdir", "path": str(args[0] if args else kwargs.get("path"))}]


def _dockerfile(name, args, kwargs, index):
    commands = _texts([*args, kwargs.get("dockerfile_commands")])
    return steps_of(name, commands, kwargs.get("context_dir"))


_STEPS = {
    "pip_install": _pip,
    "uv_pip_install": _pip,
    "pip_install_from_requirements": _pip,
    "pip_install_from_pyproject": _pyproject,
    "poetry_install_from_file": _poetry,
    "uv_sync": _uv_sync,
    "run_commands": commands_step,
    "run_function": function_step,
    "env": _env,
    "add_local_file": _local,
    "copy_local_file": _local,
    "add_local_dir": _local,
    "copy_local_dir": _local,
    "workdir": _workdir,
    "dockerfile_commands": _dockerfile,
    "run_dockerfile_commands": _dockerfile,
}
