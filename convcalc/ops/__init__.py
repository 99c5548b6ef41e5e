"""The operations of PyTorch as rules on shapes; see `registry`."""

from __future__ import annotations

from convcalc.tensor import tensor as _tensor

from .registry import REGISTRY as REGISTRY
from .registry import Operation as Operation
from .registry import find as find
from .registry import find_method as _find_method
from .registry import operation as operation

_tensor.method_finder[0] = _find_method
