"""Images: a chain of steps, which the platform carries out. Functions of the build are run in a container of their own."""

from . import plan
from .named import is_start, is_step, missing


class _Starts(type):
    """`Image.debian_slim()` and whatever else begins an image."""

    def __getattr__(cls, name):
        if name.startswith("_") or not is_start(name):
            raise AttributeError("'modal.Image' has no attribute %r" % name)
        return lambda *args, **kwargs: cls(begun=(name, args, kwargs))


class Image(metaclass=_Starts):
    def __init__(self, base=None, step=None, begun=None):
        self.base = base
        self.step = step
        self.begun = begun or (base.begun if base else ("debian_slim", (), {}))
        #: Why packages of `with image.imports()` could not be imported.
        self.missing = None

    def __repr__(self):
        chain = [self.begun, *self.steps()]
        return "<modal.Image %s>" % ".".join(
            "%s(%s)" % (name, ", ".join(map(repr, args))) for name, args, _ in chain
        )

    def __getattr__(self, name):
        if name.startswith("_") or not is_step(name):
            found = missing("Image", name)
            if found is not None:
                return found
            raise AttributeError("'modal.Image' has no attribute %r" % name)

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
