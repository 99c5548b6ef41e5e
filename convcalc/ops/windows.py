"""Windows of signals, and powers in columns.

Source: aten/src/ATen/native/TensorFactories.cpp
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    Tensor,
    Unknown,
    dtype_of,
    make,
)
from convcalc.tensor.dtypes import (
    FLOATING,
    int64,
)

from .creation import made
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _window(name: str, *further: str) -> None:
    def rule(
        window_length: int,
        *args: Any,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        pin_memory: bool = False,
        **options: Any,
    ) -> Tensor:
        if window_length < 0:
            raise ShapeError(f"{name} requires non-negative window_length, got window_length={window_length}")
        kind = dtype_of(dtype)
        if kind.category != FLOATING:
            raise ShapeError(f"{name} expects floating point dtypes, got: TensorOptions(dtype={kind.name})", "dtype")
        return made((window_length,), kind, device, requires_grad)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A window of the given length: `{name}`."
    operation(f"torch.{name}")(rule)


for _name in ("hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"):
    _window(_name)


@operation("torch.vander", "linalg.vander")
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers of each element, in a new last dimension."""
    if isinstance(x, Unknown):
        return Unknown(f"torch.vander({x.reason})")
    count = (x.shape[-1] if x.ndim else 1) if N is None else N
    kind = int64 if x.dtype.category < FLOATING else x.dtype
    return make((*(x.shape or (1,)), count), kind)
