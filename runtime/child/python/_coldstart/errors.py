"""Failures that the platform itself finds: plain data says what, why and what to do, without a traceback."""


class Failure(Exception):
    def __init__(self, kind, name, message):
        super().__init__(message)
        self.kind = kind
        self.name = name


class Lacking(Failure, AttributeError):
    """Whoever asks whether it is there hears no."""


def lacking(what):
    return Lacking(
        "environment",
        "ModalOnlyError",
        "%s is known on Modal alone; run this function there, or leave that line out here" % what,
    )


def usage(name, message):
    return Failure("usage", name, message)


def environment(name, message):
    return Failure("environment", name, message)
