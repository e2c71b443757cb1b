"""Puts volumes and local files where an app expects them: links in the container's own file system."""

import os

from ..errors import environment
from . import plan


def mount(volumes):
    """Mounts volumes: path to volume. Their folders are shared by containers and stay."""
    from .resources import Volume

    for path, volume in volumes.items():
        if isinstance(volume, Volume):
            link(str(path), volume.folder())
        else:
            from . import note

            note("%s is not mounted: only volumes are, here" % path)


def link(path, target):
    """Makes `path` lead to `target`. `/root` is the home of Modal's containers, and `~` has to lead there as well."""
    for place in _places(os.path.normpath(path)):
        _link(place, target)


def _places(path):
    home = os.path.expanduser("~")
    if path.startswith("/root/"):
        in_home = home + path[len("/root") :]
        return [in_home] if home == "/root" or not plan.get("private") else [in_home, path]
    return [path]


def _link(path, target):
    if os.path.islink(path) and os.readlink(path) == target:
        return
    if not plan.get("private") and not path.startswith(os.path.expanduser("~") + "/"):
        if os.path.isdir(path):
            return
        raise environment(
            "MountError",
            "%s cannot be mounted: this computer gives containers no file system of their own; use a path below the home folder"
            % path,
        )
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isdir(path) and not os.path.islink(path):
            try:
                os.rmdir(path)
            except OSError:  # It holds something, or is a mount itself.
                return _bind(path, target)
        elif os.path.lexists(path):
            os.remove(path)
        os.symlink(target, path)
    except OSError as error:
        raise environment("MountError", "%s cannot be mounted: %s" % (path, error)) from None


def _bind(path, target):
    """Over a folder of this computer that shows through; only the mounts of this container change."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    bind = 4096
    if libc.mount(target.encode(), path.encode(), None, bind, None) != 0:
        raise OSError(
            ctypes.get_errno(), "there are files at that path on this computer, which stand in its way"
        )
