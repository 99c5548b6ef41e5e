"""A column of a table: an array, and which kind of values pandas takes it for.

Sources: pandas/core/dtypes/cast.py (find_common_type, infer_dtype), pandas/core/internals/managers.py (interleaved_dtype)
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.symbols import part_of
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import LIMIT, Values, few, known

from ..numpy_arrays import asarray, ndarray, wrapped
from ..numpy_rules.registry import NotModelled
from ..numpy_types import OBJECT as OBJECT
from ..numpy_types import OtherType, all_together, element_of, is_other, of_element
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convcalc.tensor.dtypes import DType

NUMBERS = "numbers"  # an element type of numpy's
TEXTS = "texts"
OBJECTS = "objects"
CATEGORIES = "categories"
DATES = "dates"
SPANS = "spans"  # of time
ANYTHING = "anything"  # a column of a file that nobody has read
UNSURE = "unsure"  # of which nobody knows whether it has texts, objects or numbers

DATE = OtherType("datetime64[ns]", "<M8[ns]", 8)
SPAN = OtherType("timedelta64[ns]", "<m8[ns]", 8)


def of_a_file() -> DType:
    """The element type of numbers in a file that nobody has read: each time one of those that pandas makes of texts."""
    return dtypes.UnknownDType(_OF_A_FILE)


_OF_A_FILE = (dtypes.bool_, dtypes.int64, dtypes.float64)


def of_anything() -> DType:
    """An element type of which nothing is known."""
    return dtypes.UnknownDType([dtypes.ALL[name] for name in _NAMES])


_NAMES = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128".split()


class Column:
    """An array of one dimension, and the kind of its values."""

    __slots__ = ("_distinct", "_kind", "array")

    def __init__(self, array: Any, kind: str = NUMBERS) -> None:
        self.array = array
        self._kind = kind
        self._distinct: Any = None

    @property
    def kind(self) -> str:
        """The kind; not sure where a way through the code left a column that may be another one."""
        return self._kind if type(self._kind) is str else UNSURE

    def distinct(self) -> Any:
        """How many different values there are, without those that are missing: the same number each time it is asked."""
        values = known(self.array._tensor)
        if values is not None:
            try:
                return len({v for v in values if v is not None and v == v})
            except TypeError:
                pass
        if self._distinct is None:
            self._distinct = part_of(self.count, "distinct", "how many different values a column has")
        return self._distinct

    @property
    def element(self) -> DType:
        return self.array._tensor.dtype  # type: ignore[no-any-return]

    @property
    def count(self) -> Any:
        return self.array._tensor.shape[0]

    def picked(self, key: Any) -> Column:
        """The column of some of the rows."""
        made = self.array[key]
        if type(made) is not ndarray or made.ndim != 1:
            raise NotModelled
        return Column(made, self.kind)

    def of_count(self, count: Any) -> Column:
        """A column alike of so many rows, of which no value is known."""
        return blank(count, self.element, self.kind)

    def dtype(self) -> Any:
        """What `Series.dtype` answers."""
        if self.kind in (ANYTHING, UNSURE, DATES, SPANS) or isinstance(self.element, dtypes.UnknownDType):
            return Unknown("the type of a column")
        if self.kind == CATEGORIES:
            return CategoricalDtype()
        if self.kind == TEXTS:
            return StringDtype()
        return of_element(self.element)


class CategoricalDtype:
    """`pandas.CategoricalDtype`; which categories there are is not known."""

    __module__ = "pandas"
    name = "category"
    kind = "O"

    def __init__(self, categories: Any = None, ordered: Any = False) -> None:
        self.categories = Unknown("the categories of a column") if categories is None else categories
        self.ordered = ordered

    def __eq__(self, other: object) -> Any:
        return other == "category" if isinstance(other, str) else isinstance(other, CategoricalDtype)

    def __hash__(self) -> int:
        return hash("category")

    def __repr__(self) -> str:
        return "category"


class StringDtype:
    """The type of texts: `str`, and `object` before pandas 3; which of these is not known."""

    __module__ = "pandas"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __eq__(self, other: object) -> Any:
        if isinstance(other, StringDtype):
            return True
        if other in (str, object) or (isinstance(other, str) and other in ("str", "object", "O", "string")):
            return Unknown("whether texts are `str` or `object`, which depends on the version of pandas", bool)
        return False

    def __ne__(self, other: object) -> Any:
        found = self.__eq__(other)
        return found if type(found) is Unknown else not found

    def __hash__(self) -> int:
        return hash("str")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"dtype.{name}")

    def __repr__(self) -> str:
        return "str"


def blank(count: Any, element: Any, kind: str = NUMBERS) -> Column:
    """A column of which only the type is known."""
    return Column(ndarray(make((count,), element)), kind)


def anything(count: Any) -> Column:
    """A column of a file."""
    return blank(count, of_a_file(), ANYTHING)


def of_texts(count: Any) -> Column:
    return blank(count, OBJECT, TEXTS)


def listed(values: Sequence[Any]) -> Column:
    """The column of a list of values of Python's, as pandas finds its type out."""
    count = len(values)
    missing = [v is None or (type(v) is float and v != v) or type(v).__name__ == "NaTType" for v in values]
    present = [v for v, gone in zip(values, missing) if not gone]
    plain = {type(v) for v in present}
    if not values:
        return Column(ndarray(make((0,), OBJECT)), OBJECTS)
    if any(type(v) is Unknown and v.is_rest for v in values):
        raise NotModelled("a list of unknown length")
    if not present:
        floats = any(type(v) is float for v in values)
        return blank(count, dtypes.float64) if floats else Column(_objects(values), OBJECTS)
    kinds = {kind_of(v) for v in present}
    if kinds <= {str}:
        texts = _objects(values) if Unknown not in plain else ndarray(make((count,), OBJECT))
        return Column(texts, TEXTS)
    if kinds <= {bool} and any(missing):
        return Column(_objects(values), OBJECTS)
    if any(_is_date(kind) for kind in kinds):
        return blank(count, DATE, DATES) if all(_is_date(kind) for kind in kinds) else blank(count, OBJECT, OBJECTS)
    if all(_is_number(kind) for kind in kinds):
        booleans = {kind is bool or getattr(kind, "tensor_dtype", None) is dtypes.bool_ for kind in kinds}
        if len(booleans) > 1:  # truth values beside numbers
            return blank(count, OBJECT, OBJECTS)
        made = asarray(list(present))
        if type(made) is not ndarray or is_other(made._tensor.dtype):
            return blank(count, OBJECT, OBJECTS)
        if not any(missing):
            return Column(made)
        element = made._tensor.dtype
        return blank(count, dtypes.float64 if element.category < dtypes.FLOATING else element)
    if None in kinds:
        return blank(count, of_anything(), ANYTHING)
    return Column(_objects(values), OBJECTS)


def _objects(values: Sequence[Any]) -> ndarray:
    return ndarray(make((len(values),), OBJECT, values=Values(list(values)) if few(len(values)) else None))


def _is_number(kind: Any) -> bool:
    return kind in (bool, int, float, complex) or hasattr(kind, "tensor_dtype")


def _is_date(kind: Any) -> bool:
    return getattr(kind, "__name__", "") in ("Timestamp", "datetime", "date", "datetime64")


def column_of(data: Any, count: Any = None) -> Column:
    """The column that pandas makes of a list, an array, another column, or of one value for all of `count` rows."""
    held = getattr(data, "_column", None) if hasattr(type(data), "__as_array__") else None
    if type(held) is Column:
        return held
    if type(data) is Column:
        return data
    if type(data) is Unknown and kind_of(data) is None:
        raise NotModelled(data.reason)
    if isinstance(data, Tensor):
        data = asarray(data)
    if type(data) is ndarray and data.ndim == 1:
        return of_array(data)
    if type(data) is ndarray and data.ndim > 1:
        raise ValueError(f"Data must be 1-dimensional, got ndarray of shape {data.shape} instead")
    if isinstance(data, (list, tuple, range)):
        return listed(list(data)) if not isinstance(data, range) else _of_range(data)
    if hasattr(type(data), "__as_array__"):
        return of_array(data.__as_array__())
    if isinstance(data, (set, frozenset, dict)) or hasattr(type(data), "__next__"):
        raise NotModelled
    if count is None:
        raise NotModelled
    return _repeated(data, count)


def _of_range(numbers: range) -> Column:
    values = Values(list(numbers)) if few(len(numbers)) else None
    return Column(ndarray(make((len(numbers),), dtypes.int64, values=values)))


def of_array(array: Any) -> Column:
    """The column of an array of one dimension."""
    if type(array) is not ndarray:
        raise NotModelled(getattr(array, "reason", None))
    element = array._tensor.dtype
    if not is_other(element):
        return Column(array)
    if element.kind == "U":
        return Column(ndarray(make(array._tensor.shape, OBJECT, values=array._tensor.values)), TEXTS)
    if element.kind in ("M", "m"):
        return Column(array, DATES if element.kind == "M" else SPANS)
    if element.kind != "O":
        raise NotModelled
    values = known(array._tensor)
    if values and all(is_text(v) for v in values):
        return Column(array, TEXTS)
    return Column(array, OBJECTS)


def _repeated(value: Any, count: Any) -> Column:
    """One value for all rows."""
    one = listed([value])
    values = known(one.array._tensor)
    many = Values(list(values) * count) if values is not None and type(count) is int and count <= LIMIT else None
    return Column(ndarray(make((count,), one.element, values=many)), one.kind)


def is_text(value: Any) -> bool:
    """Whether it is a text that is known."""
    return is_known(value) and isinstance(value, str)


def is_number(value: Any) -> bool:
    """Whether it is a number of Python's that is known."""
    return kind_of(value) in (bool, int, float) and is_known(value)


def is_known(value: Any) -> bool:
    return type(value) is not Unknown


def replaced(column: Column, *values: Any) -> Column:
    """A column of which some values are others now, these where they are given: nobody knows what it is then, unless all are numbers of its type."""
    if column.kind == ANYTHING:
        return column.of_count(column.count)
    kinds = {kind_of(part) for value in values for part in (value if isinstance(value, (list, tuple)) else [value])}
    own: Any = {"float64": {int, float}, "int64": {int}}.get(column.element.name, set())
    if column.kind == NUMBERS and values and kinds <= own:
        return column.of_count(column.count)
    return blank(column.count, OBJECT, UNSURE)


# several columns as one array


def together(columns: Sequence[Column], taken_for_numbers: bool = True) -> DType:
    """The element type of `DataFrame.values`.

    Truth values beside numbers are objects, and so is whatever lies beside texts. Of a file's columns it is taken for granted that they go together.
    """
    if not columns:
        raise NotModelled
    if not all(type(column) is Column for column in columns):  # ways through the code leave other ones
        raise NotModelled("the columns of a table")
    kinds = {column.kind for column in columns}
    if UNSURE in kinds:
        raise NotModelled("the type of a column")
    if kinds == {DATES}:
        return DATE
    if not kinds <= {NUMBERS, ANYTHING}:
        if kinds == {CATEGORIES}:
            raise NotModelled("the values of categories")
        return OBJECT
    found: dict[Any, None] = dict.fromkeys(_candidates(columns[0].element))
    for column in columns[1:]:
        own = _candidates(column.element)
        if found.keys() == dict.fromkeys(own).keys() and len(own) == 1:
            continue
        found = dict.fromkeys(_of_two(a, b) for a in found for b in own)
    sure = [element for element in found if element is not OBJECT]
    return dtypes.one_of(sure) if sure else OBJECT


def _candidates(element: DType) -> tuple[DType, ...]:
    return element.candidates if isinstance(element, dtypes.UnknownDType) else (element,)


def _of_two(a: Any, b: Any) -> Any:
    if a is b:
        return a
    if OBJECT in (a, b) or dtypes.bool_ in (a, b):
        return OBJECT
    return all_together([a, b])


def rows_of_values(columns: Sequence[Column], element: DType) -> Values | None:
    """The elements of several columns row by row, where they are all known and few."""
    if isinstance(element, dtypes.UnknownDType):
        return None
    found = [known(column.array._tensor) for column in columns]
    if any(values is None for values in found):
        return None
    count = len(found[0])  # type: ignore[arg-type]
    if count * len(columns) > LIMIT:
        return None
    flat = [values[row] for row in range(count) for values in found]  # type: ignore[index]
    if is_other(element):
        return Values(flat)
    from convcalc.tensor.values import rounded

    return rounded(flat, element)


def element_of_spec(spec: Any) -> tuple[Any, str]:
    """What `astype` is told: an element type and a kind."""
    if type(spec) is CategoricalDtype or (isinstance(spec, str) and spec == "category"):
        return OBJECT, CATEGORIES
    if spec is str or type(spec) is StringDtype or (isinstance(spec, str) and spec in ("str", "string")):
        return OBJECT, TEXTS
    if isinstance(spec, str) and spec[:1] in "IUF" and spec[:3] in ("Int", "UIn", "Flo"):
        raise NotModelled("a column of pandas's own numbers")
    element = element_of(spec)
    if is_other(element):
        kind = {"M": DATES, "m": SPANS, "O": OBJECTS, "U": TEXTS}.get(element.kind)
        if kind is None:
            raise NotModelled
        return element, kind
    return element, NUMBERS


def scalar_of(column: Column, made: Any) -> Any:
    """An element of a column as it comes out: of a file's column it may be a text."""
    if column.kind in (ANYTHING, UNSURE):
        of_a_file = isinstance(column.element, dtypes.UnknownDType) and set(column.element.candidates) == set(
            _OF_A_FILE
        )
        return Unknown("a value of a table", Value if of_a_file else None)
    if column.kind in (TEXTS,) and type(made) is Unknown:
        return Unknown("a text of a table", str)
    return wrapped(made) if isinstance(made, Tensor) else made
