"""What is calculated of columns, value by value, and what each is reduced to.

Sources: pandas/core/ops/array_ops.py, pandas/core/nanops.py
"""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.dtypes import BOOL, FLOATING, INTEGER
from convcalc.tensor.unknown import kind_of

from ..numpy_arithmetic import operate
from ..numpy_arrays import ndarray, wrapped
from ..numpy_rules.registry import NotModelled, find
from ..numpy_types import COMPARISONS, scalar
from .columns import (  # fmt: skip
    ANYTHING,
    CATEGORIES,
    DATE,
    DATES,
    NUMBERS,
    OBJECT,
    OBJECTS,
    SPAN,
    SPANS,
    TEXTS,
    Column,
    blank,
    is_number,
    is_text,
    of_anything,
    of_array,
    of_texts,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def calculated(name: str, column: Column, other: Any, reflected: bool = False) -> Column:
    """`column <name> other`, where the other is a column, an array or a single value."""
    kinds = {column.kind, _kind(other)}
    if name in COMPARISONS:
        return _compared(name, column, other, kinds)
    if DATES in kinds or SPANS in kinds:
        return _of_time(name, column, other, kinds)
    if TEXTS in kinds:
        if name == "add" and kinds <= {TEXTS, ANYTHING}:
            return of_texts(column.count)
        raise NotModelled
    if kinds & {OBJECTS, CATEGORIES}:
        raise NotModelled
    if None in kinds:
        return blank(column.count, of_anything(), ANYTHING)
    array, second = column.array, other.array if type(other) is Column else other
    made = operate(name, array, second, reflected)
    if made is NotImplemented:
        raise TypeError(f"unsupported operand type(s) for {name}")
    if type(made) is not ndarray or made.ndim != 1:
        raise NotModelled
    element = made._tensor.dtype
    if name in ("floordiv", "mod") and not _is_nonzero(array if reflected else second) and may_be_whole(element):
        made = ndarray(
            make(made._tensor.shape, dtypes.one_of((*_types(element), dtypes.float64)))
        )  # where something is divided by 0
    if name in ("truediv", "floordiv", "mod", "pow") and element is dtypes.bool_:
        raise NotModelled
    return Column(made, ANYTHING if ANYTHING in kinds else NUMBERS)


def _kind(other: Any) -> str | None:
    """The kind of an operand; None where it is not known."""
    if type(other) is Column:
        return other.kind
    if type(other) is ndarray:
        return of_array(other).kind
    if type(other) is Unknown and kind_of(other) is None:
        return None
    if isinstance(other, str):
        return TEXTS
    kind = kind_of(other)
    name = getattr(kind, "__name__", "")
    if name in ("Timestamp", "datetime", "date"):
        return DATES
    if name in ("Timedelta", "timedelta"):
        return SPANS
    if kind in (bool, int, float, complex) or hasattr(kind, "tensor_dtype"):
        return NUMBERS
    if getattr(kind, "__name__", "") == "Number":
        return NUMBERS
    raise NotModelled


def _compared(name: str, column: Column, other: Any, kinds: set[str | None]) -> Column:
    if kinds <= {NUMBERS}:
        made = operate(name, column.array, other.array if type(other) is Column else other)
        if type(made) is ndarray and made.ndim == 1:
            return Column(made)
    if column.kind == TEXTS and type(other) is not Column and is_text(other):
        from convcalc.tensor.values import Values, known

        values = known(column.array._tensor)
        if values is not None and name in ("eq", "ne"):
            truths = Values([(v == other) is (name == "eq") for v in values])
            return Column(ndarray(make((len(truths),), dtypes.bool_, values=truths)))
    return blank(column.count, dtypes.bool_)


def _of_time(name: str, column: Column, other: Any, kinds: set[str | None]) -> Column:
    if not kinds <= {DATES, SPANS, NUMBERS}:
        raise NotModelled
    if kinds == {DATES} and name == "sub":
        return blank(column.count, SPAN, SPANS)
    if kinds == {DATES, SPANS} and name in ("add", "sub"):
        return blank(column.count, DATE, DATES)
    if kinds == {SPANS}:
        return blank(column.count, SPAN, SPANS) if name in ("add", "sub") else _quotient(name, column)
    if kinds == {SPANS, NUMBERS} and column.kind == SPANS and name in ("mul", "truediv", "floordiv"):
        return blank(column.count, SPAN, SPANS)
    raise NotModelled


def _quotient(name: str, column: Column) -> Column:
    if name != "truediv":
        raise NotModelled
    return blank(column.count, dtypes.float64)


def may_be_whole(element: Any) -> bool:
    return any(kind.category <= INTEGER for kind in _types(element))


def _types(element: Any) -> tuple[Any, ...]:
    return element.candidates if isinstance(element, dtypes.UnknownDType) else (element,)


def _is_nonzero(value: Any) -> bool:
    return is_number(value) and value != 0


# reductions

OF_NUMBERS = "mean std var sem median sum prod product skew kurt kurtosis".split()
OF_ORDER = "min max".split()


def reduced(name: str, column: Column, **options: Any) -> Any:
    """A column as the one value that it is reduced to: a scalar of numpy's."""
    if name in OF_ORDER and column.kind in (DATES, SPANS, OBJECTS, CATEGORIES):
        return Unknown(f"the {name} of a column")
    if name in OF_ORDER and column.kind == TEXTS:
        return Unknown(f"the {name} of a column", str)
    if name == "count":
        return Unknown("how many values a column has", int)
    if column.kind == ANYTHING and name in OF_ORDER:
        return Unknown(f"the {name} of a column")
    if column.kind not in (NUMBERS, ANYTHING):
        raise NotModelled
    if name in ("sum", "min", "max", "mean") and column.kind == NUMBERS:
        made = find(f"np.{name}")(column.array)
        return made if type(made) is not ndarray else wrapped(made._tensor)
    element = element_of_reduction(name, column.element)
    return scalar(element) if not isinstance(element, dtypes.UnknownDType) else Unknown(f"the {name} of a column")


def element_of_reduction(name: str, element: Any) -> Any:
    """The element type of what a column of that type is reduced to."""
    return dtypes.one_of(_reduced_type(name, kind) for kind in _types(element))


def _reduced_type(name: str, element: Any) -> Any:
    if name in OF_ORDER or name in ("first", "last", "mode"):
        return element
    if name in ("count", "nunique", "size", "idxmax", "idxmin"):
        return dtypes.int64
    if name in ("any", "all"):
        return dtypes.bool_
    if name in ("sum", "prod", "product"):
        if element.category == BOOL or (element.category == INTEGER and element.is_signed):
            return dtypes.int64
        return dtypes.uint64 if element.category == INTEGER else element
    return element if element.category >= FLOATING else dtypes.float64


def distinct_labels(column: Column) -> Column:
    """The different values of a column, as labels."""
    return blank(column.distinct(), OBJECT if column.kind != NUMBERS else column.element, column.kind)
