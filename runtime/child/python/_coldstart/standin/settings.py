"""What functions and classes have in common: options, today's names and the old ones."""


class Settings:
    def __init__(self, app, options):
        self.app = app
        self.options = options

    def option(self, *names, default=None):
        return next((self.options[name] for name in names if self.options.get(name) is not None), default)

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

    def settings(self, builds):
        return {
            **({"app": self.app.name} if self.app.name else {}),
            "build": builds,
            "timeout": self.option("timeout", default=300),
            "keepWarm": self.option("min_containers", "keep_warm", default=0),
            "containerIdleTimeout": self.option("scaledown_window", "container_idle_timeout", default=60),
        }


def builds(owner, hooks=()):
    image = owner.image
    steps = image.steps() if hasattr(image, "steps") else ()
    return bool(hooks) or any(step[0] == "run_function" for step in steps)
