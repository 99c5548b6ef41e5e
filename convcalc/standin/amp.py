"""`torch.amp`: mixed precision. On a CPU-only PyTorch CUDA's autocast does nothing; so here."""

from __future__ import annotations

import sys

from convcalc.tensor import Unknown
from convcalc.tensor.unknown import lacks
from convcalc.trace import recorder as _trace

from .autograd import NoContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class autocast(NoContext):
    """A stretch with lower precision. For `device_type="cpu"` PyTorch lowers results' dtypes, which is noted, not followed."""

    def __init__(
        self, device_type: Any = "cuda", dtype: Any = None, enabled: Any = True, cache_enabled: Any = None
    ) -> None:
        self.device_type = device_type
        self.fast_dtype = dtype
        if str(device_type) == "cpu" and enabled and _trace.active is not None:
            _trace.active.note(
                "autocast",
                "autocast on the CPU changes element types, which is not followed",
                _trace.active.place(sys._getframe(1)),
            )


class cuda_autocast(autocast):
    """`torch.cuda.amp.autocast`"""

    def __init__(self, enabled: Any = True, dtype: Any = None, cache_enabled: Any = True) -> None:
        super().__init__("cuda", dtype, enabled)


cuda_autocast.__name__ = "autocast"


class GradScaler:
    """Scales a loss so that small gradients survive half precision; here the loss stays what it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._enabled = kwargs.get("enabled", True)

    def scale(self, outputs: Any) -> Any:
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        pass

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        pass

    def get_scale(self) -> Unknown:
        return Unknown("the loss scale")

    def is_enabled(self) -> Any:
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: Any) -> None:
        pass


def custom_fwd(fwd: Any = None, **options: Any) -> Any:
    """The decorators `custom_fwd` and `custom_bwd` leave a function as it is."""
    return (lambda function: function) if fwd is None else fwd


AMP: dict[str, Any] = {
    "autocast": autocast, "GradScaler": GradScaler, "custom_fwd": custom_fwd, "custom_bwd": custom_fwd,
    "is_autocast_available": lambda device_type: device_type in ("cpu", "cuda"),
}  # fmt: skip
CUDA_AMP: dict[str, Any] = {**AMP, "autocast": cuda_autocast}
CPU_AMP: dict[str, Any] = {**AMP, "autocast": lambda *args, **kwargs: autocast("cpu", *args, **kwargs)}


lacks(
    GradScaler,
    "torch.amp.GradScaler",
    "_device _init_scale _scale _growth_factor _backoff_factor _growth_interval _init_growth_tracker _growth_tracker _per_optimizer_states _check_inf_per_device _check_scale_growth_tracker _found_inf_per_device _get_growth_tracker _get_scale_async _lazy_init_scale_growth_tracker _maybe_opt_step _unscale_grads_ get_backoff_factor get_growth_factor get_growth_interval set_backoff_factor set_growth_factor set_growth_interval",
)

STANDS_FOR = {
    "torch.amp": AMP,
    "torch.amp.autocast_mode": AMP,
    "torch.amp.grad_scaler": AMP,
    "torch.cuda.amp": CUDA_AMP,
    "torch.cpu.amp": CPU_AMP,
}
