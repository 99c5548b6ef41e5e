"""`torch.distributed` and `torch.multiprocessing`: a world of one process."""

from __future__ import annotations

from convcalc.tensor import Unknown
from convcalc.tensor.resets import on_reset
from convcalc.tensor.unknown import lacks

from .autograd import NoContext
from .torch import constant, nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_initialized = [False]


def init_process_group(*args: Any, **kwargs: Any) -> None:
    _initialized[0] = True


def destroy_process_group(group: Any = None) -> None:
    _initialized[0] = False


def is_initialized() -> bool:
    return _initialized[0]


@on_reset
def reset() -> None:
    _initialized[0] = False


def spawn(
    fn: Any, args: Any = (), nprocs: int = 1, join: bool = True, daemon: bool = False, start_method: str = "spawn"
) -> None:
    """Runs the function once, as the first of the processes."""
    fn(0, *args)


class _ReduceOp:
    SUM, PRODUCT, MIN, MAX, AVG, BAND, BOR, BXOR = range(8)


_COLLECTIVES = """
    all_reduce broadcast reduce barrier all_gather gather scatter all_to_all send recv reduce_scatter all_gather_object broadcast_object_list
    monitored_barrier all_gather_into_tensor reduce_scatter_tensor
""".split()
DISTRIBUTED: dict[str, Any] = {
    **{name: nothing(name) for name in _COLLECTIVES},
    "init_process_group": init_process_group, "destroy_process_group": destroy_process_group, "is_initialized": is_initialized,
    "is_available": constant("is_available", True), "get_rank": constant("get_rank", 0), "get_world_size": constant("get_world_size", 1),
    "is_nccl_available": constant("is_nccl_available", False), "is_gloo_available": constant("is_gloo_available", True),
    "is_mpi_available": constant("is_mpi_available", False), "is_torchelastic_launched": constant("is_torchelastic_launched", False),
    "new_group": constant("new_group", Unknown("a process group")), "ReduceOp": _ReduceOp, "get_backend": constant("get_backend", "gloo"),
}  # fmt: skip
MULTIPROCESSING: dict[str, Any] = {
    "spawn": spawn, "set_start_method": nothing("set_start_method"), "set_sharing_strategy": nothing("set_sharing_strategy"),
    "cpu_count": constant("cpu_count", 1), "get_context": constant("get_context", Unknown("a multiprocessing context")), "Pool": NoContext,
}  # fmt: skip


lacks(_ReduceOp, "torch.distributed.ReduceOp", "PREMUL_SUM RedOpType factor op")

STANDS_FOR = {
    "torch.distributed": DISTRIBUTED,
    "torch.multiprocessing": MULTIPROCESSING,
}
