"""Dropout: the shape stays; probabilities, dimensions and element types are checked."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeValueError, Tensor
from convcalc.tensor.dtypes import BOOL, COMPLEX, FLOATING, bool_, float32
from convcalc.trace.recorder import warn

from .arguments import tensor_argument
from .registry import operation
from .results import alias, cannot_cast, in_place, like, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _check_probability(p: Any) -> None:
    if p < 0.0 or p > 1.0:
        raise ShapeValueError(f"dropout probability has to be between 0 and 1, but got {p}", "argument", actual=p)


def _dropped(input: Tensor, p: Any, training: Any, inplace: bool, feature: bool = False) -> Tensor:
    """The result of a dropout of elements, or of whole channels (`feature`)."""
    if not isinstance(input, Tensor):
        tensor_argument(input, "dropout", 1, "input")
    if p == 0 or not training or 0 in input.shape:
        return input if inplace else alias(input)
    dtype = input.dtype
    if p != 1:
        if feature and input.ndim < 2:
            raise ShapeError(
                "Feature dropout requires at least 2 dimensions in the input", "input-dimensions", actual=input.ndim
            )
        if dtype.category == COMPLEX or dtype.name in ("uint16", "uint32", "uint64"):
            raise not_implemented("bernoulli_scalar_cpu_", dtype)
        if dtype.category != FLOATING:
            raise cannot_cast(float32, dtype)
        if dtype.itemsize == 1:
            raise not_implemented("bernoulli_scalar_cpu_", dtype)
    elif dtype.category == FLOATING and dtype.itemsize == 1:
        raise not_implemented("mul_cpu_reduced_float", dtype)
    return in_place(input) if inplace else like(input)


@operation("F.dropout")
def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zero each element with probability p, in training.

    Shapes:  x: any; y: the same
    Errors:  p is not between 0 and 1; x is not floating-point (in training)
    Source:  aten/src/ATen/native/Dropout.cpp
    """
    _check_probability(p)
    return _dropped(input, p, training, inplace)


@operation("F.alpha_dropout")
def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    _check_probability(p)
    return _dropped(input, p, training, inplace)


@operation("F.feature_alpha_dropout")
def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    _check_probability(p)
    return _dropped(input, p, training, inplace, feature=True)


@operation("F.dropout1d")
def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    _check_probability(p)
    tensor_argument(input, "dropout1d", 1, "input")
    if input.ndim not in (2, 3):
        raise ShapeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that dropout1d exists to provide channel-wise dropout on inputs "
            "with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).",
            "input-dimensions",
            actual=input.ndim,
        )
    return _dropped(input, p, training, inplace)


@operation("F.dropout2d")
def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    _check_probability(p)
    tensor_argument(input, "dropout2d", 1, "input")
    if input.ndim != 4:
        warn(f"dropout2d drops channels of a 4-D input (N, C, H, W); a {input.ndim}-D input is taken as (N, C, ...)")
    return _dropped(input, p, training, inplace, feature=True)


@operation("F.dropout3d")
def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    _check_probability(p)
    tensor_argument(input, "dropout3d", 1, "input")
    if input.ndim not in (4, 5):
        if input.ndim == 0 and training and 0 < p < 1:
            raise ShapeError(
                "Feature dropout requires at least 2 dimensions in the input", "input-dimensions", actual=0
            )
        warn(f"dropout3d drops channels of a 4-D or 5-D input; a {input.ndim}-D input gets a leading dimension")
    return _dropped(input, p, training, inplace)


def _native(input: Tensor, p: Any, train: Any, inplace: bool, feature: bool) -> Tensor:
    if p < 0 or p > 1:
        raise ShapeError(f"dropout probability has to be between 0 and 1, but got {p}", "argument", actual=p)
    return _dropped(input, p, train, inplace, feature)


def _register(name: str, feature: bool) -> None:
    @operation(f"torch.{name}")
    def fresh(input: Tensor, p: float, train: bool) -> Tensor:
        return _native(input, p, train, False, feature)

    @operation(f"torch.{name}_")
    def written(input: Tensor, p: float, train: bool) -> Tensor:
        return _native(input, p, train, True, feature)


for _name, _feature in (
    ("dropout", False),
    ("alpha_dropout", False),
    ("feature_dropout", True),
    ("feature_alpha_dropout", True),
):
    _register(_name, _feature)


@operation("torch.native_dropout")
def native_dropout(input: Tensor, p: float, train: bool | None) -> tuple[Tensor, Tensor]:
    if input.dtype.category == BOOL:
        raise cannot_cast(float32, input.dtype)
    return like(input), like(input, bool_)
