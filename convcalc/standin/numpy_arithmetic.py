"""Arithmetic of numpy's arrays and scalars, element by element: the common shape, the type by numpy's promotion, the elements where they are known."""

from __future__ import annotations

import math
import operator as python

from convcalc.tensor import ShapeError, Size, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.dtypes import BOOL, FLOATING, INTEGER, DType
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import LIMIT, Values, computed, few, known, rounded

from .numpy_arrays import ARRAY_TYPES, asarray, ndarray, of_tensor, of_torch, operand_tensor, wrapped
from .numpy_types import COMPARISONS, as_float, generic, of_number, together, with_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _weak(value: Any) -> Any:
    """The type of a number of Python's, known or not; None of anything else."""
    kind = kind_of(value) if type(value) is Unknown else value.__class__
    return kind if kind in (bool, int, float, complex) else None


def _is_strong(value: Any) -> bool:
    kind = kind_of(value)
    return kind is ndarray or (isinstance(kind, type) and issubclass(kind, generic))


def operate(name: str, first: Any, second: Any, reflected: bool = False) -> Any:
    """`first <name> second` of which one at least is an array or a scalar; with `reflected` the other way round.

    Beside a tensor a scalar leaves it to the tensor, and so does an array, unless the tensor has left it to the array.
    """
    if isinstance(second, Tensor):
        if type(first) is not ndarray or not reflected:
            return NotImplemented
        return of_array_and_tensor(name, second, first)
    if isinstance(second, (list, tuple, str)):
        if (type(first) is not ndarray and name == "mul") or isinstance(second, str):
            return NotImplemented  # a list that is repeated
        second = asarray(second)
    if type(second) is Unknown and kind_of(second) is None:
        return Unknown("an array's arithmetic")
    if not _is_strong(second) and _weak(second) is None:
        if name in ("eq", "ne"):
            return NotImplemented
        return Unknown("an array's arithmetic") if type(second) is Unknown or hasattr(second, "__float__") else NotImplemented  # fmt: skip
    a, b = (second, first) if reflected else (first, second)
    if name == "divmod":
        return operate("floordiv", a, b), operate("mod", a, b)
    return matrix_product(a, b) if name == "matmul" else calculated(a, b, name)


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


FUNCTIONS: dict[str, Any] = {
    **{name: getattr(python, name) for name in "add sub mul truediv floordiv mod lshift rshift lt le gt ge eq ne".split()},
    "and": python.and_, "or": python.or_, "xor": python.xor, "pow": python.pow, "maximum": max, "minimum": min, "arctan2": math.atan2,
    "hypot": math.hypot, "logical_and": lambda a, b: bool(a) and bool(b), "logical_or": lambda a, b: bool(a) or bool(b),
    "logical_xor": lambda a, b: bool(a) != bool(b),
}  # fmt: skip
TRUTHS = frozenset((*COMPARISONS, "logical_and", "logical_or", "logical_xor"))
FLOATS = frozenset(("truediv", "arctan2", "hypot", "logaddexp", "copysign"))


def result_element(name: str, a: Any, b: Any) -> DType:
    """The element type of an operation on two operands: Python's numbers are weak beside arrays and scalars."""
    strong = [operand_tensor(x).dtype for x in (a, b) if _is_strong(x)]
    weak = [_weak(x) for x in (a, b) if not _is_strong(x)]
    if not strong:
        element = of_number(weak[0])
        element = together(element, of_number(weak[1]))
    else:
        element = strong[0] if len(strong) == 1 else together(*strong)
        for kind in weak:
            element = with_number(element, kind)
    if name in TRUTHS:
        return dtypes.bool_
    if name in FLOATS and element.category < FLOATING:
        return dtypes.float64 if name == "truediv" else as_float(element)
    if element.category == BOOL:
        if name == "sub":
            raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.")  # fmt: skip
        if name in ("floordiv", "mod", "pow", "lshift", "rshift"):
            return dtypes.int8
    elif (
        element.category == INTEGER
        and name == "pow"
        and type(b) is not Unknown
        and not isinstance(b, ndarray)
        and b < 0
    ):
        raise ValueError("Integers to negative integer powers are not allowed.")
    elif element.category >= FLOATING and name in ("and", "or", "xor", "lshift", "rshift"):
        raise TypeError(f"ufunc 'bitwise_{name}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")  # fmt: skip
    return element


def calculated(a: Any, b: Any, name: str) -> Any:
    """An operation on arrays, scalars and numbers, element by element; the elements where they are known."""
    try:
        element = result_element(name, a, b)
    except UnknownValue:
        element = dtypes.UnknownDType([dtypes.ALL[n] for n in ARRAY_TYPES])
    tensors = [operand_tensor(x) if _is_strong(x) else None for x in (a, b)]
    shapes = [t.shape for t in tensors if t is not None]
    shape = _common_shape(shapes)
    found = _elements(name, (a, b), tensors, shape, element)
    strides = [t._strides for t in tensors if t is not None and t.shape == shape]
    made = make(shape, element, strides[0] if len(set(strides)) == 1 else None, values=found)
    return wrapped(made)


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
    found = computed(function, columns, element)
    if found is not None and element.category >= FLOATING and not all(v == v and abs(v) != math.inf for v in found):
        return None
    return found


def matrix_product(a: Any, b: Any) -> Any:
    """`a @ b`."""
    first, second = asarray(a), asarray(b)
    if type(first) is Unknown or type(second) is Unknown:
        return Unknown("numpy.matmul(...)")
    element = together(first._tensor.dtype, second._tensor.dtype)
    made = of_torch("torch.matmul", make(first.shape, dtypes.float32), make(second.shape, dtypes.float32))
    return wrapped(make(made.shape, element)) if isinstance(made, Tensor) else made


def each(x: Any, function: Any, element: Any = None) -> Any:
    """`function` of every element."""
    held = operand_tensor(x)
    kind = held.dtype if element is None else element
    values = known(held)
    found = computed(function, [values], kind) if values is not None and len(values) <= LIMIT else None
    if found is not None and kind.category >= FLOATING and not all(v == v and abs(v) != math.inf for v in found):
        found = None
    return wrapped(make(held.shape, kind, held._strides, values=found))
