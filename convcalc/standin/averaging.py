"""`torch.optim.swa_utils`: averages of weights, which have the weights' shapes."""

from __future__ import annotations

import copy

from convcalc.nn.module import Module
from convcalc.tensor import ShapeValueError, Unknown

from .optim import settings_of
from .schedules import LRScheduler, check_of_groups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class AveragedModel(Module):
    """A copy of a model whose weights are averages.

    Source: torch.optim.swa_utils.AveragedModel
    """

    def __init__(
        self, model: Module, device: Any = None, avg_fn: Any = None, multi_avg_fn: Any = None, use_buffers: bool = False
    ) -> None:
        super().__init__()
        self.module = copy.deepcopy(model)
        from convcalc.tensor import dtype_of, make

        self.register_buffer("n_averaged", make((), dtype_of("int64")))

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Any) -> None:
        pass


def update_bn(loader: Any, model: Any, device: Any = None) -> None:
    """Runs the model over the loader's batches."""
    for batch in loader:
        model(batch[0] if isinstance(batch, (list, tuple)) else batch)


def _average(*args: Any, **kwargs: Any) -> Any:
    return Unknown("an averaging function")


class SWALR(LRScheduler):
    """`torch.optim.swa_utils.SWALR`"""

    def __init__(self, optimizer: Any, swa_lr: Any, anneal_epochs: Any = 10, anneal_strategy: Any = "cos", last_epoch: Any = -1) -> None:  # fmt: skip
        settings = settings_of(locals(), "optimizer", "last_epoch")
        check_of_groups("swa_lr", optimizer, swa_lr)
        if type(anneal_strategy) is str and anneal_strategy not in ("cos", "linear"):
            raise ShapeValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, Unknown) and (not isinstance(anneal_epochs, int) or anneal_epochs < 0):
            raise ShapeValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        super().__init__(optimizer, last_epoch)
        self.__dict__.update(settings)


SWALR.__module__ = "torch.optim.swa_utils"
AVERAGING: dict[str, Any] = {
    "AveragedModel": AveragedModel, "update_bn": update_bn, "SWALR": SWALR, "get_ema_avg_fn": _average,
    "get_ema_multi_avg_fn": _average, "get_swa_avg_fn": _average, "get_swa_multi_avg_fn": _average,
}  # fmt: skip

STANDS_FOR = {"torch.optim.swa_utils": AVERAGING}
