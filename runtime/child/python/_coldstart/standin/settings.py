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
        """As runtime/child/description.ts has them; `method` is the name of one of a class."""
        concurrent = checks.concurrency(self.options, marks)
        pool = checks.pool(self.options)
        if "web_server" in marks or self.has_port:
            pool = self._for_one_port(pool, concurrent)
        return {
            **({"app": self.app.name} if self.app.name else {}),
            "build": builds,
            **pool,
            **({"method": method} if method else {}),
            **({"concurrency": concurrent} if concurrent and concurrent["max"] > 1 else {}),
        }

    #: Whether any of its methods is a server on a port.
    has_port = False

    def _for_one_port(self, pool, concurrent):
        """A port belongs to the computer, and not to a container as on the platform: one container at a time can hold it."""
        from . import note

        if pool["keepWarm"] > 1 or pool.get("bufferContainers") or not concurrent:
            note(
                "%s serves on a port of this computer, so that one container has to do here, where the platform would have more%s"
                % (
                    self.name,
                    ""
                    if concurrent
                    else "; requests wait for one another, unless @modal.concurrent is above it",
                )
            )
        alone = {"keepWarm": min(pool["keepWarm"], 1), "maxContainers": 1}
        return {name: value for name, value in {**pool, **alone}.items() if name != "bufferContainers"}


def builds(owner, hooks=()):
    image = owner.image
    steps = image.steps() if hasattr(image, "steps") else ()
    return bool(hooks) or any(step[0] == "run_function" for step in steps)
