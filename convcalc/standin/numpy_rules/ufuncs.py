"""numpy's functions of each element: objects of the class `ufunc`, with `out`, `where`, `dtype`, and `reduce`, `accumulate`, `outer`, `at`.

The element types are those of the loops (`numpy_arithmetic.LOOPS`); here stands what is computed of one element. Of tensors they make tensors.
"""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.dtypes import INTEGER, DType
from convcalc.tensor.values import Values, overwrite

from ..numpy_arithmetic import (
    LOOPS,
    _elements,
    _is_strong,
    _weak,
    as_tensor,
    check_numbers,
    loop_of,
    matrix_product,
    operand_elements,
    result_element,
)
from ..numpy_arrays import asarray, ndarray, of_tensor, operand_tensor
from ..numpy_types import element_of, is_other
from . import operands as of
from .operands import NO_VALUE, to_out, wrapped
from .registry import NotModelled, enter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _half_even(value: Any, decimals: Any = 0) -> Any:
    """To the even neighbour, as a number of the same type."""
    if isinstance(value, int) and decimals >= 0:
        return value
    scale = 10.0 ** abs(decimals)
    return round(value * scale) / scale if decimals >= 0 else round(value / scale) * scale


# What is computed of one element. A function of floats only is computed of float64 only: float32 has functions that round elsewhere.
EXACT: dict[str, Any] = {
    "ceil": lambda x: x if isinstance(x, int) else math.ceil(x), "floor": lambda x: x if isinstance(x, int) else math.floor(x), "trunc": math.trunc, "rint": round,
    "square": lambda x: x * x, "negative": lambda x: -x, "positive": lambda x: x, "sign": lambda x: (x > 0) - (x < 0), "abs": abs, "absolute": abs, "fabs": abs,
    "isnan": lambda x: x != x, "isinf": lambda x: abs(x) == math.inf, "isfinite": lambda x: abs(x) < math.inf, "logical_not": lambda x: not x,
    "invert": lambda x: (not x) if isinstance(x, bool) else ~x, "bitwise_not": lambda x: (not x) if isinstance(x, bool) else ~x,
    "conj": lambda x: x.conjugate(), "conjugate": lambda x: x.conjugate(), "bitwise_count": lambda x: bin(abs(x)).count("1"),
}  # fmt: skip
OF_DOUBLES: dict[str, Any] = {
    **{name: getattr(math, name) for name in "sqrt log2 log log10 log1p exp expm1 sin cos tan tanh sinh cosh degrees radians asin acos atan asinh acosh atanh".split()},
    **{f"arc{name}": getattr(math, f"a{name}") for name in "sin cos tan sinh cosh tanh".split()}, "exp2": lambda x: 2.0**x, "deg2rad": math.radians, "rad2deg": math.degrees,
}  # fmt: skip
UNARY = dict.fromkeys("abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh bitwise_count bitwise_invert bitwise_not cbrt ceil conj conjugate " "cos cosh deg2rad degrees exp exp2 expm1 fabs floor invert isfinite isinf isnan log log10 log1p log2 logical_not modf negative positive rad2deg radians " "reciprocal rint sign signbit sin sinh spacing sqrt square tan tanh trunc".split(), 1)  # fmt: skip
OUTPUTS = {"modf": 2, "divmod": 2}
IDENTITY: dict[str, Any] = {
    "add": 0, "multiply": 1, "logical_and": True, "logical_or": False, "logical_xor": False, "bitwise_and": -1, "bitwise_or": 0, "bitwise_xor": 0,
    "hypot": 0, "logaddexp": -math.inf, "logaddexp2": -math.inf, "gcd": 0,
}  # fmt: skip
METHODS_UNKNOWN = "identity ntypes reduceat resolve_dtypes signature types".split()


def operand(x: Any) -> Any:
    """An operand of a ufunc: an array, a scalar of numpy's, or a number of Python's."""
    if type(x) is ndarray or x.__class__ in (bool, int, float, complex):
        return x
    if type(x) is Unknown:
        if _weak(x) is None and not _is_strong(x):
            raise NotModelled(x.reason)
        return x
    if isinstance(x, Tensor):
        return of_tensor(x)
    if _is_strong(x) and not isinstance(x, ndarray):
        return x
    if isinstance(x, (str, bytes, set, dict)) or x is None:
        raise NotModelled
    made = asarray(x)
    if type(made) is Unknown:
        raise NotModelled(made.reason)
    return made


class ufunc:
    """`numpy.ufunc`."""

    __slots__ = ("__name__", "nin", "nout")
    __module__ = "numpy"

    def __init__(self, name: str, nin: int, nout: int = 1) -> None:
        self.__name__, self.nin, self.nout = name, nin, nout

    @property
    def nargs(self) -> int:
        return self.nin + self.nout

    def __repr__(self) -> str:
        return f"<ufunc '{self.__name__}'>"

    def __reduce__(self) -> Any:
        from .registry import find

        return (find, (f"np.{self.__name__}",))

    def __getattr__(self, name: str) -> Any:
        if name in METHODS_UNKNOWN:
            return Unknown(f"numpy.{self.__name__}.{name}")
        raise AttributeError(f"'numpy.ufunc' object has no attribute '{name}'")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from .registry import answering

        return answering(f"numpy.{self.__name__}", self._called, takes_tables=True, by_value=True)(*args, **kwargs)

    def _called(self, *args: Any, out: Any = None, where: Any = True, casting: Any = "same_kind", order: Any = "K", dtype: Any = None, subok: Any = True, signature: Any = None, **kwargs: Any) -> Any:  # fmt: skip
        if not self.nin <= len(args) <= self.nargs:
            raise TypeError(f"{self.__name__}() takes from {self.nin} to {self.nargs} positional arguments but {len(args)} were given")  # fmt: skip
        if kwargs and self.__name__ not in GENERALIZED:
            raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{next(iter(kwargs))}'")
        if kwargs or signature is not None or casting != "same_kind":
            raise NotModelled
        if len(args) > self.nin:
            if out is not None:
                raise TypeError("cannot specify 'out' as both a positional and keyword argument")
            out = tuple(args[self.nin :])
        if isinstance(out, tuple):
            if len(out) > self.nout or (not out):
                raise TypeError("The 'out' tuple must have exactly one entry per ufunc output")
            out = None if all(x is None for x in out) else out
        given = [operand(x) for x in args[: self.nin]]
        mask = None if where is True else of.tensor_of(where)
        if mask is not None and mask.dtype is not dtypes.bool_:
            raise TypeError(
                f"Cannot cast array data from dtype('{mask.dtype.name}') to dtype('bool') according to the rule 'safe'"
            )
        made = self.applied(given, None if dtype is None else element_of(dtype), mask)
        if self.nout > 1:
            return made if out is None else tuple(to_out(o, m, self.__name__) for o, m in zip(out, made))
        if out is not None:
            return _written_to(out[0] if isinstance(out, tuple) else out, made, self.__name__)
        return as_tensor(made) if any(isinstance(x, Tensor) for x in args[: self.nin]) else made

    def applied(self, given: list[Any], dtype: DType | None = None, mask: Tensor | None = None) -> Any:
        """The result of a call, of operands."""
        name = self.__name__
        if name in GENERALIZED:
            check_numbers("add", given, loop_of(name, operand_elements(given))[0])
        if name in PRODUCTS:
            return PRODUCTS[name](*given) if dtype is None and mask is None else Unknown(f"numpy.{name}(...)")
        if any(type(x) is ndarray and is_other(x._tensor.dtype) for x in given):
            raise NotModelled
        elements = operand_elements(given)
        if dtype is not None:
            if dtype in LOOPS[name][0]:
                check_numbers(name, given, dtype)
            if not any(map(_is_strong, given)) and dtype.category <= INTEGER:
                raise NotModelled
            loop, result = self._asked_loop(dtype, elements)
        else:
            loop, result = loop_of(name, elements)
            check_numbers(name, given, loop)
            if self.nin == 2:
                result_element(name, *given)
        tensors = [operand_tensor(x) if _is_strong(x) else None for x in given]
        held = [t for t in tensors if t is not None]
        spread = [*held, *([mask] if mask is not None else [])]
        shape = of.broadcast([t.shape for t in spread]) if len(spread) > 1 else spread[0].shape if spread else ()
        if self.nout > 1:
            return tuple(wrapped(make(shape, result, of.keep_order(shape, held))) for _ in range(self.nout))
        values = None if mask is not None or dtype is not None else self._values(given, tensors, shape, loop, result)
        return wrapped(make(shape, result, of.keep_order(shape, spread), values=values))

    def _asked_loop(self, dtype: DType, elements: list[DType]) -> tuple[DType, DType]:
        """The loop whose result is of a type that is asked for."""
        loops, rule = LOOPS[self.__name__]
        if (
            is_other(dtype)
            or rule not in ("same", "bool")
            or self.nout > 1
            or (rule == "bool" and dtype is not dtypes.bool_)
        ):
            raise NotModelled
        if rule == "bool":
            return loop_of(self.__name__, elements)
        if dtype not in loops or self.__name__ in ("power", "pow"):
            raise NotModelled
        for element in elements:
            if not of.can_cast(element, dtype, "same_kind"):
                raise TypeError(f"Cannot cast ufunc '{self.__name__}' input from dtype('{element.name}') to dtype('{dtype.name}') with casting rule 'same_kind'")  # fmt: skip
        return dtype, dtype

    def _values(self, given: list[Any], tensors: list[Any], shape: Any, loop: DType, result: DType) -> Values | None:
        name = self.__name__
        if self.nin == 2:
            return _elements(name, given, tensors, shape, result)
        function = EXACT.get(name) or (OF_DOUBLES.get(name) if loop is dtypes.float64 else None)
        if function is None or not of.is_few(shape):
            return None
        x = given[0]
        if type(x) is Unknown:
            return None
        held = operand_tensor(asarray(x))
        return of.each(
            held if held.dtype is loop else make(shape, loop, values=of.held_values(of.values_of(held), loop)),
            function,
            result,
        )

    # of one dimension

    def reduce(self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True) -> Any:  # fmt: skip
        from .reductions import reduced
        from .registry import answering

        name = {
            "add": "sum",
            "multiply": "prod",
            "maximum": "max",
            "minimum": "min",
            "logical_and": "all",
            "logical_or": "any",
        }.get(self.__name__)
        if name is None or dtype is not None or initial is not NO_VALUE or where is not True:
            return Unknown(f"numpy.{self.__name__}.reduce(...)")
        return answering(
            f"numpy.{self.__name__}.reduce", lambda: reduced(name, array, axis, out=out, keepdims=keepdims)
        )()

    def accumulate(self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
        from .registry import answering

        def accumulated() -> Any:
            held = of.tensor_of(array)
            if axis is None:
                if held.ndim > 1:
                    raise ValueError("accumulate does not allow multiple axes")
                raise NotModelled
            of.axis_of(axis, max(held.ndim, 1) if axis in (0, -1) else held.ndim)
            if not held.ndim:
                raise TypeError("cannot accumulate on a scalar")
            if self.__name__ not in ("maximum", "minimum", "fmax", "fmin") or dtype is not None:
                from .cumulative import cumulative

                if self.__name__ in ("add", "multiply"):
                    return cumulative("sum" if self.__name__ == "add" else "prod", array, axis, dtype, out)
                raise NotModelled
            return to_out(out, of.array(held.shape, held.dtype, strides=of.layout(held.shape, held)), self.__name__)

        return answering(f"numpy.{self.__name__}.accumulate", accumulated)()

    def outer(self, A: Any, B: Any, /, **kwargs: Any) -> Any:
        from .registry import answering

        def paired() -> Any:
            if self.nin != 2:
                raise ValueError("outer product only supported for binary functions")
            if kwargs:
                raise NotModelled
            a, b = of.tensor_of(A), of.tensor_of(B)
            if not (of.is_plain(a) and of.is_plain(b)):
                raise NotModelled
            spread = ndarray(make((*a.shape, *[1] * b.ndim), a.dtype, values=a.values)) if b.ndim else wrapped(a)
            return self.applied([spread, wrapped(b)])

        return answering(f"numpy.{self.__name__}.outer", paired)()

    def at(self, a: Any, indices: Any, b: Any = None, /) -> None:
        """Writes into an array, of which the elements are not known then."""
        if isinstance(a, ndarray):
            overwrite(a._tensor)


def _written_to(out: Any, made: Any, name: str) -> Any:
    """What a ufunc made, written to an array that has its shape, or one that it is spread over."""
    if type(out) is Unknown:
        raise NotModelled(out.reason)
    if isinstance(out, Tensor) or not isinstance(out, ndarray):
        if isinstance(out, Tensor):
            raise NotModelled
        raise TypeError("return arrays must be of ArrayType")
    held, target = of.tensor_of(made), out._tensor
    if is_other(target.dtype):
        raise NotModelled
    shape = of.broadcast([held.shape, target.shape])
    if len(shape) != target.ndim or any(
        type(a) is int and type(b) is int and a != b for a, b in zip(shape, target.shape)
    ):
        raise ValueError(f"non-broadcastable output operand with shape {tuple(target.shape)} doesn't match the broadcast shape {tuple(shape)}")  # fmt: skip
    if not of.can_cast(held.dtype, target.dtype, "same_kind"):
        raise TypeError(f"Cannot cast ufunc '{name}' output from dtype('{held.dtype.name}') to dtype('{target.dtype.name}') with casting rule 'same_kind'")  # fmt: skip
    values = of.values_of(held) if tuple(held.shape) == tuple(target.shape) else None
    overwrite(target, of.held_values(values, target.dtype))
    return out


# matrix products, and those of which the loops are not all alike

GENERALIZED = frozenset(("matmul", "vecdot", "matvec", "vecmat"))


def _vecdot(a: Any, b: Any) -> Any:
    return _generalized("vecdot", a, b, 1, 1)


def _generalized(name: str, a: Any, b: Any, first: int, second: int) -> Any:
    """(n),(n)->(); (m,n),(n)->(m); (n),(n,m)->(m)."""
    x, y = of.tensor_of(a), of.tensor_of(b)
    for at, (held, least) in enumerate(((x, first), (y, second))):
        if held.ndim < least:
            raise ValueError(f"{name}: Input operand {at} does not have enough dimensions")
    _, element = loop_of(name, [x.dtype, y.dtype])
    core = y.shape[-2] if second == 2 else y.shape[-1]
    if type(core) is int and type(x.shape[-1]) is int and core != x.shape[-1]:
        raise ValueError(f"{name}: Input operand 1 has a mismatch in its core dimension 0 (size {core} is different from {x.shape[-1]})")  # fmt: skip
    kept = (*x.shape[x.ndim - first : -1], *(y.shape[-1:] if second == 2 else ()))
    shape = of.broadcast([x.shape[: x.ndim - first], y.shape[: y.ndim - second]])
    made = (*shape, *kept)
    return wrapped(make(made, element, of.layout(made, x, y) if len(made) > 1 else None))


PRODUCTS: dict[str, Any] = {
    "matmul": matrix_product, "vecdot": _vecdot, "matvec": lambda a, b: _generalized("matvec", a, b, 2, 1), "vecmat": lambda a, b: _generalized("vecmat", a, b, 1, 2),
}  # fmt: skip


def _frexp(x: Any) -> Any:
    held = of.tensor_of(x)
    loop, _ = loop_of("cbrt", [held.dtype])
    strides = of.keep_order(held.shape, [held])
    return wrapped(make(held.shape, loop, strides)), wrapped(make(held.shape, dtypes.int32, strides))


def _ldexp(a: Any, b: Any) -> Any:
    x, y = of.tensor_of(a), of.tensor_of(b)
    if a.__class__ in (bool, int, float, complex) and b.__class__ not in (bool, int, float, complex):
        raise NotModelled
    loop, _ = loop_of("cbrt", [x.dtype])
    if y.dtype.category > INTEGER or not of.can_cast(y.dtype, dtypes.int64):
        raise TypeError("ufunc 'ldexp' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")  # fmt: skip
    shape = of.broadcast([x.shape, y.shape])
    return wrapped(make(shape, loop, of.keep_order(shape, [x, y])))


PRODUCTS.update(frexp=_frexp, ldexp=_ldexp)
OUTPUTS["frexp"] = 2
UNARY["frexp"] = 1
# One object with several names.
SAME = {
    "abs": "absolute", "conj": "conjugate", "bitwise_not": "invert", "bitwise_invert": "invert", "true_divide": "divide", "mod": "remainder", "pow": "power",
    "bitwise_left_shift": "left_shift", "bitwise_right_shift": "right_shift", "atan2": "arctan2", "acos": "arccos", "asin": "arcsin", "atan": "arctan",
    "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh",
}  # fmt: skip
_MADE: dict[str, ufunc] = {}
for _name in (*LOOPS, "frexp", "ldexp"):
    _meant = SAME.get(_name, _name)
    if _meant not in _MADE:
        _MADE[_meant] = ufunc(_meant, UNARY.get(_meant, 2), OUTPUTS.get(_meant, 1))
    enter(f"np.{_name}", _MADE[_meant])
enter("np.ufunc", ufunc)
for _name in ("conj", "conjugate"):
    enter(f"ndarray.{_name}", ufunc(_name, 1))
