"""Products of vectors and matrices: matmul and its kin. These multiply and accumulate.

Source: aten/src/ATen/native/LinearAlgebra.cpp, Blas.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import ShapeError, ShapeNotImplementedError, ShapeTypeError, Tensor, Unknown, make
from convcalc.tensor.dtypes import LEGACY_NAMES, bool_, result_dtype
from convcalc.tensor.size import agreed_size
from convcalc.tensor.unknown import is_array

from .arguments import broadcast_shapes, tensor_argument
from .elementwise import pointwise, to_out
from .operators import as_operator
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _c_name(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import C_NAMES

    return C_NAMES[tensor.dtype]


def _legacy(tensor: Tensor) -> str:
    return LEGACY_NAMES[tensor.dtype]


def _same_dtype(a: Tensor, b: Tensor) -> None:
    """Matrix products take one type only."""
    if a.dtype is not b.dtype:
        raise ShapeError(
            f"expected m1 and m2 to have the same dtype, but got: {_c_name(a)} != {_c_name(b)}",
            "dtype",
            expected=a.dtype.name,
            actual=b.dtype.name,
        )
    if a.dtype is bool_:
        raise ShapeNotImplementedError("\"addmm_impl_cpu_\" not implemented for 'Bool'", "dtype")


def _check_inner(rows: Any, inner: Any, other: Any, columns: Any) -> None:
    if inner != other:
        raise ShapeError(
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{inner} and {other}x{columns})",
            "matmul",
            expected=other,
            actual=inner,
        )


@operation("torch.mm", "torch.spmm", "Tensor.mm", kind="matrix product", weight=0)
def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two matrices.

    Shapes:  input: (n, m); mat2: (m, p); y: (n, p)
    Units:   macs = n * m * p
    Errors:  not two matrices; inner sizes that differ; element types that differ
    Source:  torch.mm
    """
    tensor_argument(mat2, "mm", 2, "mat2")
    if input.ndim != 2:
        raise ShapeError("self must be a matrix")
    if mat2.ndim != 2:
        raise ShapeError("mat2 must be a matrix")
    _check_inner(*input.shape, *mat2.shape)
    _same_dtype(input, mat2)
    return to_out(out, make((input.shape[0], mat2.shape[1]), input.dtype, None, input.device))


@operation("torch.bmm", "Tensor.bmm")
def bmm(input: Tensor, mat2: Tensor, out_dtype: Any = None, *, out: Tensor | None = None) -> Tensor:
    """The products of two batches of matrices.

    Shapes:  input: (b, n, m); mat2: (b, m, p); y: (b, n, p)
    Units:   macs = b * n * m * p
    """
    tensor_argument(mat2, "bmm", 2, "mat2")
    for name, x in (("batch1", input), ("batch2", mat2)):
        if x.ndim != 3:
            raise ShapeError(f"{name} must be a 3D tensor", "matmul")
    (batch, rows, inner), (other_batch, other, columns) = input.shape, mat2.shape
    if batch != other_batch or inner != other:
        raise ShapeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{batch}, {inner}] but got: [{other_batch}, {other}].",
            "matmul", expected=(batch, inner), actual=(other_batch, other),
        )  # fmt: skip
    if input.dtype is not mat2.dtype:
        raise ShapeError(f"expected scalar type {_legacy(input)} but found {_legacy(mat2)}", "dtype")
    return to_out(out, make((agreed_size(batch, other_batch), rows, columns), input.dtype, None, input.device))


@operation("torch.mv", "Tensor.mv")
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A matrix times a vector: (n, m) and (m) give (n)."""
    if input.ndim != 2 or vec.ndim != 1:
        raise ShapeError(f"vector + matrix @ vector expected, got 1, {input.ndim}, {vec.ndim}", "matmul")
    if input.shape[1] != vec.shape[0]:
        raise ShapeError(
            f"size mismatch, got input ({input.shape[0]}), mat ({input.shape[0]}x{input.shape[1]}), vec ({vec.shape[0]})",
            "matmul",
            expected=input.shape[1],
            actual=vec.shape[0],
        )
    if input.dtype is not vec.dtype:
        raise ShapeError(f"expected scalar type {_legacy(input)} but found {_legacy(vec)}", "dtype")
    return to_out(out, make((input.shape[0],), input.dtype, None, input.device))


def _dot(name: str, *names: str) -> Any:
    def rule(
        input: Tensor, tensor: Tensor | Any = None, *, other: Tensor | Any = None, out: Tensor | None = None
    ) -> Tensor:
        second = tensor if other is None else other
        if input.ndim != 1 or second.ndim != 1:
            raise ShapeError(f"1D tensors expected, but got {input.ndim}D and {second.ndim}D tensors")
        if input.dtype is not second.dtype:
            raise ShapeError(
                f"{name} : expected both vectors to have same dtype, but found {_legacy(input)} and {_legacy(second)}",
                "dtype",
            )
        if input.shape[0] != second.shape[0]:
            raise ShapeError(
                f"inconsistent tensor size, expected tensor [{input.shape[0]}] and src [{second.shape[0]}] to have the same number of elements, but got {input.shape[0]} and {second.shape[0]} elements respectively",
                "matmul",
            )
        if input.dtype is bool_:
            raise ShapeNotImplementedError(f"\"{name}\" not implemented for 'Bool'", "dtype")
        return to_out(out, make((), input.dtype, None, input.device))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"The scalar product of two vectors: `{name}`."
    return operation(*names)(rule)


dot, vdot = _dot("dot", "torch.dot", "Tensor.dot"), _dot("vdot", "torch.vdot", "Tensor.vdot")


@operation("torch.matmul", "linalg.matmul", "Tensor.matmul", kind="matrix product", weight=0)
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of vectors, matrices, or batches of matrices that broadcast.

    Shapes:  (n) and (n) give (); (m, n) and (n) give (m); (*, m, n) and (*, n, p) give (*, m, p)
    Units:   macs = numel(y) * n
    Errors:  a 0-dim operand; inner sizes that differ; batches that do not broadcast; element types that differ
    Source:  torch.matmul; aten/src/ATen/native/LinearAlgebra.cpp, _matmul_impl
    """
    tensor_argument(input, "matmul", 1, "input")
    if not isinstance(other, Tensor) and type(other) is not Unknown:
        raise ShapeTypeError(f"matmul(): argument 'other' (position 2) must be Tensor, not {type(other).__name__}")
    a, b = input.shape, other.shape
    n, m = len(a), len(b)
    if n == 0 or m == 0:
        raise ShapeError(f"both arguments to matmul need to be at least 1D, but they are {n}D and {m}D", "matmul")
    if n == 1 and m == 1:
        return to_out(out, dot(input, other))  # type: ignore[no-any-return]
    if n == 2 and m == 1:
        return to_out(out, mv(input, other))
    inner = b[-2] if m > 1 else b[0]
    folded = (n > 2 and m <= 2) or (m > 2 and n <= 2)
    if a[-1] != inner:
        _refuse_matmul(a, b)
    if input.dtype is not other.dtype:
        if folded or (n <= 2 and m <= 2):
            raise ShapeError(
                f"expected m1 and m2 to have the same dtype, but got: {_c_name(input)} != {_c_name(other)}",
                "dtype",
                expected=input.dtype.name,
                actual=other.dtype.name,
            )
        raise ShapeError(
            f"expected scalar type {_legacy(input)} but found {_legacy(other)}",
            "dtype",
            expected=input.dtype.name,
            actual=other.dtype.name,
        )
    tail: tuple[Any, ...] = ((a[-2],) if n > 1 else ()) + ((b[-1],) if m > 1 else ())
    if n <= 2 and m <= 2:
        shape: tuple[Any, ...] = tail
    else:
        shape = (*broadcast_shapes(a[:-2], b[:-2]), *tail)
    result = make(shape, input.dtype, None, input.device)
    return result if out is None else to_out(out, result)


def _refuse_matmul(a: Sequence[Any], b: Sequence[Any]) -> None:
    n, m = len(a), len(b)
    if n > 2 and m > 2:
        batch = broadcast_shapes(a[:-2], b[:-2])
        count = math.prod(batch)
        raise ShapeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{count}, {a[-1]}] but got: [{count}, {b[-2]}].",
            "matmul", expected=b[-2], actual=a[-1], shape=tuple(a),
        )  # fmt: skip
    if m == 1:
        raise ShapeError(
            f"size mismatch, got input ({math.prod(a[:-1])}), mat ({math.prod(a[:-1])}x{a[-1]}), vec ({b[0]})",
            "matmul",
            expected=b[0],
            actual=a[-1],
            shape=tuple(a),
        )
    if n <= 2 and m > 2:
        rows = math.prod(b[:-2]) * b[-1]
        if n == 1:
            raise ShapeError(
                f"size mismatch, got input ({rows}), mat ({rows}x{b[-2]}), vec ({a[0]})",
                "matmul",
                expected=b[-2],
                actual=a[-1],
            )
        raise ShapeError(
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{b[-2]} and {a[-1]}x{a[-2]})",
            "matmul",
            expected=b[-2],
            actual=a[-1],
        )
    rows = math.prod(a[:-1])
    raise ShapeError(
        f"mat1 and mat2 shapes cannot be multiplied ({rows}x{a[-1]} and {b[-2]}x{b[-1]})",
        "matmul",
        expected=b[-2],
        actual=a[-1],
        shape=tuple(a),
    )


@operation("Tensor.__rmatmul__")
def rmatmul(self: Tensor, other: Tensor) -> Tensor:
    """other @ self."""
    return NotImplemented if is_array(other) else matmul(other, self)


def _inner_macs(output: Tensor, input: Tensor, *args: Any, **kwargs: Any) -> Any:
    return output.numel() * input.shape[-1]


_rules: tuple[Any, ...] = (mm, bmm, mv, matmul)
for _rule in _rules:
    _rule.cost(_inner_macs)
as_operator(matmul, "Tensor.__matmul__")
rmatmul.cost(lambda output, self, other: output.numel() * other.shape[-1])  # type: ignore[attr-defined]
for _rule in (dot, vdot):
    _rule.cost(lambda output, input, *args, **kwargs: input.numel())


@operation("torch.inner", "Tensor.inner")
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products over the last dimensions.

    Shapes:  input: (*a, n); other: (*b, n); y: (*a, *b); with a 0-dim operand an ordinary product
    Units:   macs = numel(y) * n
    """
    if not input.ndim or not other.ndim:
        return pointwise((input, other), result_dtype((input, other)))
    if input.shape[-1] != other.shape[-1]:
        raise ShapeError(
            f"inner() the last dimension must match on both input tensors but got shapes {list(input.shape)} and {list(other.shape)}",
            "matmul",
            expected=input.shape[-1],
            actual=other.shape[-1],
        )
    return to_out(out, make((*input.shape[:-1], *other.shape[:-1]), input.dtype))


@inner.cost  # type: ignore[attr-defined, untyped-decorator]
def _inner_product_macs(output: Tensor, input: Tensor, other: Tensor, **kwargs: Any) -> Any:
    return output.numel() * (input.shape[-1] if input.ndim and other.ndim else 0)


@operation("torch.outer", "torch.ger", "Tensor.outer", "Tensor.ger")
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """All products of the elements of two vectors.

    Shapes:  input: (n,); vec2: (m,); y: (n, m)
    Errors:  an argument is not 1-D
    Source:  aten/src/ATen/native/LinearAlgebra.cpp, outer
    """
    for name, x in (("self", input), ("vec2", vec2)):
        if x.ndim != 1:
            raise ShapeError(
                f"outer: Expected 1-D argument {name}, but got {x.ndim}-D", "matmul", expected=1, actual=x.ndim
            )
    return to_out(out, make((input.shape[0], vec2.shape[0]), result_dtype((input, vec2))))


outer.cost(lambda output, *args, **kwargs: output.numel())  # type: ignore[attr-defined]
