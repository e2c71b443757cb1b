"""Which files of a local folder an image leaves out: patterns as in a .dockerignore, or a function of the app's own."""

import os


class FilePatternMatcher:
    """As `modal.FilePatternMatcher`: true for paths that its patterns say."""

    def __init__(self, *patterns):
        self.patterns = [str(each) for each in patterns]
        self.inverted = False

    @classmethod
    def from_file(cls, path):
        with open(path, encoding="utf-8") as lines:
            found = [line.strip() for line in lines]
        return cls(*(line for line in found if line and not line.startswith("#")))

    def __invert__(self):
        made = type(self)(*self.patterns)
        made.inverted = not self.inverted
        return made

    def with_repr(self, custom_repr):
        return self

    def can_prune_directories(self):
        return not self.inverted and not any(each.startswith("!") for each in self.patterns)

    def __call__(self, path):
        """Patterns go by their order: the last one that fits decides."""
        from re import match

        path, found = os.path.normpath(str(path)), False
        above = [path]
        while os.path.dirname(above[-1]) not in ("", "/"):
            above.append(os.path.dirname(above[-1]))
        for each in self.patterns:
            wanted = each.startswith("!")
            pattern = _regular(os.path.normpath(each.lstrip("!").strip().lstrip("/")))
            if any(match(pattern, part) for part in above):
                found = not wanted
        return found != self.inverted

    def __repr__(self):
        return "%sFilePatternMatcher(%s)" % (
            "~" if self.inverted else "",
            ", ".join(map(repr, self.patterns)),
        )


def _regular(pattern):
    from re import escape

    made, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            made, at = made + "(?:.*/)?", at + 3
        elif pattern.startswith("**", at):
            made, at = made + ".*", at + 2
        elif pattern[at] == "*":
            made, at = made + "[^/]*", at + 1
        elif pattern[at] == "?":
            made, at = made + "[^/]", at + 1
        elif pattern[at] == "[" and "]" in pattern[at:]:
            end = pattern.index("]", at)
            made, at = made + pattern[at : end + 1], end + 1
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            made, at = made + escape(pattern[at + 1]), at + 2
        else:
            made, at = made + escape(pattern[at]), at + 1
    return made + r"\Z"


def ignored(local, ignore):
    """What a step of the image says of it: the files that it leaves out, relative to the folder."""
    if not ignore:
        return {}
    from pathlib import Path

    matches = ignore if callable(ignore) else FilePatternMatcher(*ignore)
    from .dockerfile import find_local

    folder = find_local(local)
    left_out = []
    for at, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.relpath(os.path.join(at, name), folder)
            if matches(Path(path)):
                left_out.append(path)
    return {"ignore": left_out}
