"""`torch.profiler`: nothing is timed."""

from __future__ import annotations

from .autograd import NoContext
from .torch import nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Activity:
    CPU, CUDA, XPU, MTIA = range(4)


PROFILER: dict[str, Any] = {
    "profile": NoContext, "record_function": NoContext, "emit_nvtx": NoContext, "emit_itt": NoContext, "ProfilerActivity": _Activity,
    "schedule": nothing("schedule"), "tensorboard_trace_handler": nothing("tensorboard_trace_handler"),
}  # fmt: skip

STANDS_FOR = {
    "torch.autograd.profiler": PROFILER,
    "torch.profiler": PROFILER,
}
