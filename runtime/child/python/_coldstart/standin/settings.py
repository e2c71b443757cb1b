"""What functions and classes have in common: options, today's names and the old ones."""

from . import checks


class Settings:
    def __init__(self, app, options):
        checks.pool(options)
        self.app = app
        self.options = options

    @property
    def image(self):
        return self.options.get("image") or self.app.image

    @property
    def secrets(self):
        return (
            *(self.app.options.get("secrets") or ()),
            *(self.options.get("secrets") or ()),
            *filter(None, [self.options.get("secret")]),
        )

    @property
    def volumes(self):
        return {
            **(self.app.options.get("volumes") or {}),
            **(self.options.get("volumes") or {}),
            **(self.options.get("shared_volumes") or {}),
        }

    def settings(self, builds, marks, method=None):
        """As runtime/child/messages.ts has them; `method` is the name of one of a class."""
        concurrent = checks.concurrency(self.options, marks)
        return {
            **({"app": self.app.name} if self.app.name else {}),
            "build": builds,
            **checks.pool(self.options),
            **({"method": method} if method else {}),
            **({"concurrency": concurrent} if concurrent and concurrent["max"] > 1 else {}),
        }


def builds(owner, hooks=()):
    image = owner.image
    steps = image.steps() if hasattr(image, "steps") else ()
    return bool(hooks) or any(step[0] == "run_function" for step in steps)
