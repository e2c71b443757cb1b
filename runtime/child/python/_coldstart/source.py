"""Loads the project's files at their own paths: the entry always from its source, others with a text in its place where there is one."""

import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import (
    PathFinder,
    SourceFileLoader,
    spec_from_file_location,
)

_texts = {}
_spans = False


class Loader(SourceFileLoader):
    """Compiles what stands there now. Platforms mount sources without byte code, so that each cold start compiles them."""

    def get_data(self, path):
        text = _texts.get(path)
        return (
            SourceFileLoader.get_data(self, path) if text is None else SourceFileLoader.get_data(self, text)
        )

    def get_code(self, fullname):
        data = self.get_data(self.path)
        if _spans and self.path in _texts:
            from .spans import compile_marked

            return compile_marked(data, self.path)
        return self.source_to_code(data, self.path)


class Finder:
    """Stands before Python's own finder only where there are texts to be put in place."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin in _texts:
            spec.loader = Loader(name, spec.origin)
            return spec
        if spec is None or spec.origin is None:
            return _only_in_memory(name, path) or spec
        return spec

    invalidate_caches = PathFinder.invalidate_caches


def _only_in_memory(name, path):
    last = name.rpartition(".")[2]
    for folder in sys.path if path is None else path:
        package = "%s/%s/__init__.py" % (folder, last)
        if package in _texts:
            return spec_from_file_location(
                name, package, loader=Loader(name, package), submodule_search_locations=[package[:-12]]
            )
        file = "%s/%s.py" % (folder, last)
        if file in _texts:
            return spec_from_file_location(name, file, loader=Loader(name, file))
    return None


def replace(texts, spans):
    """Takes the texts of `texts` (path of a file to path of its text) in place of the files."""
    global _spans
    _texts.update(texts)
    _spans = spans
    sys.meta_path.insert(sys.meta_path.index(PathFinder), Finder)


def show_texts():
    """Lets tracebacks quote the texts that have run, and not the files in whose place they stand."""
    import linecache

    for path, text in _texts.items():
        with open(text, encoding="utf-8") as file:
            lines = file.read().splitlines(True)
        linecache.cache[path] = sum(map(len, lines)), None, lines, path


def load(file, name):
    """The module of a file under a name; packages above it are imported as Python does."""
    above, _, last = name.rpartition(".")
    if above:
        __import__(above)
    package = last == "__init__"
    spec = spec_from_file_location(
        above if package else name,
        file,
        loader=Loader(above if package else name, file),
        submodule_search_locations=[file.rpartition("/")[0]] if package else None,
    )
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if above and not package:
        setattr(sys.modules[above], last, module)
    return module
