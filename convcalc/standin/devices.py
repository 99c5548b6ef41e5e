"""`torch.cuda`, `torch.backends` and other devices: a machine without accelerators."""

from __future__ import annotations

from convcalc.tensor import Unknown

from .autograd import NoContext
from .torch import LEGACY_TYPES, typed_tensor
from .torch import constant as _answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _unavailable(name: str) -> Any:
    """A question about a GPU; PyTorch built for the CPU refuses it."""

    def refused(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("Torch not compiled with CUDA enabled")

    refused.__name__ = name
    return refused


class Stream(NoContext):
    """A queue of work on a device."""

    def synchronize(self) -> None:
        pass

    def wait_stream(self, stream: Any) -> None:
        pass

    def wait_event(self, event: Any) -> None:
        pass

    def query(self) -> bool:
        return True

    def record_event(self, event: Any = None) -> Event:
        return Event()


class Event(Stream):
    """A mark in a stream; the time between two is not known."""

    def record(self, stream: Any = None) -> None:
        pass

    def wait(self, stream: Any = None) -> None:
        pass

    def elapsed_time(self, end: Any) -> Unknown:
        return Unknown("the time between two events")


_SILENT = """
    empty_cache synchronize manual_seed manual_seed_all seed seed_all init reset_peak_memory_stats reset_max_memory_allocated set_rng_state
    reset_max_memory_cached ipc_collect set_per_process_memory_fraction set_rng_state_all reset_accumulated_memory_stats set_stream
""".split()
_ZERO = """
    device_count memory_allocated memory_reserved max_memory_allocated max_memory_reserved memory_cached max_memory_cached
""".split()
_FALSE = "is_available is_initialized is_bf16_supported is_current_stream_capturing is_built".split()

CUDA: dict[str, Any] = {
    **{name: _answer(name, None) for name in _SILENT},
    **{name: _answer(name, 0) for name in _ZERO},
    **{name: _answer(name, False) for name in _FALSE},
    **{name: _unavailable(name) for name in "current_device get_device_name get_device_properties get_device_capability mem_get_info".split()},
    "set_device": _answer("set_device", None), "device": NoContext, "stream": NoContext, "device_of": NoContext, "Stream": Stream, "Event": Event,
    "current_stream": _answer("current_stream", Stream()), "default_stream": _answer("default_stream", Stream()), "graph": NoContext,
    "get_arch_list": _answer("get_arch_list", []), "memory_stats": _answer("memory_stats", {}), "memory_summary": _answer("memory_summary", ""),
    "get_rng_state": _answer("get_rng_state", Unknown("the state of the random generator")), "OutOfMemoryError": type("OutOfMemoryError", (RuntimeError,), {}),
}  # fmt: skip
CUDA.update({name: typed_tensor(name, dtype, "torch.cuda") for name, dtype in LEGACY_TYPES.items()})

CPU_MODULE: dict[str, Any] = {
    "is_available": _answer("is_available", True), "device_count": _answer("device_count", 1), "synchronize": _answer("synchronize", None),
    "current_device": _answer("current_device", "cpu"), "Stream": Stream, "stream": NoContext,
}  # fmt: skip
MPS: dict[str, Any] = {
    **{name: _answer(name, None) for name in _SILENT},
    **{name: _answer(name, 0) for name in _ZERO},
    **{name: _answer(name, False) for name in _FALSE},
    "current_accelerator": _answer("current_accelerator", None), "current_allocated_memory": _answer("current_allocated_memory", 0),
    "driver_allocated_memory": _answer("driver_allocated_memory", 0), "set_device": _answer("set_device", None), "Stream": Stream, "Event": Event,
    "set_device_index": _answer("set_device_index", None), "device_index": NoContext,
}  # fmt: skip
BACKEND: dict[str, Any] = {
    "is_available": _answer("is_available", False), "is_built": _answer("is_built", False), "sdp_kernel": NoContext,
    "enable_flash_sdp": _answer("enable_flash_sdp", None), "enable_math_sdp": _answer("enable_math_sdp", None),
    "enable_mem_efficient_sdp": _answer("enable_mem_efficient_sdp", None), "flash_sdp_enabled": _answer("flash_sdp_enabled", True),
    "math_sdp_enabled": _answer("math_sdp_enabled", True), "mem_efficient_sdp_enabled": _answer("mem_efficient_sdp_enabled", True),
}  # fmt: skip
BACKEND_PRESENT: dict[str, Any] = {"is_available": _answer("is_available", True), "flags": NoContext, "enabled": True}
CUDNN: dict[str, Any] = {
    "is_available": _answer("is_available", False), "version": _answer("version", None), "flags": NoContext, "enabled": True, "benchmark": False,
    "deterministic": False, "allow_tf32": True, "benchmark_limit": 10, "is_acceptable": _answer("is_acceptable", False),
}  # fmt: skip

STANDS_FOR = {
    "torch.cuda": CUDA,
    "torch.cpu": CPU_MODULE,
    "torch.mps": MPS,
    "torch.xpu": MPS,
    "torch.accelerator": MPS,
    "torch.backends.cudnn": CUDNN,
    "torch.backends.cuda": BACKEND,
    "torch.backends.mps": BACKEND,
    "torch.backends.mkldnn": BACKEND_PRESENT,
    "torch.backends.mkl": BACKEND_PRESENT,
    "torch.backends.openmp": BACKEND_PRESENT,
}
MENTIONED = ("cuda",)
