"""Commands of a Dockerfile as steps of an image, as far as a process can carry them out; the others are named."""

import os

from . import looked_at, plan

#: What they say is of no use to a function.
_SAID_ALONE = ("LABEL", "EXPOSE", "MAINTAINER", "STOPSIGNAL", "HEALTHCHECK")


def read_dockerfile(path):
    """What the last stage begins as, and its commands."""
    with open(find_local(path), encoding="utf-8") as text:
        commands = list(_joined(text.read().splitlines()))
    begins, own = "scratch", []
    for command in commands:
        word, rest = _split(command)
        if word == "FROM":
            begins, own = rest.split()[0] if rest else begins, []
        else:
            own.append(command)
    return begins, own


def steps_of(name, commands, context):
    if isinstance(commands, str):
        commands = [commands]
    lines = [line for command in commands for line in str(command).splitlines()]
    steps = []
    for command in _joined(lines):
        steps += _step(name, command, context)
    return steps


def _joined(lines):
    """Commands, each in one line: a line that ends with a backslash goes on."""
    whole = ""
    for line in lines:
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.endswith("\\"):
            whole += bare[:-1].rstrip() + " "
            continue
        yield (whole + bare).strip()
        whole = ""
    if whole:
        yield whole.strip()


def _split(command):
    word, _, rest = command.partition(" ")
    return word.upper(), rest.strip()


def _step(name, command, context):
    word, rest = _split(command)
    other = [{"kind": "other", "name": name, "args": [command]}]
    if word in _SAID_ALONE:
        return []
    if word == "WORKDIR":
        return [{"kind": "workdir", "path": rest}]
    if word == "ENV":
        variables = _variables(rest)
        return [{"kind": "env", "variables": variables}] if variables else other
    if word == "RUN" and "<<" not in rest and not rest.startswith("--"):
        return [{"kind": "runCommands", "commands": [_shell(rest)]}]
    if word in ("COPY", "ADD"):
        return _copy(rest, context) or other
    return other


def _shell(rest):
    """`["a", "b"]` is a command with its arguments."""
    if rest.startswith("["):
        from json import loads
        from shlex import join

        try:
            return join(loads(rest))
        except ValueError:
            pass
    return rest


def _variables(rest):
    """`A=1 B="2 3"`, or `A 1`."""
    from shlex import split

    try:
        words = split(rest)
    except ValueError:
        return None
    if words and "=" not in words[0]:
        key, _, value = rest.partition(" ")
        return {key: value.strip()}
    if not all("=" in word for word in words) or "$" in rest:
        return None
    return dict(word.split("=", 1) for word in words)


def _copy(rest, context):
    from shlex import split

    words = split(rest)
    if len(words) != 2 or words[0].startswith("--") or set("*?[$<") & set(words[0]) or "://" in words[0]:
        return None
    local, remote = os.path.join(str(context or ""), words[0].lstrip("/")), words[1]
    there = find_local(local)
    if os.path.isdir(there):
        return [{"kind": "addLocal", "what": "folder", "local": local, "remote": remote}]
    return [{"kind": "addLocal", "what": "file", "local": local, "remote": "./" if remote == "." else remote}]


def find_local(path):
    """A path of this computer: from the folder in which the app is run, else from the one of its file."""
    path = os.path.expanduser(str(path))
    places = [os.path.join(plan["root"], path), os.path.join(os.path.dirname(plan["file"]), path)]
    found = next((place for place in places if os.path.exists(place)), places[0])
    looked_at.append(found)
    return found
