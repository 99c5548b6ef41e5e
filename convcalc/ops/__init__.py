"""The operations of PyTorch as rules on shapes; see `registry`."""

from __future__ import annotations

from convcalc.tensor import tensor as _tensor

from .registry import REGISTRY as REGISTRY
from .registry import Operation as Operation
from .registry import find as find
from .registry import find_method as _find_method
from .registry import operation as operation

if (
    _tensor.method_finder[0] is _tensor.find_method
):  # the stand-in's finder, which asks this one first, may be there already
    _tensor.method_finder[0] = _find_method


def _serve(func: object, args: object, kwargs: object) -> object:
    from .torch_functions import torch_function

    return torch_function(func, args, kwargs)  # type: ignore[arg-type]


def _count(number: _tensor.Tensor) -> object:
    if number.origin.type.rpartition(".")[2] not in ("sum", "count_nonzero"):
        return None
    from .counting import count_behind

    return count_behind(number)


_tensor.function_server[0] = _serve
_tensor.count_behind[0] = _count
