"""Arithmetic of numpy's arrays and scalars, element by element: the common shape, the type by numpy's loops, the elements where they are known.

A loop of a ufunc is a combination of element types that it computes with; numpy takes the first one that all operands can be cast to safely, with
Python's own numbers weak beside arrays and scalars (NEP 50). `LOOPS` has them by families, as numpy lists them in `ufunc.types`.
"""

from __future__ import annotations

import math
import operator as python

from convcalc.tensor import ShapeError, Size, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.dtypes import BOOL, FLOATING, INTEGER, DType
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import LIMIT, Values, computed, few, known, rounded

from .numpy_arrays import ARRAY_TYPES, asarray, ndarray, of_tensor, of_torch, operand_tensor, wrapped
from .numpy_layout import keep_order
from .numpy_types import _CHARACTERS, COMPARISONS, all_together, can_cast, is_other, of_number, together, with_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The loops of ufuncs: the types that all operands have, in the order in which numpy tries them, and what comes of it (`same`, or a type).
_WHOLE = "bBhHiIlL"
_LOOPS_OF: tuple[tuple[str, str, str], ...] = (
    (f"?{_WHOLE}efdFD", "same", "add multiply maximum minimum fmax fmin matmul vecdot matvec vecmat"),
    (f"{_WHOLE}efdFD", "same", "subtract power pow negative positive conj conjugate sign square reciprocal"),
    (f"{_WHOLE}efd", "same", "floor_divide mod remainder fmod divmod"),
    (f"?{_WHOLE}efd", "same", "ceil floor trunc"),
    (f"?{_WHOLE}efdFD", "real", "abs absolute"),
    (f"?{_WHOLE}", "same", "bitwise_and bitwise_or bitwise_xor invert bitwise_not bitwise_invert"),
    (_WHOLE, "same", "left_shift right_shift bitwise_left_shift bitwise_right_shift gcd lcm"),
    (_WHOLE, "uint8", "bitwise_count"),
    ("efdFD", "same", "divide true_divide sqrt exp log rint sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh asin acos atan asinh acosh atanh exp2 expm1 log2 log10 log1p"),
    ("efd", "same", "cbrt deg2rad rad2deg degrees radians fabs spacing arctan2 atan2 copysign heaviside hypot logaddexp logaddexp2 nextafter modf"),
    ("dD", "same", "float_power"),
    ("efd", "bool", "signbit"),
    (f"?{_WHOLE}efdFD", "bool", "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor logical_not isfinite isinf isnan"),
)  # fmt: skip
_ELEMENTS = {character: dtypes.ALL[name] for name, character in _CHARACTERS.items()}
LOOPS: dict[str, tuple[tuple[DType, ...], str]] = {
    name: (tuple([_ELEMENTS[c] for c in loops]), result) for loops, result, names in _LOOPS_OF for name in names.split()
}
NO_TRUTHS = frozenset(("subtract", "negative", "positive", "sign", "gcd", "lcm"))  # which numpy refuses of truth values
# Python's operators by the ufuncs that they are.
UFUNCS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide", "mod": "remainder", "pow": "power",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift", "lt": "less", "le": "less_equal",
    "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip


EXTREMES = frozenset(("maximum", "minimum", "fmax", "fmin"))


def _shifted(function: Any) -> Any:
    def shift(a: int, b: int) -> int:
        if not 0 <= b < 64:
            raise ValueError("a shift that depends on the machine")
        return function(a, b)  # type: ignore[no-any-return]

    return shift


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return pow(int(a), int(b), 1 << 64)
    found = pow(a, b)
    if isinstance(found, complex) and not isinstance(a, complex) and not isinstance(b, complex):
        raise ValueError("not a number")
    return found


def _modulo(a: Any, b: Any) -> Any:
    return math.fmod(a, b) if isinstance(a, float) or isinstance(b, float) else int(math.copysign(abs(a) % abs(b), a)) if abs(a) < 2**53 else None  # fmt: skip


# What is computed of the elements, of two operands; of one operand it is in `numpy_rules.elementwise`.
FUNCTIONS: dict[str, Any] = {
    "add": python.add, "subtract": python.sub, "multiply": python.mul, "divide": python.truediv, "true_divide": python.truediv, "floor_divide": python.floordiv,
    "mod": python.mod, "remainder": python.mod, "power": _power, "pow": _power, "bitwise_and": python.and_, "bitwise_or": python.or_, "bitwise_xor": python.xor,
    "left_shift": _shifted(python.lshift), "right_shift": _shifted(python.rshift), "less": python.lt, "less_equal": python.le, "greater": python.gt,
    "greater_equal": python.ge, "equal": python.eq, "not_equal": python.ne, "maximum": max, "minimum": min, "fmax": max, "fmin": min, "arctan2": math.atan2,
    "atan2": math.atan2, "hypot": math.hypot, "logical_and": lambda a, b: bool(a) and bool(b), "logical_or": lambda a, b: bool(a) or bool(b),
    "logical_xor": lambda a, b: bool(a) != bool(b), "gcd": math.gcd, "lcm": math.lcm, "copysign": math.copysign, "fmod": _modulo,
}  # fmt: skip
_BOUND = frozenset(UFUNCS.values()) - {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"} | {"maximum", "minimum", "fmax", "fmin", "fmod", "gcd", "lcm", "mod", "pow", "divmod", "bitwise_left_shift", "bitwise_right_shift"}  # fmt: skip


def _weak(value: Any) -> Any:
    """The type of a number of Python's, known or not; None of anything else."""
    kind = kind_of(value) if type(value) is Unknown else value.__class__
    return kind if kind in (bool, int, float, complex) else None


def _is_strong(value: Any) -> bool:
    kind = kind_of(value)
    return kind is ndarray or (isinstance(kind, type) and (issubclass(kind, ndarray) or hasattr(kind, "tensor_dtype")))


def _texts_compared(name: str, first: Any, second: Any, reflected: bool) -> Any:
    """A comparison of which one side is of texts or of objects: truth values of the common shape; anything else is not known."""
    if name not in COMPARISONS:
        return Unknown("an array's arithmetic")
    try:
        a, b = [x if type(x) is ndarray else asarray(x) for x in (first, second)]
    except (TypeError, ValueError):
        return Unknown("an array's arithmetic")
    if type(a) is Unknown or type(b) is Unknown:
        return Unknown("an array's arithmetic")
    kinds = {getattr(x._tensor.dtype, "kind", "number") for x in (a, b)}
    if kinds != {"U"}:
        return Unknown("a comparison of objects")
    shape = _common_shape([a._tensor.shape, b._tensor.shape])
    a, b = (b, a) if reflected else (a, b)
    values = _elements(UFUNCS[name], (a, b), (a._tensor, b._tensor), shape, dtypes.bool_)
    return wrapped(make(shape, dtypes.bool_, values=values))


def operate(name: str, first: Any, second: Any, reflected: bool = False) -> Any:
    """`first <name> second` of which one at least is an array or a scalar; with `reflected` the other way round.

    Beside a tensor a scalar leaves it to the tensor, and so does an array, unless the tensor has left it to the array.
    """
    if isinstance(second, Tensor):
        if not isinstance(first, ndarray) or not reflected:
            return NotImplemented
        return of_array_and_tensor(name, second, first)
    if isinstance(second, (list, tuple, str)):
        if not isinstance(first, ndarray) and (name == "mul" or isinstance(second, str)):
            return NotImplemented  # a list that is repeated
        if not isinstance(second, str):
            second = asarray(second)
    if type(second) is Unknown and kind_of(second) is None:
        return Unknown("an array's arithmetic")
    if any(type(x) is ndarray and is_other(x._tensor.dtype) for x in (first, second)):
        return _texts_compared(name, first, second, reflected)
    if isinstance(second, str):
        return NotImplemented if name not in ("eq", "ne") else Unknown("a comparison of objects")
    if not _is_strong(second) and _weak(second) is None:
        if name in ("eq", "ne"):
            if second is None and isinstance(first, ndarray):  # `array == None` is asked of each element
                return ndarray(make(first._tensor.shape, dtypes.bool_))
            return NotImplemented
        return Unknown("an array's arithmetic") if type(second) is Unknown or hasattr(second, "__float__") else NotImplemented  # fmt: skip
    a, b = (second, first) if reflected else (first, second)
    if name == "divmod":
        return operate("floordiv", a, b), operate("mod", a, b)
    if name == "matmul":
        return matrix_product(a, b)
    if name == "pow" and _weak(b) is not None and b.__class__ in (int, float) and isinstance(a, ndarray):
        return _power_of_array(a, b)
    return calculated(a, b, UFUNCS[name])


def _power_of_array(a: Any, b: Any) -> Any:
    """`array ** number`: numpy takes another ufunc for some exponents.

    Source: numpy/_core/src/multiarray/number.c, fast_scalar_power
    """
    category = a._tensor.dtype.category if not isinstance(a._tensor.dtype, dtypes.UnknownDType) else BOOL
    if type(b) is int and b < 0 and category == INTEGER and a.size == 0:
        return calculated(a, 1, "power")
    return calculated(a, b, "power")


def of_array_and_tensor(name: str, tensor: Tensor, array_: Any) -> Any:
    """`tensor <name> array`, which PyTorch leaves to numpy, and numpy wraps up as a tensor again."""
    return as_tensor(operate(name, of_tensor(tensor), array_))


def as_tensor(made: Any) -> Any:
    """What numpy made of a tensor, as a tensor: truth values as uint8."""
    if isinstance(made, tuple):
        return tuple(map(as_tensor, made))
    if type(made) is Unknown and not _is_strong(made):
        return made
    held = operand_tensor(made)
    dtype = dtypes.uint8 if held.dtype is dtypes.bool_ else held.dtype
    values = known(held)
    return make(held.shape, dtype, held._strides, values=None if values is None else rounded(values, dtype))


# types


def operand_elements(operands: Any) -> list[DType]:
    """The element types that operands have beside each other: Python's numbers are weak beside arrays and scalars (NEP 50)."""
    strong = [operand_tensor(x).dtype for x in operands if _is_strong(x)]
    if not strong:
        return [of_number(_weak(x)) for x in operands]
    common = strong[0] if len(strong) == 1 else all_together(strong)
    return [operand_tensor(x).dtype if _is_strong(x) else with_number(common, _weak(x)) for x in operands]


def loop_of(name: str, elements: list[DType]) -> tuple[DType, DType]:
    """The type that a ufunc computes with, and the type of its result; TypeError where numpy has no such loop."""
    loops, result = LOOPS[name]
    if name in NO_TRUTHS and all(element is dtypes.bool_ for element in elements):
        raise TypeError(f"numpy boolean {name}, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.")  # fmt: skip
    if name in ("divide", "true_divide") and all(element.category <= INTEGER for element in elements):
        return dtypes.float64, dtypes.float64
    if result == "bool" and LOOPS[name][0][0] is dtypes.bool_:
        return elements[0], dtypes.bool_
    for loop in loops:
        if all(can_cast(element, loop) for element in elements):
            return loop, loop if result == "same" else loop.to_real() if result == "real" else dtypes.ALL[result]
    raise TypeError(f"ufunc '{name}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")  # fmt: skip


def check_numbers(name: str, operands: Any, loop: DType) -> None:
    """Refuses a number of Python's that the type of the others does not hold."""
    if loop.category != INTEGER or name not in _BOUND or not any(map(_is_strong, operands)):
        return
    bits = loop.itemsize * 8
    low = -(1 << (bits - 1)) if loop.is_signed else 0
    for x in operands:
        if type(x) is int and not low <= x < low + (1 << bits):
            raise OverflowError(f"Python integer {x} out of bounds for {loop.name}")


def result_element(name: str, a: Any, b: Any) -> DType:
    """The element type of an operation on two operands."""
    operands = (a, b)
    loop, result = loop_of(name, operand_elements(operands))
    check_numbers(name, operands, loop)
    if name in ("power", "pow") and loop.category == INTEGER:
        count = 1
        for x in operands:
            count = count * (operand_tensor(x).numel() if _is_strong(x) else 1)
        negative = [b] if type(b) is int else known(operand_tensor(b)) if _is_strong(b) else None
        if negative is not None and any(v < 0 for v in negative) and type(count) is int and count > 0:
            raise ValueError("Integers to negative integer powers are not allowed.")
    return result


def calculated(a: Any, b: Any, name: str) -> Any:
    """A ufunc of two arrays, scalars or numbers, element by element; the elements where they are known."""
    try:
        element = result_element(name, a, b)
    except UnknownValue:
        element = (
            dtypes.UnknownDType([dtypes.ALL[n] for n in ARRAY_TYPES]) if LOOPS[name][1] != "bool" else dtypes.bool_
        )
    tensors = [operand_tensor(x) if _is_strong(x) else None for x in (a, b)]
    shapes = [t.shape for t in tensors if t is not None]
    shape = _common_shape(shapes)
    found = _elements(name, (a, b), tensors, shape, element)
    held = [t for t in tensors if t is not None]
    strides = None
    if any(t._strides is not None or t.ndim != len(shape) for t in held):
        strides = keep_order(shape, held)
    return wrapped(make(shape, element, strides, values=found))


def _common_shape(shapes: list[Size]) -> Any:
    if len(shapes) < 2:
        return shapes[0] if shapes else ()
    from convcalc.ops.arguments import broadcast_shapes

    try:
        return Size(broadcast_shapes(*shapes))
    except ShapeError:
        told = " ".join(str(tuple(shape)).replace(" ", "") for shape in shapes)
        raise ValueError(f"operands could not be broadcast together with shapes {told} ") from None


def _elements(name: str, operands: Any, tensors: Any, shape: Any, element: DType) -> Values | None:
    function = FUNCTIONS.get(name)
    count: Any = 1
    for size in shape:
        count = count * size
    if function is None or not few(count) or isinstance(element, dtypes.UnknownDType):
        return None
    columns = []
    for value, tensor in zip(operands, tensors):
        if tensor is None:
            if type(value) is Unknown:
                return None
            columns.append([value] * count)
            continue
        values = known(tensor)
        if values is None:
            return None
        if tensor.shape != shape:
            from convcalc.ops.elementwise import broadcast_values

            values = broadcast_values(values, tensor.shape, shape)
        columns.append(values)
    if name in EXTREMES and element.category >= FLOATING and any(v != v for column in columns for v in column):
        return None
    if name in ("divide", "true_divide", "power", "pow") and element.category == FLOATING:
        columns = [list(map(float, column)) for column in columns]
    found = computed(function, columns, element)
    if found is not None and element.category >= FLOATING and not all(v == v and abs(v) != math.inf for v in found):
        return None
    return found


def matrix_product(a: Any, b: Any) -> Any:
    """`a @ b`."""
    first, second = asarray(a), asarray(b)
    if type(first) is Unknown or type(second) is Unknown or any(is_other(x._tensor.dtype) for x in (first, second)):
        return Unknown("numpy.matmul(...)")
    element = together(first._tensor.dtype, second._tensor.dtype)
    if not first.ndim or not second.ndim:
        at = 0 if not first.ndim else 1
        raise ValueError(f"matmul: Input operand {at} does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)")  # fmt: skip
    made = of_torch("torch.matmul", make(first.shape, dtypes.float32), make(second.shape, dtypes.float32))
    if not isinstance(made, Tensor):
        return made
    plain = len(made.shape) < 2 or all(x._tensor._strides is None for x in (first, second))
    return wrapped(make(made.shape, element, None if plain else unknown_strides(made.shape)))


def each(x: Any, function: Any, element: Any = None) -> Any:
    """`function` of every element."""
    held = operand_tensor(x)
    kind = held.dtype if element is None else element
    values = known(held)
    found = (
        computed(function, [values], kind)
        if values is not None and len(values) <= LIMIT and not is_other(kind)
        else None
    )
    if found is not None and kind.category >= FLOATING and not all(v == v and abs(v) != math.inf for v in found):
        found = None
    strides = None
    if held._strides is not None:
        strides = keep_order(held.shape, [held])
    return wrapped(make(held.shape, kind, strides, values=found))
