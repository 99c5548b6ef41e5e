"""`torch.sparse.FloatTensor` and its like: sparse tensors by their old names. The operations of `torch.sparse` come from `convcalc.ops`."""

from __future__ import annotations

from convcalc.ops.sparse import sparse_coo_tensor
from convcalc.tensor import DType, Tensor, dtypes
from convcalc.tensor.sparse import facts

from .autograd import NoContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _SparseType(type):
    """The type of `torch.sparse.FloatTensor`: an instance of it is a sparse tensor of that element type."""

    tensor_dtype: DType

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.tensor_dtype and facts(instance) is not None

    def __call__(cls, *given: Any, **options: Any) -> Any:
        if all(type(part) is int for part in given):
            return sparse_coo_tensor(given, dtype=cls.tensor_dtype)
        return sparse_coo_tensor(*given, **options)


def _typed(name: str, dtype: DType) -> type:
    return _SparseType(name, (), {"tensor_dtype": dtype, "dtype": dtype, "__module__": "torch.sparse"})


SPARSE: dict[str, Any] = {
    f"{name}Tensor": _typed(f"{name}Tensor", dtype)
    for dtype, name in dtypes.LEGACY_NAMES.items()
    if name in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte")
}
SPARSE["check_sparse_tensor_invariants"] = NoContext

STANDS_FOR = {"torch.sparse": SPARSE}
MENTIONED = ("sparse",)
