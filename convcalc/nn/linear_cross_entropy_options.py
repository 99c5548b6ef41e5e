"""How `LinearCrossEntropyLoss` works through its batch piece by piece: memory and precision, never a shape."""

from __future__ import annotations

from convcalc.tensor import ShapeValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_POLICIES = {"auto", "accurate", "balanced", "compact"}
_TYPES = {"float16", "bfloat16", "float32", "float64"}


class LinearCrossEntropyOptions:
    """The settings of the chunked implementation.

    Errors:  an unknown policy or method; a chunk size that is no positive int; an accumulation type that is not floating
    Source:  torch.nn.LinearCrossEntropyOptions
    """

    __slots__ = ("acc_dtype", "acc_policy", "allow_retain_graph", "batch_chunk_size", "chunking_method")

    def __init__(
        self,
        allow_retain_graph: bool = False,
        batch_chunk_size: int | None = None,
        chunking_method: str | None = "auto",
        acc_policy: str = "auto",
        acc_dtype: Any = None,
    ) -> None:
        if acc_policy not in _POLICIES:
            raise ShapeValueError(f"invalid acc_policy: {acc_policy!r}")
        if chunking_method is not None and chunking_method != "auto":
            name, separator, factor = chunking_method.partition(":")
            if name != "aspect_ratio" or (separator and not (factor.isdigit() and int(factor) > 0)):
                raise ShapeValueError(f"invalid chunking_method: {chunking_method!r}")
        if batch_chunk_size is not None and not (isinstance(batch_chunk_size, int) and batch_chunk_size > 0):
            raise ShapeValueError(f"batch_chunk_size must be positive int or None, got {batch_chunk_size!r}")
        if acc_dtype is not None and getattr(acc_dtype, "name", None) not in _TYPES:
            raise ShapeValueError(
                "acc_dtype must be one of {None, torch.float16, torch.bfloat16, torch.float32, torch.float64}, "
                f"got {acc_dtype!r}. Pass acc_dtype=None to let the op pick automatically."
            )
        self.allow_retain_graph = allow_retain_graph
        self.batch_chunk_size = batch_chunk_size
        self.chunking_method = chunking_method
        self.acc_policy = acc_policy
        self.acc_dtype = acc_dtype

    def __repr__(self) -> str:
        return (
            f"LinearCrossEntropyOptions(allow_retain_graph={self.allow_retain_graph!r}, batch_chunk_size={self.batch_chunk_size!r}, "
            f"chunking_method={self.chunking_method!r}, acc_policy={self.acc_policy!r}, acc_dtype={self.acc_dtype})"
        )
