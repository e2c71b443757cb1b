"""Exceptions of `modal.exception`: the real ones where the package is installed, others of the same names where it is not."""

import sys

_NAMES = (
    "AuthError ClientClosed ConnectionError DataLossError DeserializationError ExecutionError FunctionTimeoutError "
    "InternalFailure InvalidError NotFoundError OutputExpiredError RemoteError RequestSizeError "
    "SandboxTerminatedError SandboxTimeoutError SerializationError TimeoutError VersionError AlreadyExistsError"
).split()


def provide(module):
    """Fills a module in place of the real one."""
    module.Error = type("Error", (Exception,), {"__module__": module.__name__})
    for name in _NAMES:
        setattr(module, name, type(name, (module.Error,), {"__module__": module.__name__}))
    # No `Exception`: code that catches all errors and goes on is not meant.
    module.InputCancellation = type("InputCancellation", (BaseException,), {"__module__": module.__name__})
    module.FunctionTimeoutError = type(
        "FunctionTimeoutError", (module.TimeoutError,), {"__module__": module.__name__}
    )
    module.DeprecationError = type("DeprecationError", (UserWarning,), {"__module__": module.__name__})


def current():
    return sys.modules["modal.exception"]


def lost():
    """The platform's own kind of RemoteError: `modal` has no name for it. It stands beside the others, so that it can be pickled."""
    module = current()
    if not hasattr(module, "ContainerLostError"):
        module.ContainerLostError = type(
            "ContainerLostError", (module.RemoteError,), {"__module__": module.__name__}
        )
    return module.ContainerLostError
