"""Products added to a tensor: addmm, baddbmm and their kin.

Source: aten/src/ATen/native/LinearAlgebra.cpp
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    Tensor,
    make,
)
from convcalc.tensor.dtypes import (
    FLOATING,
    result_dtype,
)
from convcalc.tensor.size import agreed_size
from convcalc.tensor.values import overwrite

from .elementwise import into, pointwise, to_out
from .products import _c_name, _check_inner, _legacy, _same_dtype
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _check_scalars(input: Tensor, beta: Any, alpha: Any) -> None:
    for name, value in (("beta", beta), ("alpha", alpha)):
        if isinstance(value, float) and input.dtype.category < FLOATING:
            raise ShapeError(f"For integral input tensors, argument {name} must not be a floating point number.")


def _expandable(input: Tensor, shape: Sequence[Any]) -> None:
    from .repetition import broadcast_to

    broadcast_to(make(input.shape, input.dtype), tuple(shape))


@operation("torch.addmm", "Tensor.addmm", kind="matrix product")
def addmm(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    out_dtype: Any = None,
    *,
    beta: Any = 1,
    alpha: Any = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2), the input broadcast.

    Units:   macs = n * m * p
    """
    for name, x in (("mat1", mat1), ("mat2", mat2)):
        if x.ndim != 2:
            raise ShapeError(f"{name} must be a matrix, got {x.ndim}-D tensor")
    _check_inner(*mat1.shape, *mat2.shape)
    _same_dtype(mat1, mat2)
    if input.dtype is not mat2.dtype:
        raise ShapeError(
            f"self and mat2 must have the same dtype, but got {_legacy(input)} and {_legacy(mat2)}", "dtype"
        )
    shape = (mat1.shape[0], mat2.shape[1])
    _expandable(input, shape)
    return to_out(out, make(shape, mat1.dtype, None, mat1.device))


@operation("torch.addmv", "Tensor.addmv")
def addmv(
    input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None
) -> Tensor:
    """beta * input + alpha * (mat @ vec)."""
    if mat.ndim != 2 or vec.ndim != 1 or input.ndim > 1:
        raise ShapeError(f"vector + matrix @ vector expected, got {input.ndim}, {mat.ndim}, {vec.ndim}")
    own = input.shape[0] if input.ndim else 1
    if mat.shape[1] != vec.shape[0] or (own != mat.shape[0] and own != 1):
        raise ShapeError(
            f"size mismatch, got input ({own}), mat ({mat.shape[0]}x{mat.shape[1]}), vec ({vec.shape[0]})", "matmul"
        )
    return to_out(out, make((mat.shape[0],), mat.dtype))


@operation("torch.addr", "Tensor.addr")
def addr(
    input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None
) -> Tensor:
    """beta * input + alpha * (vec1 outer vec2)."""
    for name, x in (("vec1", vec1), ("vec2", vec2)):
        if x.ndim != 1:
            raise ShapeError(f"addr: Expected 1-D argument {name}, but got {x.ndim}-D")
    shape = (vec1.shape[0], vec2.shape[0])
    _expandable(input, shape)
    made = pointwise(
        (input, make((*vec1.shape, 1), vec1.dtype), make((1, *vec2.shape), vec2.dtype)),
        result_dtype((input, vec1, vec2)),
    )
    return to_out(out, made)


def _batches(batch1: Tensor, batch2: Tensor) -> tuple[Any, Any, Any]:
    for name, x in (("batch1", batch1), ("batch2", batch2)):
        if x.ndim != 3:
            raise ShapeError(f"{name} must be a 3D tensor")
    if batch1.shape[0] != batch2.shape[0] or batch1.shape[2] != batch2.shape[1]:
        raise ShapeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{batch1.shape[0]}, {batch1.shape[2]}] but got: [{batch2.shape[0]}, {batch2.shape[1]}].",
            "matmul", expected=(batch1.shape[0], batch1.shape[2]), actual=(batch2.shape[0], batch2.shape[1]),
        )  # fmt: skip
    return agreed_size(batch1.shape[0], batch2.shape[0]), batch1.shape[1], batch2.shape[2]


@operation("torch.baddbmm", "Tensor.baddbmm")
def baddbmm(
    input: Tensor,
    batch1: Tensor,
    batch2: Tensor,
    out_dtype: Any = None,
    *,
    beta: Any = 1,
    alpha: Any = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * bmm(batch1, batch2), the input broadcast."""
    shape = _batches(batch1, batch2)
    if input.dtype is not batch1.dtype:
        raise ShapeError(
            f"Input dtypes must be the same, got: input {_c_name(input)}, batch1: {_c_name(batch1)}, batch2: {_c_name(batch2)}",
            "dtype",
        )
    _expandable(input, shape)
    return to_out(out, make(shape, batch1.dtype))


@operation("torch.addbmm", "Tensor.addbmm")
def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None
) -> Tensor:
    """beta * input + alpha * the sum of the products of a batch."""
    _, rows, columns = _batches(batch1, batch2)
    _expandable(input, (rows, columns))
    return to_out(out, make((rows, columns), batch1.dtype))


def _added_macs(first: str) -> Any:
    """The cost of `input + first @ second`, by the name of the first factor."""

    def macs(output: Tensor, *args: Any, **named: Any) -> Any:
        return output.numel() * (args[1] if len(args) > 1 else named[first]).shape[-1]

    return macs


_rules: tuple[Any, ...] = ((addmm, "mat1"), (addmv, "mat"), (baddbmm, "batch1"))


for _rule, _first in _rules:
    _rule.cost(_added_macs(_first))


addr.cost(lambda output, *args, **kwargs: output.numel())  # type: ignore[attr-defined]


@addbmm.cost  # type: ignore[attr-defined, untyped-decorator]
def _addbmm_macs(output: Tensor, *args: Any, **named: Any) -> Any:
    batches = args[1] if len(args) > 1 else named["batch1"]
    return output.numel() * batches.shape[0] * batches.shape[2]


def _in_place(rule: Any) -> None:
    def inplace(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return into(self, rule(self, *args, **kwargs))

    inplace.__name__ = rule.__name__ + "_"
    inplace.__doc__ = f"`{rule.__name__}`, in place."
    inplace.__wrapped__ = rule  # type: ignore[attr-defined]
    operation(f"Tensor.{rule.__name__}_")(inplace).cost(rule.operation.macs)  # type: ignore[attr-defined]


_rules = (addmm, addmv, addr, baddbmm)


for _rule in _rules:
    _in_place(_rule)


@operation("Tensor.addbmm_")
def addbmm_(self: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`addbmm`, in place: alone of its kind it takes the shape of the product."""
    made = addbmm(self, batch1, batch2, beta=beta, alpha=alpha)
    if (self.shape == made.shape) is not True:
        self.shape, self._strides = made.shape, None
    overwrite(self)
    return self


addbmm_.cost(addbmm.operation.macs)  # type: ignore[attr-defined]
