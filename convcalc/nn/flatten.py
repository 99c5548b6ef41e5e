"""Layers that merge or split dimensions."""

from __future__ import annotations

from convcalc.tensor import ShapeTypeError, Tensor, Unknown
from convcalc.tensor.unknown import lacks

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(kind="flattening")
class Flatten(Module):
    """Merge dimensions start_dim to end_dim into one.

    Shapes:  x: (*, S_start, ..., S_end, *); y: (*, product, *)
    Units:   no params, no macs
    Errors:  no such dimension; start_dim comes after end_dim
    Source:  torch.nn.Flatten
    """

    __constants__ = ["start_dim", "end_dim"]

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        return input.flatten(self.start_dim, self.end_dim)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


@facts(kind="flattening")
class Unflatten(Module):
    """Split dimension `dim` into `unflattened_size`.

    Shapes:  x: (*, S, *); y: (*, *unflattened_size, *) with product S
    Units:   no params, no macs
    Errors:  the product is not S; unflattened_size is not a tuple of ints
    Source:  torch.nn.Unflatten
    """

    __constants__ = ["dim", "unflattened_size"]

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)):
            raise ShapeTypeError(
                f"unflattened_size must be a tuple of ints, but found type {type(unflattened_size).__name__}"
            )
        for i, size in enumerate(unflattened_size):
            if not isinstance(size, (int, Unknown)) and not hasattr(size, "__index__"):
                raise ShapeTypeError(
                    f"unflattened_size must be tuple of ints, but found element of type {type(size).__name__} at pos {i}"
                )
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        return input.unflatten(self.dim, self.unflattened_size)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


lacks(Unflatten, "nn.Unflatten", "_require_tuple_int")
