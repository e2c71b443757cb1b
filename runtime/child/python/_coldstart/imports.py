"""Times the entry's direct imports one after another, and within each the modules that it loads: a tree, for profile runs."""

import _frozen_importlib as machinery
from _thread import get_ident

from .channel import now, send

#: What is quicker, deeper or further behind says nothing to anybody.
LEAST = 1
DEEPEST = 5
MOST = 12


def time_imports(names):
    costs = []
    stack, end = _watch()
    try:
        for name in names:
            module, _, members = name.partition(":")
            stack[:] = [[]]
            started = now()
            try:
                # With the names: packages that load their parts on demand load them then.
                __import__(module, {}, {}, members.split(",") if members else ())
            except Exception:
                continue  # The entry will fail over it as well, and say so; or it imports it in another way.
            costs.append(_cost(module, now() - started, _without(module, stack[0])))
    finally:
        end()
    send({"type": "imports", "costs": [_cut(cost, 0) for cost in costs]})


def time_within(stage):
    """Times what code imports from now on, until the function is called that it gives back."""
    stack, end = _watch()

    def done():
        end()
        costs = _by_package(stack[0])
        send({"type": "imports", "costs": [{**_cut(cost, 0), "stage": stage} for cost in costs]})

    return done


def _watch():
    """The modules that this thread loads, as a tree, until the function is called that comes with it."""
    load = machinery._load_unlocked
    stack = [[]]
    thread = get_ident()

    def timed(spec):
        if get_ident() != thread:
            return load(spec)
        stack.append([])
        started = now()
        try:
            return load(spec)
        finally:
            cost = _cost(spec.name, now() - started, stack.pop())
            stack[-1].append(cost)

    def end():
        machinery._load_unlocked = load

    machinery._load_unlocked = timed
    return stack, end


def _by_package(costs):
    """One node for each package: some load their parts later, when they are asked for them."""
    packages = {}
    for cost in costs:
        name = cost["specifier"].partition(".")[0]
        # What the platform needs for itself is no import of the user's.
        if name != __package__.partition(".")[0]:
            packages.setdefault(name, []).append(cost)
    return [_cost(name, sum(each["ms"] for each in all), _without(name, all)) for name, all in packages.items()]


def _cost(name, ms, inner):
    return {"specifier": name, "ms": ms, **({"imports": inner} if inner else {})}


def _without(name, costs):
    """The module's own node is the import itself."""
    flat = []
    for cost in costs:
        flat += cost.get("imports", []) if cost["specifier"] == name else [cost]
    return flat


def _cut(cost, depth):
    inner = sorted(cost.get("imports", ()), key=lambda each: -each["ms"])[:MOST]
    kept = [_cut(each, depth + 1) for each in inner if each["ms"] >= LEAST] if depth < DEEPEST else []
    return _cost(cost["specifier"], cost["ms"], kept)
