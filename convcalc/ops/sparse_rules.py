"""What operations make of sparse tensors: the dense rule tells the shape, this table what of the result is sparse.

An operation that is in no table is not known for sparse tensors.

Source: aten/src/ATen/native/native_functions.yaml (the SparseCPU entries), sparse/SparseTensorMath.cpp
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, ShapeNotImplementedError, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.sparse import COO, CSC, CSR, Sparse, as_sparse, dense, facts, unknown_count

from .products import matmul
from .registry import operation
from .softmax import softmax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .registry import Operation

# Of zeros they give zeros: the result is as sparse as the operand.
KEEPING = frozenset(
    "neg abs sqrt pow relu log1p tanh sin sinh asin asinh atan atanh tan sign floor ceil round trunc expm1 erf square "
    "to float double half bfloat16 long int short bool type clone zeros_like cpu cuda requires_grad alias".split()
)
TURNING = frozenset("t transpose permute swapaxes swapdims T mT adjoint".split())
PRODUCTS = frozenset("matmul mm mv spmm bmm addmm linear sparse_mm".split())
JOINING = frozenset("cat stack hstack vstack concat".split())
DENSE = frozenset("norm".split())
# What PyTorch says that it does not have for sparse tensors.
LACKING = frozenset(
    "view exp sigmoid mean max min softmax log_softmax mse_loss dropout eq ne gt lt ge le squeeze fill_diagonal ones_like diag dot".split()
)
FLAT = frozenset("reshape flatten ravel".split())
# These look at the layout themselves.
OWN = frozenset(
    "sparse_coo_tensor sparse_csr_tensor to_sparse to_sparse_csr to_dense coalesce indices values crow_indices col_indices nnz is_coalesced "
    "sparse_dim dense_dim sparse_mask sparse_sum sparse_softmax sparse_addmm".split()
)


def sparse_rule(operation: Operation) -> Callable[..., Any]:
    """The rule of an operation for arguments of which one is sparse."""
    name, rule = operation.name, operation.rule
    if name in OWN:
        return rule
    if name in LACKING:
        return _lacking(name)
    if name in FLAT:
        return _refusing("reshape is not implemented for sparse tensors")
    if name == "contiguous":
        return _refusing("unsupported memory format option Contiguous")
    table = (
        (KEEPING, _kept), (TURNING, _turned), (PRODUCTS, _multiplied), (JOINING, _joined), (DENSE, _dense), (frozenset(("add", "sub")), _added),
        (frozenset(("mul", "div", "true_divide")), _scaled), (frozenset(("sum",)), _summed), (frozenset(("index_select", "unsqueeze")), _uncounted),
        (frozenset(("getitem",)), _looked_up),
    )  # fmt: skip
    for names, make_rule in table:
        if name in names:
            return _of_table(rule, make_rule, name in PRODUCTS)
    return _unknown(name)


def _of_table(rule: Callable[..., Any], make_rule: Callable[..., Any], is_product: bool) -> Callable[..., Any]:
    def sparse(*args: Any, **kwargs: Any) -> Any:
        return make_rule(rule, args, kwargs)

    sparse.is_uncounted = is_product  # type: ignore[attr-defined]  # of how many elements it multiplies, nobody knows
    return sparse


def _unknown(name: str) -> Callable[..., Any]:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise UnknownValue(f"{name} of a sparse tensor")

    return unknown


def _lacking(name: str) -> Callable[..., Any]:
    def lack(*args: Any, **kwargs: Any) -> Any:
        raise ShapeNotImplementedError(
            f"Could not run 'aten::{name}' with arguments from the 'SparseCPU' backend.",
            "argument",
            expected="a dense tensor",
            actual=COO,
        )

    return lack


def _refusing(message: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ShapeError(message, "argument", expected="a dense tensor", actual=COO)

    return refuse


def _twin(value: Any) -> Any:
    """An argument with dense tensors in the place of sparse ones."""
    if facts(value) is not None:
        return dense(value)
    if type(value) in (list, tuple):
        return type(value)(map(_twin, value))
    return value


def _on_twins(rule: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the dense rule gives."""
    return rule(*map(_twin, args), **{name: _twin(value) for name, value in kwargs.items()})


def _first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sparse:
    """How the first of the arguments that are sparse is."""
    for value in (*args, *kwargs.values()):
        for part in value if type(value) in (list, tuple) else (value,):
            held = facts(part)
            if held is not None:
                return held
    raise UnknownValue("a sparse tensor")


def _kept(rule: Any, args: Any, kwargs: Any) -> Any:
    twins = tuple(map(_twin, args))
    found = rule(*twins, **kwargs)
    if found is twins[0]:
        return args[0]
    return as_sparse(found, _first(args, kwargs)) if isinstance(found, Tensor) else found


def _turned(rule: Any, args: Any, kwargs: Any) -> Any:
    held = _first(args, kwargs)
    layout = {CSR: CSC, CSC: CSR}.get(held.layout, COO)
    return as_sparse(_on_twins(rule, args, kwargs), Sparse(layout, held.dims, held.nnz, False))


def _multiplied(rule: Any, args: Any, kwargs: Any) -> Any:
    """A product is dense unless both matrices are sparse."""
    tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, Tensor)]
    first = facts(tensors[0])
    if (
        any(held is not None and held.layout == COO and held.dims != 2 for held in map(facts, tensors))
        and rule.__name__ != "bmm"
    ):
        raise UnknownValue("a product of a sparse tensor with dense dimensions")
    if rule.__name__ == "matmul" and any(tensor.ndim > 2 for tensor in tensors):
        raise ShapeError("expand is unsupported for Sparse tensors", "matmul", actual=tuple(tensors[-1].shape))
    found = _on_twins(rule, args, kwargs)
    if first is not None and len(tensors) == 2 and facts(tensors[1]) is not None and isinstance(found, Tensor):
        return as_sparse(found, Sparse(first.layout, 2, unknown_count(), True))
    return found


def _joined(rule: Any, args: Any, kwargs: Any) -> Any:
    parts = args[0] if args else kwargs.get("tensors")
    place = next((i for i, part in enumerate(parts) if facts(part) is None), None)
    if place is not None:
        raise ShapeError(
            f"Concatenating sparse tensors, but a dense tensor was found at position {place}.", "concat", actual=place
        )
    found = _on_twins(rule, args, kwargs)
    return as_sparse(found, Sparse(COO, found.ndim, unknown_count(), False))


def _dense(rule: Any, args: Any, kwargs: Any) -> Any:
    return _on_twins(rule, args, kwargs)


def _added(rule: Any, args: Any, kwargs: Any) -> Any:
    first, other = args[0], args[1] if len(args) > 1 else kwargs.get("other")
    if type(first) is Unknown or type(other) is Unknown:
        raise UnknownValue("a sum with something unknown")
    if facts(first) is not None and facts(other) is None:
        raise ShapeError(
            "add(sparse, dense) is not supported. Use add(dense, sparse) instead.",
            "argument",
            expected="a dense tensor",
            actual=COO,
        )
    found = _on_twins(rule, args, kwargs)
    return found if facts(first) is None else as_sparse(found, Sparse(COO, found.ndim, unknown_count(), False))


def _scaled(rule: Any, args: Any, kwargs: Any) -> Any:
    first, other = args[0], args[1] if len(args) > 1 else kwargs.get("other")
    is_by_number = not isinstance(other, Tensor) or not other.ndim
    if not is_by_number and rule.__name__ != "mul":
        raise UnknownValue("a quotient of a sparse tensor")
    if not is_by_number and (first.shape == other.shape) is not True:
        raise UnknownValue("a product of sparse tensors that broadcast")
    held = _first(args, kwargs)
    return as_sparse(
        _on_twins(rule, args, kwargs),
        Sparse(held.layout, held.dims, held.nnz if is_by_number else unknown_count(), held.is_coalesced),
    )


def _summed(rule: Any, args: Any, kwargs: Any) -> Any:
    found = _on_twins(rule, args, kwargs)
    if not found.ndim:
        return found
    if _first(args, kwargs).layout != COO:
        raise UnknownValue("a sum of compressed rows")
    return as_sparse(found, Sparse(COO, found.ndim, unknown_count(), False))


def _uncounted(rule: Any, args: Any, kwargs: Any) -> Any:
    found = _on_twins(rule, args, kwargs)
    return as_sparse(found, Sparse(COO, found.ndim, unknown_count(), False))


def _looked_up(rule: Any, args: Any, kwargs: Any) -> Any:
    parts = args[1] if type(args[1]) is tuple else (args[1],)
    if any(isinstance(part, (Tensor, list)) for part in parts):
        raise ShapeNotImplementedError(
            "Could not run 'aten::index.Tensor' with arguments from the 'SparseCPU' backend.",
            "argument",
            expected="a dense tensor",
            actual=COO,
        )
    found = _on_twins(rule, args, kwargs)
    return as_sparse(found, Sparse(COO, found.ndim, unknown_count(), False)) if found.ndim else found


_matmul: Any = matmul.__wrapped__  # type: ignore[attr-defined]
_softmax: Any = softmax.__wrapped__  # type: ignore[attr-defined]


@operation("sparse.mm", macs=None, kind="matrix product")
def sparse_mm(input: Tensor, mat2: Tensor, reduce: Any = None) -> Tensor:
    """The product of a sparse matrix and another one.

    Shapes:  input: (m, k); mat2: (k, n); y: (m, n), sparse where both are
    """
    for tensor in (input, mat2):
        if tensor.ndim != 2:
            raise ShapeIndexError(
                "Dimension out of range (expected to be in range of [-1, 0], but got 1)",
                "dimension-range",
                actual=tuple(tensor.shape),
            )
    return _matmul(input, mat2)  # type: ignore[no-any-return]


@operation("sparse.addmm", macs=None)
def sparse_addmm(mat: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1.0, alpha: Any = 1.0) -> Tensor:
    """`mat + mat1 @ mat2`, of a sparse `mat1`."""
    product = _matmul(_twin(mat1), _twin(mat2))
    if mat.ndim == 2 and any(a != b and a != 1 for a, b in zip(mat.shape, product.shape)):
        raise ShapeError(
            f"The expanded size of the tensor ({product.shape[0]}) must match the existing size ({mat.shape[0]}) at non-singleton dimension 0.",
            "broadcast", expected=tuple(product.shape), actual=tuple(mat.shape),
        )  # fmt: skip
    return make(product.shape, product.dtype)


@operation("sparse.sum")
def sparse_sum(input: Tensor, dim: Any = None, dtype: Any = None) -> Any:
    """The sum over some dimensions; sparse where some are left."""
    from .reduction import sum_ as total

    rule: Any = total.__wrapped__
    return _summed(rule, (input,) if dim is None else (input, dim), {} if dtype is None else {"dtype": dtype})


@operation("sparse.softmax", "sparse.log_softmax")
def sparse_softmax(input: Tensor, dim: Any, *, dtype: Any = None) -> Tensor:
    held = facts(input)
    if held is None:
        raise UnknownValue("a softmax of sparse tensors")
    return as_sparse(_softmax(dense(input), dim, dtype=dtype), held)
