"""Which input user code runs for: the container's tasks and threads each have their own."""

from _contextvars import ContextVar

input_id = ContextVar("coldstart_input", default="")
