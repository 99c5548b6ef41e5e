"""Products of vectors, matrices and tensors: matmul and its kin, einsum, attention. These multiply and accumulate.

Source: aten/src/ATen/native/LinearAlgebra.cpp, Linear.cpp, transformers/attention.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import ShapeError, ShapeNotImplementedError, ShapeTypeError, Tensor, Unknown, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, bool_, result_dtype
from convcalc.tensor.values import overwrite

from .arguments import broadcast_shapes, tensor_argument
from .elementwise import into, pointwise, to_out
from .registry import operation
from .reshaping import _reshape

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


@operation("torch.mm", "Tensor.mm")
def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Any:
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
def bmm(input: Tensor, mat2: Tensor, out_dtype: Any = None, *, out: Tensor | None = None) -> Any:
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
    return to_out(out, make((batch, rows, columns), input.dtype, None, input.device))


@operation("torch.mv", "Tensor.mv")
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Any:
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
    def rule(input: Tensor, tensor: Any = None, *, other: Any = None, out: Tensor | None = None) -> Any:
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


@operation("torch.matmul", "linalg.matmul", "Tensor.matmul", "Tensor.__matmul__")
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Any:
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
        return to_out(out, dot(input, other))
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
def rmatmul(self: Tensor, other: Tensor) -> Any:
    """other @ self."""
    return matmul(other, self)


def _inner_macs(output: Tensor, input: Tensor, other: Any, *args: Any, **kwargs: Any) -> Any:
    return output.numel() * input.shape[-1]


_rules: tuple[Any, ...] = (mm, bmm, mv, matmul)
for _rule in _rules:
    _rule.cost(_inner_macs)
rmatmul.cost(lambda output, self, other: output.numel() * other.shape[-1])  # type: ignore[attr-defined]
for _rule in (dot, vdot):
    _rule.cost(lambda output, input, *args, **kwargs: input.numel())


@operation("torch.inner", "Tensor.inner")
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Any:
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


inner.cost(
    lambda output, input, other, **kwargs: output.numel() * (input.shape[-1] if input.ndim and other.ndim else 0)
)  # type: ignore[attr-defined]


@operation("torch.outer", "torch.ger", "Tensor.outer", "Tensor.ger")
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Any:
    """All products of elements of two vectors: (n) and (m) give (n, m)."""
    for position, x in ((1, input), (2, vec2)):
        if x.ndim != 1:
            which = "self" if position == 1 else "vec2"
            raise ShapeError(f"outer: Expected 1-D argument {which}, but got {x.ndim}-D")
    return to_out(out, make((input.shape[0], vec2.shape[0]), result_dtype((input, vec2))))


outer.cost(lambda output, *args, **kwargs: output.numel())  # type: ignore[attr-defined]


def _check_scalars(input: Tensor, beta: Any, alpha: Any) -> None:
    for name, value in (("beta", beta), ("alpha", alpha)):
        if isinstance(value, float) and input.dtype.category < FLOATING:
            raise ShapeError(f"For integral input tensors, argument {name} must not be a floating point number.")


def _expandable(input: Tensor, shape: Sequence[Any]) -> None:
    from .rearranging import broadcast_to

    broadcast_to(make(input.shape, input.dtype), tuple(shape))


@operation("torch.addmm", "Tensor.addmm")
def addmm(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    out_dtype: Any = None,
    *,
    beta: Any = 1,
    alpha: Any = 1,
    out: Tensor | None = None,
) -> Any:
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
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None) -> Any:
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
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None) -> Any:
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
    return batch1.shape[0], batch1.shape[1], batch2.shape[2]


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
) -> Any:
    """beta * input + alpha * bmm(batch1, batch2), the input broadcast."""
    shape = _batches(batch1, batch2)
    if input.dtype is not batch1.dtype:
        raise ShapeError(
            f"Input dtypes must be the same, got: input: {_legacy(input)}, batch1: {_legacy(batch1)}, batch2: {_legacy(batch2)}",
            "dtype",
        )
    _expandable(input, shape)
    return to_out(out, make(shape, batch1.dtype))


@operation("torch.addbmm", "Tensor.addbmm")
def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None
) -> Any:
    """beta * input + alpha * the sum of the products of a batch."""
    _, rows, columns = _batches(batch1, batch2)
    _expandable(input, (rows, columns))
    return to_out(out, make((rows, columns), batch1.dtype))


def _added_macs(output: Tensor, input: Tensor, first: Tensor, second: Tensor, *args: Any, **kwargs: Any) -> Any:
    return output.numel() * first.shape[-1]


_rules = (addmm, addmv, baddbmm)
for _rule in _rules:
    _rule.cost(_added_macs)
addr.cost(lambda output, *args, **kwargs: output.numel())  # type: ignore[attr-defined]
addbmm.cost(lambda output, input, first, *args, **kwargs: output.numel() * first.shape[0] * first.shape[2])  # type: ignore[attr-defined]


def _in_place(rule: Any) -> None:
    def inplace(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return into(self, rule(self, *args, **kwargs))

    inplace.__name__ = rule.__name__ + "_"
    inplace.__doc__ = f"`{rule.__name__}`, in place."
    operation(f"Tensor.{rule.__name__}_")(inplace).cost(rule.operation.macs)  # type: ignore[attr-defined]


_rules = (addmm, addmv, addr, baddbmm)
for _rule in _rules:
    _in_place(_rule)


@operation("Tensor.addbmm_")
def addbmm_(self: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`addbmm`, in place: alone of its kind it takes the shape of the product."""
    made = addbmm(self, batch1, batch2, beta=beta, alpha=alpha)
    if self.shape != made.shape:
        self.shape, self._strides = made.shape, None
    overwrite(self)
    return self


addbmm_.cost(addbmm.operation.macs)  # type: ignore[attr-defined]


@operation("Tensor.__imatmul__")
def imatmul(self: Tensor, other: Tensor) -> Tensor:
    """self @ other, in place."""
    return into(self, matmul(self, other))


imatmul.cost(lambda output, self, other: output.numel() * other.shape[0])  # type: ignore[attr-defined]


@operation("torch.chain_matmul", "linalg.multi_dot")
def multi_dot(*matrices: Any, tensors: Any = None, out: Tensor | None = None) -> Any:
    """The product of a chain of matrices, in the order that costs least.

    Units:   macs of the cheapest order
    Errors:  fewer than two; not matrices, save a vector at either end; inner sizes that differ
    """
    items = list(
        tensors
        if tensors is not None
        else matrices[0]
        if len(matrices) == 1 and isinstance(matrices[0], (tuple, list))
        else matrices
    )
    if len(items) < 2:
        if len(items) == 1 and tensors is None and isinstance(matrices[0], Tensor):
            return items[0]
        raise ShapeError("multi_dot(): expected at least 2 tensors but got " + str(len(items)))
    for i, item in enumerate(items):
        if item.ndim != 2 and not (item.ndim == 1 and i in (0, len(items) - 1)):
            where = (
                "the first tensor must be 1D or 2D"
                if i == 0
                else "the last tensor must be 1D or 2D"
                if i == len(items) - 1
                else f"tensor {i} must be 2D"
            )
            raise ShapeError(f"multi_dot(): {where} but got {item.ndim}D" + (" tensor" if i else ""))
        if item.dtype is not items[0].dtype:
            raise ShapeError(
                f"multi_dot(): all tensors must have be the same dtype but tensor 0 is {_legacy(items[0])} and tensor {i} {_legacy(item)}",
                "dtype",
            )
    shapes = _chain(items)
    for i in range(len(shapes) - 1):
        if shapes[i][1] != shapes[i + 1][0]:
            raise ShapeError(
                f"multi_dot(): tensors {i} and {i + 1} with shapes {list(items[i].shape)} and {list(items[i + 1].shape)} cannot be multiplied",
                "matmul",
            )
    head = (items[0].shape[0],) if items[0].ndim == 2 else ()
    tail = (items[-1].shape[1],) if items[-1].ndim == 2 else ()
    return to_out(out, make((*head, *tail), items[0].dtype))


def _chain(items: Sequence[Tensor]) -> list[tuple[Any, Any]]:
    first, last = items[0], items[-1]
    middle = [tuple(item.shape) for item in items]
    if first.ndim == 1:
        middle[0] = (1, first.shape[0])
    if last.ndim == 1:
        middle[-1] = (last.shape[0], 1)
    return middle  # type: ignore[return-value]


@multi_dot.cost  # type: ignore[attr-defined, untyped-decorator]
def _multi_dot_macs(output: Tensor, *matrices: Any, tensors: Any = None, **kwargs: Any) -> Any:
    items = list(
        tensors if tensors is not None else matrices[0] if isinstance(matrices[0], (tuple, list)) else matrices
    )
    shapes = _chain(items)
    sizes = [shapes[0][0], *[s[1] for s in shapes]]
    best: dict[tuple[int, int], Any] = {(i, i): 0 for i in range(len(items))}
    for length in range(2, len(items) + 1):
        for i in range(len(items) - length + 1):
            j = i + length - 1
            best[i, j] = min(
                [best[i, k] + best[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)]
            )
    return best[0, len(items) - 1]


@operation("linalg.vecdot", "torch.linalg_vecdot")
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Any:
    """The scalar products of vectors along a dimension."""
    shape = broadcast_shapes(x.shape, y.shape)
    at = wrap_dim(dim, len(shape))
    if x.dtype is not y.dtype:
        raise ShapeError(
            f"linalg.vecdot: Expected x and y to have the same dtype, but found x of type {_legacy(x)} and y of type {_legacy(y)} instead"
            if x.dtype.is_complex
            else f"expected scalar type {_legacy(x)} but found {_legacy(y)}",
            "dtype",
        )
    return to_out(out, make((*shape[:at], *shape[at + 1 :]), x.dtype))


vecdot.cost(lambda output, x, y, dim=-1, **kwargs: math.prod(broadcast_shapes(x.shape, y.shape)))  # type: ignore[attr-defined]


@operation("torch.tensordot")
def tensordot(a: Tensor, b: Tensor, dims: Any = 2, out: Tensor | None = None) -> Any:
    """The product over pairs of dimensions: the last of `a` with the first of `b`, or those listed.

    Units:   macs = numel(y) * product of the contracted sizes
    """
    first, second = _contracted(a, b, dims)
    for i, j in zip(first, second):
        if a.shape[i] != b.shape[j] and a.shape[i] != 1 and b.shape[j] != 1:
            raise ShapeError(
                f"contracted dimensions need to match, but first has size {a.shape[i]} in dim {i} and second has size {b.shape[j]} in dim {j}",
                "matmul",
            )
    if a.dtype is not b.dtype:
        raise ShapeError(f"expected both vectors to have same dtype, but found {_legacy(a)} and {_legacy(b)}", "dtype")
    shape = (
        *[s for d, s in enumerate(a.shape) if d not in first],
        *[s for d, s in enumerate(b.shape) if d not in second],
    )
    return to_out(out, make(shape, a.dtype))


def _contracted(a: Tensor, b: Tensor, dims: Any) -> tuple[list[int], list[int]]:
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise ShapeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.ndim, b.ndim):
            raise ShapeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        return list(range(a.ndim - dims, a.ndim)), list(range(dims))
    first, second = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(first) != len(second):
        raise ShapeError("both dimension lists should have same length")
    return [wrap_dim(d, a.ndim) for d in first], [wrap_dim(d, b.ndim) for d in second]


@tensordot.cost  # type: ignore[attr-defined, untyped-decorator]
def _tensordot_macs(output: Tensor, a: Tensor, b: Tensor, dims: Any = 2, out: Any = None) -> Any:
    first, second = _contracted(a, b, dims)
    return output.numel() * math.prod([min(a.shape[i], b.shape[j]) for i, j in zip(first, second)])


@operation("torch.kron", "Tensor.kron")
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Any:
    """The Kronecker product: every size is the product of the two."""
    ndim = max(input.ndim, other.ndim)
    shapes = [(1,) * (ndim - x.ndim) + tuple(x.shape) for x in (input, other)]
    steps = [(0,) * (ndim - x.ndim) + x.strides for x in (input, other)]
    spread = []
    for own, (sizes, strides, x) in enumerate(zip(shapes, steps, (input, other))):
        pairs = [((n, s), (1, 0)) if own == 0 else ((1, 0), (n, s)) for n, s in zip(sizes, strides)]
        spread.append(
            make([n for pair in pairs for n, _ in pair], x.dtype, tuple([s for pair in pairs for _, s in pair]))
        )
    product = pointwise(spread, result_dtype((input, other)))
    return to_out(out, _reshape(product, tuple([s * t for s, t in zip(*shapes)])))


@operation("linalg.cross")
def linalg_cross(input: Tensor, other: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Any:
    """The cross products of vectors of 3 along a dimension."""
    if input.ndim != other.ndim:
        raise ShapeError("linalg.cross: inputs must have the same number of dimensions.")
    at = wrap_dim(dim, input.ndim)
    if input.shape[at] != 3 or other.shape[at] != 3:
        raise ShapeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[at]} and {other.shape[at]}"
        )
    made = pointwise((input, other), input.dtype)
    made._strides = None
    return to_out(out, made)


@operation("torch.cross", "Tensor.cross")
def cross(input: Tensor, other: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Any:
    """The cross products along `dim`, or along the first dimension of size 3."""
    if dim is None:
        found = [d for d, size in enumerate(input.shape) if size == 3]
        if not found:
            raise ShapeError("no dimension of size 3 in input")
        dim = found[0]
    return linalg_cross(input, other, dim=dim, out=out)


@operation("F.scaled_dot_product_attention")
def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, dropout_p: float = 0.0, is_causal: bool = False,
    scale: float | None = None, enable_gqa: bool = False,
) -> Tensor:  # fmt: skip
    """softmax(query key^T * scale + mask) value.

    Shapes:  query: (*, heads, L, E); key: (*, heads_k, S, E); value: (*, heads_k, S, Ev); attn_mask: broadcasts to (*, L, S)
             y: (*, heads, L, Ev)
    Units:   macs = batch * L * S * (E + Ev)
    Errors:  fewer than 2 dimensions; sizes that differ; a mask beside is_causal; element types that differ
    Source:  aten/src/ATen/native/transformers/attention.cpp
    """
    for name, x in (("query", query), ("key", key), ("value", value)):
        tensor_argument(x, "scaled_dot_product_attention", ("query", "key", "value").index(name) + 1, name)
    if not query.dtype is key.dtype is value.dtype:
        raise ShapeError(
            f"Expected query, key, and value to have the same dtype, but got query.dtype: {_c_name(query)} key.dtype: {_c_name(key)} and value.dtype: {_c_name(value)} instead.",
            "dtype",
        )
    if query.ndim < 2 or key.ndim < 2 or value.ndim < 2:
        raise ShapeError(
            f"Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: {query.ndim}, key.dim: {key.ndim} and value.dim: {value.ndim} instead.",
            "matmul",
        )
    if attn_mask is not None:
        if is_causal:
            raise ShapeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
        if attn_mask.dtype is not bool_ and attn_mask.dtype is not query.dtype and attn_mask.dtype.name != "float32":
            raise ShapeError(
                f"Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: {_c_name(attn_mask)} and  query.dtype: {_c_name(query)} instead.",
                "dtype",
            )
    heads, heads_k = (x.shape[:-2] for x in (query, key))
    if enable_gqa:
        if (
            query.ndim < 3
            or key.ndim < 3
            or query.shape[-3] % key.shape[-3] != 0
            or query.shape[-3] % value.shape[-3] != 0
        ):
            raise ShapeError("Number of heads in key and value must divide the number of heads in query", "matmul")
        heads_k = (*key.shape[:-3], query.shape[-3])
    if query.shape[-1] != key.shape[-1]:
        _refuse_attention(query, key)
    batch = broadcast_shapes(heads, heads_k)
    if key.shape[-2] != value.shape[-2]:
        count = math.prod(batch)
        raise ShapeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{count}, {key.shape[-2]}] but got: [{count}, {value.shape[-2]}].",
            "matmul",
            expected=key.shape[-2],
            actual=value.shape[-2],
        )
    heads_v = (*value.shape[:-3], query.shape[-3]) if enable_gqa else value.shape[:-2]
    full = broadcast_shapes(batch, heads_v)
    if attn_mask is not None:
        scores = (*batch, query.shape[-2], key.shape[-2])
        if tuple(broadcast_shapes(scores, attn_mask.shape)) != scores:
            full = broadcast_shapes(broadcast_shapes(scores, attn_mask.shape)[:-2], heads_v)
    return make(
        (*full, query.shape[-2], value.shape[-1]),
        query.dtype,
        _attention_strides(query, key, value, dropout_p),
        query.device,
    )


def _refuse_attention(query: Tensor, key: Tensor) -> None:
    q, k = query.shape, key.shape
    if query.ndim == 2 and key.ndim == 2:
        raise ShapeError(
            f"mat1 and mat2 shapes cannot be multiplied ({q[0]}x{q[1]} and {k[1]}x{k[0]})",
            "matmul",
            expected=k[1],
            actual=q[1],
        )
    count = math.prod(broadcast_shapes(q[:-2], k[:-2]))
    raise ShapeError(
        f"Expected size for first two dimensions of batch2 tensor to be: [{count}, {q[-1]}] but got: [{count}, {k[-1]}].",
        "matmul",
        expected=k[-1],
        actual=q[-1],
    )


def _attention_strides(query: Tensor, key: Tensor, value: Tensor, dropout_p: Any) -> tuple[int, ...] | None:
    """The fused CPU kernel answers in the layout of the query; the plain product, contiguous."""
    if query._strides is None or query.ndim != 4 or key.ndim != 4 or value.ndim != 4 or dropout_p > 0:
        return None
    if query.shape[-1] != value.shape[-1]:
        return None
    if tuple(query.shape[:2]) != tuple(key.shape[:2]) or tuple(key.shape[:2]) != tuple(value.shape[:2]):
        return None
    for x in (query, key, value):
        if x.strides[-1] != 1 or 0 in x.shape:
            return None
    from .creation import preserved_strides

    return preserved_strides(query)


@scaled_dot_product_attention.cost  # type: ignore[attr-defined, untyped-decorator]
def _attention_macs(output: Tensor, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any) -> Any:
    return math.prod(output.shape[:-1]) * key.shape[-2] * (query.shape[-1] + value.shape[-1])
