"""Begins a container of Python. Its modules lie in one file beside this one: looking for each would take as long as they do."""

import sys
from _frozen_importlib import ModuleSpec
from marshal import loads

#: A folder that is nowhere; what Python finds there is ours.
NOWHERE = "/<coldstart>"


class Modules:
    """Finds and loads the package, under a name that no project has."""

    def __init__(self, file):
        with open(file, "rb") as packed:
            self.codes = loads(packed.read())

    def find_spec(self, name, target=None):
        if name not in self.codes:
            return None
        spec = ModuleSpec(name, self, is_package=self.codes[name][0])
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(NOWHERE)
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(loads(self.codes[module.__name__][1]), module.__dict__)


if __name__ == "__main__":
    sys.path_importer_cache[NOWHERE] = Modules(__file__[: -len("main.pyc")] + "modules")
    if sys.path[:1] == [__file__.rpartition("/")[0]]:
        del sys.path[0]
    sys.path.insert(0, NOWHERE)
    from _coldstart.container import main

    sys.path.remove(NOWHERE)
    main()
