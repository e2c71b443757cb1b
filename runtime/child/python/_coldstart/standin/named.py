"""What stand-ins have in common: they say what they are, and which of Modal's names they have no meaning for, here."""

from ..errors import lacking

#: Names of Modal's objects whose use needs Modal: calls, and values.
_CALLS = {
    "App": "deploy set_tags get_tags get_dashboard_url stop logs stats info",
    "Function": "from_id get_dashboard_url experimental_spawn_map info logs metrics stats",
    "Cls": "from_id get_dashboard_url",
    "FunctionCall": "get_dashboard_url iter logs num_inputs",
    "Image": "get_dashboard_url logs from_id from_name",
    "Volume": (
        "batch_upload copy_files delete ephemeral from_id get_dashboard_url info iterdir listdir read_file"
        " read_file_into_fileobj remove_file rename add_local_dir add_local_file"
    ),
    "Secret": "delete from_id get_dashboard_url info update create_deployed",
}
_VALUES = {
    "App": "app_id client sandboxes registered_web_endpoints image_id is_interactive",
    "Function": "object_id client autoscaler cluster_size",
    "Cls": "object_id client",
    "FunctionCall": "client",
    "Image": "object_id client",
    "Volume": "object_id client objects",
    "Secret": "object_id client objects",
}

#: Steps of images, today's and the old ones, and what images begin with.
_STEPS = (
    "add_local_dir add_local_file add_local_python_source apt_install cmd conda_install"
    " conda_update_from_environment copy copy_local_dir copy_local_file copy_mount dockerfile_commands entrypoint env"
    " extend micromamba_install pip_install pip_install_from_pyproject pip_install_from_requirements"
    " pip_install_private_repos poetry_install_from_file run_commands run_dockerfile_commands run_function shell"
    " uv_pip_install uv_sync workdir"
).split()
_STARTS = (
    "conda debian_slim from_aws_ecr from_dockerfile from_dockerhub from_gcp_artifact_registry from_id from_name"
    " from_registry from_scratch micromamba"
).split()

#: The package itself, where it is installed: it may be newer than these lists.
real = None


def is_step(name):
    return name in _STEPS or (_real_has("Image", name) and _sort_of("Image", name) is None)


def is_start(name):
    return name in _STARTS or _real_has("Image", name)


def _real_has(kind, name):
    return real is not None and hasattr(getattr(real, kind, None), name)


def _sort_of(kind, name):
    """Whether a name is of a call or of a value, of those that are known."""
    if name in _CALLS.get(kind, "").split():
        return "call"
    return "value" if name in _VALUES.get(kind, "").split() else None


class Named:
    """`kind` is the name below `modal`; `said()` is what it was made with."""

    kind = ""

    def said(self):
        return ""

    def __repr__(self):
        return "<modal.%s%s>" % (self.kind, " " + self.said() if self.said() else "")

    def __getattr__(self, name):
        found = missing(self.kind, name)
        if found is not None:
            return found
        raise AttributeError("'modal.%s' has no attribute %r" % (self.kind, name))


def missing(kind, name):
    """What stands for an attribute that Modal's own object has; nothing for a name that it has not."""
    if name.startswith("_"):
        return None
    known = _sort_of(kind, name)
    if known == "value":
        raise lacking("modal.%s.%s" % (kind, name))
    if known == "call" or _real_has(kind, name):
        from .resources import Elsewhere

        return Elsewhere("%s.%s" % (kind, name))
    return None
