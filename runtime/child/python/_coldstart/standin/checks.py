"""Checks what apps say of how their functions scale: what is out of range or contradicts itself is named where it stands."""

_SCALING = {
    "min_containers": "keepWarm",
    "max_containers": "maxContainers",
    "buffer_containers": "bufferContainers",
    "scaledown_window": "containerIdleTimeout",
}


def invalid(message):
    from .exceptions import current

    return current().InvalidError(message)


def number(options, name, least, most=None, whole=True):
    """The value of an option, checked; nothing where it is not given."""
    value = options.get(name)
    if value is None:
        return None
    wanted = "a whole number" if whole else "a number"
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise invalid("%s is %r; it must be %s" % (name, value, wanted))
    if not least <= value <= (value if most is None else most):
        limit = "%g to %g" % (least, most) if most is not None else "%g or more" % least
        raise invalid("%s is %r; it must be %s" % (name, value, limit))
    return value


def seconds(options, name):
    """A time above 0."""
    value = number(options, name, 0, whole=False)
    if value == 0:
        raise invalid("%s is 0; it must be more than 0 seconds" % name)
    return value


def scaling(options):
    """New settings of a running pool, as runtime/child/description.ts has them."""
    unknown = [name for name in options if name not in _SCALING]
    if unknown:
        raise TypeError("update_autoscaler() got an unexpected keyword argument %r" % unknown[0])
    changed = {
        "keepWarm": number(options, "min_containers", 0),
        "maxContainers": number(options, "max_containers", 1),
        "bufferContainers": number(options, "buffer_containers", 0),
        "containerIdleTimeout": seconds(options, "scaledown_window"),
    }
    return {name: value for name, value in changed.items() if value is not None}


def pool(options):
    """What a definition says of its pool: today's names and the old ones."""
    idle = seconds(options, "scaledown_window")
    if idle is None:
        idle = number(options, "container_idle_timeout", 2, 1200, whole=False)
    least = _either(number(options, "min_containers", 0), number(options, "keep_warm", 0))
    most = _either(number(options, "max_containers", 1), number(options, "concurrency_limit", 1))
    if least is not None and most is not None and least > most:
        raise invalid(
            "min_containers is %d, and max_containers only %d; raise the one or lower the other"
            % (least, most)
        )
    said = {
        "keepWarm": least or 0,
        "maxContainers": most,
        "bufferContainers": number(options, "buffer_containers", 0),
        "containerIdleTimeout": 60 if idle is None else idle,
        "timeout": seconds(options, "timeout") or 300,
        "startupTimeout": seconds(options, "startup_timeout"),
        "retries": retries(options.get("retries")),
        "singleUse": _single_use(options) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _single_use(options):
    most = number(options, "max_inputs", 1)
    if most is not None and most > 1:
        raise invalid("max_inputs is %d, and only 1 is known: say single_use_containers=True" % most)
    return bool(options.get("single_use_containers")) or most == 1


#: What modal's decorators have taken, in its version 1.6 and before it (https://modal.com/docs/reference/modal.App).
_KNOWN = frozenset(
    """
    allow_background_volume_commits allow_concurrent_inputs allow_cross_region_volumes block_network buffer_containers
    checkpointing_enabled cloud compute_region concurrency_limit container_idle_timeout cpu enable_memory_snapshot env
    ephemeral_disk exit_grace_period experimental_options gpu h2_enabled i6pn image include_source interactive
    is_generator keep_warm max_concurrency max_containers max_inputs memory min_containers mounts name
    network_file_systems nonpreemptible port proxy rdma region restrict_modal_access retries routing_region
    scaledown_window scaleup_window schedule secret secrets serialized shared_volumes single_use_containers
    startup_timeout target_concurrency timeout unauthenticated volumes webhook_config
    """.split()
)


def names(decorator, of, options):
    """Says which keyword arguments modal has never had: there they are errors, and here they would be lost without a word."""
    for name in options:
        if name in _KNOWN or name.startswith("_"):
            continue
        from difflib import get_close_matches

        from . import note

        meant = get_close_matches(name, _KNOWN, 1)
        advice = "did you mean %s?" % meant[0] if meant else "it counts for nothing here"
        note("%s of %s: modal has no %s; %s" % (decorator, getattr(of, "__name__", of), name, advice))


def _either(value, other):
    return other if value is None else value


def retries(value):
    if value is None or value == 0:
        return None
    if isinstance(value, Retries):
        return value.described()
    return {
        "max": number({"retries": value}, "retries", 0, 10),
        "initialDelay": 1,
        "backoff": 1,
        "maxDelay": 60,
    }


class Retries:
    """`modal.Retries`: further attempts, and how long to wait before each."""

    def __init__(self, *, max_retries, backoff_coefficient=2.0, initial_delay=1.0, max_delay=60.0):
        said = locals()
        self.max_retries = number(said, "max_retries", 0, 10)
        self.backoff_coefficient = number(said, "backoff_coefficient", 1, 10, whole=False)
        self.initial_delay = number(said, "initial_delay", 0, 60, whole=False)
        self.max_delay = number(said, "max_delay", 1, 60, whole=False)

    def __repr__(self):
        return "modal.Retries(max_retries=%d)" % self.max_retries

    def described(self):
        if self.max_retries == 0:
            return None
        return {
            "max": self.max_retries,
            "initialDelay": self.initial_delay,
            "backoff": self.backoff_coefficient,
            "maxDelay": self.max_delay,
        }


def concurrency(options, marks):
    """Inputs that a container takes at once: by `@modal.concurrent`, `@modal.batched`, or the old option."""
    said = marks.get("concurrent")
    if said is not None:
        most = number(said, "max_inputs", 1)
        if most is None:
            raise invalid("@modal.concurrent needs max_inputs; write @modal.concurrent(max_inputs=10)")
        target = number(said, "target_inputs", 1)
        if target is not None and target > most:
            raise invalid(
                "target_inputs is %d, and max_inputs only %d; raise the one or lower the other"
                % (target, most)
            )
        return {"max": most, **({"target": target} if target is not None else {})}
    if "batched" in marks:
        return {"max": batch(marks)[0]}
    most = number(options, "allow_concurrent_inputs", 1)
    return {"max": most} if most else None


def batch(marks):
    """How inputs are gathered for one call: how many at most, and for how many seconds."""
    said = marks.get("batched")
    if said is None:
        return None
    most = number(said, "max_batch_size", 1)
    wait = number(said, "wait_ms", 0, whole=False)
    if most is None or wait is None:
        raise invalid("@modal.batched needs both: @modal.batched(max_batch_size=4, wait_ms=100)")
    return most, wait / 1000
