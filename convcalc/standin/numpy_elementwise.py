"""numpy's functions of each element, as tables: the type of the result, and how its elements are computed. Of tensors they make tensors."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.dtypes import FLOATING, DType
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import Values, computed, few, known, overwrite

from .numpy_arithmetic import as_tensor, calculated, each, matrix_product
from .numpy_arrays import array, asarray, ndarray, of_tensor, of_torch, operand_tensor, wrapped
from .numpy_types import as_float

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _half_even(value: Any, decimals: Any = 0) -> Any:
    """To the even neighbour, as a number of the same type."""
    if isinstance(value, int) and decimals >= 0:
        return value
    scale = 10.0 ** abs(decimals)
    return round(value * scale) / scale if decimals >= 0 else round(value / scale) * scale


# name: the function of one element, and the type of the result: `float` (whole numbers become floats), `same`, `real`, `bool`
_UNARY: dict[str, tuple[Any, str]] = {
    **{name: (getattr(math, name), "float") for name in "sqrt log2 log log10 log1p exp expm1 sin cos tan tanh sinh cosh degrees radians".split()},
    "arcsin": (math.asin, "float"), "arccos": (math.acos, "float"), "arctan": (math.atan, "float"), "cbrt": (None, "float"), "exp2": (lambda x: 2.0**x, "float"),
    "deg2rad": (math.radians, "float"), "rad2deg": (math.degrees, "float"), "fabs": (abs, "float"),
    "ceil": (math.ceil, "same"), "floor": (math.floor, "same"), "trunc": (math.trunc, "same"), "rint": (round, "float"), "square": (lambda x: x * x, "same"),
    "negative": (lambda x: -x, "same"), "positive": (lambda x: x, "same"), "sign": (lambda x: (x > 0) - (x < 0), "same"), "reciprocal": (None, "same"),
    "abs": (abs, "real"), "absolute": (abs, "real"), "isnan": (lambda x: x != x, "bool"), "isinf": (lambda x: abs(x) == math.inf, "bool"),
    "isfinite": (lambda x: abs(x) < math.inf, "bool"), "logical_not": (lambda x: not x, "bool"), "invert": (None, "same"), "bitwise_not": (None, "same"),
}  # fmt: skip
_BINARY = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "true_divide": "truediv", "power": "pow", "float_power": "pow",
    "floor_divide": "floordiv", "mod": "mod", "remainder": "mod", "maximum": "maximum", "minimum": "minimum", "fmax": "maximum", "fmin": "minimum",
    "greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le", "equal": "eq", "not_equal": "ne", "logical_and": "logical_and",
    "logical_or": "logical_or", "logical_xor": "logical_xor", "bitwise_and": "and", "bitwise_or": "or", "bitwise_xor": "xor", "arctan2": "arctan2",
    "hypot": "hypot", "left_shift": "lshift", "right_shift": "rshift",
}  # fmt: skip


def _operand(x: Any) -> Any:
    """An operand of a ufunc: an array, a scalar, or a number; an unknown that may be anything, as it is."""
    if isinstance(x, (list, tuple, Tensor)) or (
        hasattr(type(x), "__len__") and type(x) is not ndarray and type(x) is not Unknown
    ):
        return asarray(x)
    return x


def _strong(x: Any) -> Any:
    """A number as numpy's scalar of its type."""
    if type(x) is Unknown:
        kind = kind_of(x)
        return wrapped(make((), _OF_NUMBERS[kind])) if kind in _OF_NUMBERS else x
    return wrapped(asarray(x)._tensor) if type(x) in (bool, int, float, complex) else x


_OF_NUMBERS: dict[Any, DType] = {
    bool: dtypes.bool_,
    int: dtypes.int64,
    float: dtypes.float64,
    complex: dtypes.complex128,
}


def _unknown(x: Any) -> bool:
    """Whether nothing is known of an operand, not even that it is a scalar of numpy's."""
    return type(x) is Unknown and not hasattr(kind_of(x), "tensor_dtype")


def unary(name: str, x: Any, *args: Any) -> Any:
    function, rule = _UNARY[name]
    if isinstance(x, Tensor):
        return as_tensor(unary(name, of_tensor(x), *args))
    operand = _strong(_operand(x))
    if _unknown(operand):
        return Unknown(f"numpy.{name}(...)")
    element = operand_tensor(operand).dtype
    if isinstance(element, dtypes.UnknownDType):
        return wrapped(make(operand_tensor(operand).shape, element if rule != "bool" else dtypes.bool_))
    kind = {"float": as_float(element), "same": element, "real": element.to_real(), "bool": dtypes.bool_}[rule]
    exact = (
        element is dtypes.float64 or element.category < FLOATING or rule != "float"
    )  # float32 has functions that round elsewhere
    return each(operand, (lambda v: function(v, *args)) if function and exact else _not_computed, kind)


def _not_computed(value: Any) -> Any:
    raise ValueError


def binary(name: str, x1: Any, x2: Any) -> Any:
    operation = _BINARY[name]
    if isinstance(x1, Tensor) or isinstance(x2, Tensor):
        return as_tensor(binary(name, *[of_tensor(x) if isinstance(x, Tensor) else x for x in (x1, x2)]))
    a, b = _operand(x1), _operand(x2)
    numbers = (bool, int, float, complex)
    if all(x.__class__ in numbers for x in (a, b)):
        a = _strong(a)
    if any(_unknown(x) and x.__class__ not in numbers for x in (a, b)):
        return Unknown(f"numpy.{name}(...)")
    return calculated(a, b, operation)


_METHODS = "accumulate identity nargs nin nout ntypes outer reduce reduceat resolve_dtypes signature types".split()


def _ufunc(name: str, rule: Callable[..., Any], operands: int) -> Any:
    def ufunc(*args: Any, out: Any = None, where: Any = True, dtype: Any = None, **kwargs: Any) -> Any:
        if len(args) < operands:
            raise TypeError(f"{name}() takes from {operands} to {operands + 1} positional arguments but {len(args)} were given")  # fmt: skip
        made = rule(name, *args[:operands])
        return made if dtype is None or type(made) is Unknown else array(made, dtype)

    ufunc.__name__ = name
    ufunc.__dict__.update({method: Unknown(f"numpy.{name}.{method}") for method in _METHODS})
    ufunc.at = _written  # type: ignore[attr-defined]
    return ufunc


def _written(a: Any, indices: Any, b: Any = None, /) -> None:
    """`numpy.add.at(a, indices, b)`: writes into an array, of which the elements are not known then."""
    if isinstance(a, ndarray):
        overwrite(operand_tensor(a))


def asked_of_tensor(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is a method: a tensor is asked for its own of that name."""

    def asked(a: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(a, name)(*args, **kwargs) if isinstance(a, Tensor) else function(a, *args, **kwargs)

    asked.__name__ = name
    return asked


def round_(a: Any, decimals: Any = 0, out: Any = None) -> Any:
    operand = _strong(_operand(a))
    return Unknown("numpy.round(...)") if _unknown(operand) else each(operand, lambda v: _half_even(v, decimals))


def clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None) -> Any:
    made = _strong(_operand(a))
    for bound, name in ((a_min if min is None else min, "maximum"), (a_max if max is None else max, "minimum")):
        if bound is not None and not _unknown(made):
            made = binary(name, made, bound)
    return made


def where(condition: Any, *choices: Any) -> Any:
    """`where(condition)`, the places where it holds; `where(condition, x, y)`, the elements of the one or the other."""
    asked = asarray(condition)
    if not choices:
        from .numpy_sorting import nonzero

        return nonzero(condition)
    x, y = map(_operand, choices)
    if any(_unknown(v) and v.__class__ not in _OF_NUMBERS for v in (asked, x, y)):
        return Unknown("numpy.where(...)")
    strong = [operand_tensor(v) for v in (x, y) if v.__class__ not in _OF_NUMBERS]
    both = calculated(
        _strong(x) if not strong else x, y, "maximum"
    )  # the type and the shape that the two have in common
    element = (
        operand_tensor(both).dtype if type(both) is not Unknown or hasattr(kind_of(both), "tensor_dtype") else None
    )
    if element is None:
        return Unknown("numpy.where(...)")
    shape = of_torch("torch.broadcast_shapes", asked.shape, operand_tensor(both).shape)
    return (
        ndarray(make(shape, element, values=_chosen(asked, x, y, shape, element)))
        if len(shape)
        else wrapped(make((), element))
    )


def _chosen(condition: Any, x: Any, y: Any, shape: Any, element: DType) -> Values | None:
    from convcalc.ops.elementwise import broadcast_values

    if not few(math.prod(shape)) or isinstance(element, dtypes.UnknownDType):
        return None
    columns = []
    for value in (condition, x, y):
        if type(value) is Unknown:
            return None
        held = operand_tensor(asarray(value))
        values = known(held)
        if values is None:
            return None
        columns.append(broadcast_values(values, held.shape, shape))
    return computed(lambda c, a, b: a if c else b, columns, element)


def _matmul(name: str, a: Any, b: Any) -> Any:
    made = matrix_product(a, b)
    return as_tensor(made) if isinstance(a, Tensor) or isinstance(b, Tensor) else made


METHODS: dict[str, Any] = {"round": round_, "clip": clip}
FUNCTIONS: dict[str, Any] = {
    **{name: _ufunc(name, unary, 1) for name in _UNARY},
    **{name: _ufunc(name, binary, 2) for name in _BINARY},
    "matmul": _ufunc("matmul", _matmul, 2), "round": asked_of_tensor("round", round_), "around": asked_of_tensor("round", round_),
    "clip": asked_of_tensor("clip", clip), "where": where,
}  # fmt: skip
