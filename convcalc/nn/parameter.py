"""`torch.nn.parameter`: parameters and buffers."""

from __future__ import annotations

from convcalc.tensor import Parameter as Parameter
from convcalc.tensor import Tensor, make
from convcalc.tensor import UninitializedBuffer as UninitializedBuffer
from convcalc.tensor import UninitializedParameter as UninitializedParameter
from convcalc.tensor.dtypes import default_dtype
from convcalc.tensor.tensor import copy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Buffer(Tensor):
    """A tensor that assigning to a module registers as a buffer.

    Source: torch.nn.parameter.Buffer
    """

    is_buffer = True

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Any:
        buffer = copy_of(make((0,), default_dtype()) if data is None else data, cls)
        buffer.persistent = persistent
        return buffer

    def __init__(self, data: Any = None, *, persistent: bool = True) -> None:
        pass
