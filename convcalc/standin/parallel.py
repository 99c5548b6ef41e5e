"""Wrappers that spread a module over devices: here they hold the module and call it."""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor.unknown import lacks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DataParallel(Module):
    """Splits a batch over GPUs; without one it calls its `module`.

    Source: torch.nn.DataParallel
    """

    wraps_module = True

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module
        self.device_ids: list[int] = []

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    """One process' replica of its `module`.

    Source: torch.nn.parallel.DistributedDataParallel
    """

    wraps_module = True

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0, **options: Any
    ) -> None:
        super().__init__()
        self.module = module
        self.device_ids = device_ids

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)

    def no_sync(self) -> Any:
        from .autograd import NoContext

        return NoContext()


WRAPPERS: dict[str, Any] = {"DataParallel": DataParallel, "DistributedDataParallel": DistributedDataParallel}


lacks(DataParallel, "nn.DataParallel", "gather parallel_apply replicate scatter dim output_device src_device_obj")

STANDS_FOR = dict.fromkeys(
    "torch.nn torch.nn.parallel torch.nn.parallel.data_parallel torch.nn.parallel.distributed".split(), WRAPPERS
)
