"""`Series`: a column with the labels of its rows."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.dtypes import FLOATING, INTEGER
from convcalc.tensor.symbols import part_of, share_of
from convcalc.tensor.unknown import counted_list, kind_of
from convcalc.tensor.values import Values, few, known

from ..numpy_arrays import ndarray
from ..numpy_rules.registry import NotModelled, find
from ..numpy_types import COMPARISONS, OPERATIONS, is_other
from .calculating import OF_NUMBERS, OF_ORDER, calculated, distinct_labels, reduced
from .columns import (  # fmt: skip
    ANYTHING,
    CATEGORIES,
    DATES,
    NUMBERS,
    OBJECT,
    OBJECTS,
    SPANS,
    TEXTS,
    UNSURE,
    Column,
    blank,
    column_of,
    element_of_spec,
    listed,
    of_anything,
    of_texts,
    replaced,
    scalar_of,
)
from .labels import Index, numbered, some_of
from .modelled import SERVED, modelled, only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Series:
    """`pandas.Series`."""

    __module__ = "pandas"
    ndim = 1
    index: Any
    name: Any
    _column: Column

    def __new__(cls, data: Any = None, index: Any = None, dtype: Any = None, name: Any = None, **others: Any) -> Any:
        made = object.__new__(cls)
        try:
            made._build(data, index, dtype, name)
        except NotModelled as unknown:
            return Unknown(unknown.reason or "pandas.Series(...)")
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def _build(self, data: Any, index: Any, dtype: Any, name: Any) -> None:
        if type(data) is Unknown:
            raise NotModelled(data.reason)
        if type(data) is dict:
            index, data = Index(list(data)) if index is None else index, list(data.values())
        if isinstance(data, Series):
            index, name = data.index if index is None else index, data.name if name is None else name
        labels = None if index is None else index if type(index) is Index else Index(index)
        if data is None:
            data = float("nan") if labels is not None and labels._count != 0 else []
        column = column_of(data, 1 if labels is None else labels._count)
        if dtype is not None:
            column = retyped(column, dtype)
        if labels is None:
            labels = numbered(column.count)
        elif type(labels._count) is int and type(column.count) is int and labels._count != column.count:
            raise ValueError(f"Length of values ({column.count}) does not match length of index ({labels._count})")
        self._column, self.index, self.name = column, labels, name

    # what it is

    def __len__(self) -> Any:
        return self._column.count

    @property
    def shape(self) -> Any:
        return (self._column.count,)

    @property
    def size(self) -> Any:
        return self._column.count

    @property
    def empty(self) -> Any:
        return self._column.count == 0

    @property
    def dtype(self) -> Any:
        return self._column.dtype()

    @property
    def dtypes(self) -> Any:
        return self._column.dtype()

    @property
    def values(self) -> Any:
        if self._column.kind in (CATEGORIES, UNSURE):
            raise NotModelled("the values of a column")
        return self._column.array

    @property
    def array(self) -> Any:
        raise NotModelled

    def to_numpy(self, dtype: Any = None, copy: Any = False, na_value: Any = None) -> Any:
        if dtype is not None:
            return retyped(self._column, dtype).array
        return self.__as_array__()

    def __as_array__(self) -> Any:
        return Unknown("the values of a column") if self._column.kind == UNSURE else self._column.array

    def __wrapped__(self, array: Any) -> Any:
        """What a function of numpy's that works value by value made of it, as a series."""
        if type(array) is not ndarray or array.ndim != 1:
            return array
        return of_column(Column(array, ANYTHING if self._column.kind == ANYTHING else NUMBERS), self.index, self.name)

    def check_sequence(self) -> None:
        """PyTorch takes it for a list: it asks for its item 0, and for the next."""
        labels = self.index._known()
        if self._column.kind == TEXTS:
            from convcalc.tensor import ShapeValueError

            raise ShapeValueError("too many dimensions 'str'")
        if self.index._is_range:
            return
        from convcalc.tensor import ShapeValueError, UnknownValue

        if labels is None:
            raise UnknownValue("which labels a column has")

        if labels and 0 not in labels:
            raise ShapeValueError("could not determine the shape of object type 'Series'")
        missing = next((place for place in range(len(labels)) if place not in labels), None)
        if missing is not None:
            raise KeyError(missing)

    def tolist(self) -> Any:
        if type(self._column.count) is Unknown:
            return self.__listed__()
        return list(self) if self._column.kind != NUMBERS else self._column.array.tolist()

    to_list = tolist

    def __listed__(self) -> Any:
        if type(self._column.count) is not Unknown:
            return list(self)
        return counted_list[0]("the values of a column", plain_number(self._any()), self._column.count)

    def _any(self) -> Any:
        """A value of which nobody knows which it is."""
        return scalar_of(self._column, ndarray(make((1,), self._column.element))[0])

    def _at(self, place: Any) -> Any:
        """The value at a place."""
        if known(self._column.array._tensor) is None or type(place) is not int:
            count = self._column.count
            if type(place) is int and type(count) is int and not -count <= place < count:
                raise IndexError("single positional indexer is out-of-bounds")
            return self._any()
        return scalar_of(self._column, self._column.array[place])

    def __iter__(self) -> Any:
        count = self._column.count
        if type(count) is not int:
            return iter(self._column.array)  # whose length is not known
        return iter([plain_number(self._at(i)) for i in range(count)])

    def items(self) -> Any:
        if type(self._column.count) is not int:
            raise NotModelled
        return list(zip(self.index, self))

    def __contains__(self, label: Any) -> bool:
        return label in self.index

    def __repr__(self) -> str:
        return "Series(?)"

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'Series'")

    def __bool__(self) -> bool:
        raise ValueError(
            "The truth value of a Series is ambiguous. Use a.empty, a.bool(), a.item(), a.any() or a.all()."
        )

    def __float__(self) -> Any:
        return float(self._single())

    def __int__(self) -> Any:
        return int(self._single())

    def _single(self) -> Any:
        if type(self._column.count) is int and self._column.count != 1:
            raise TypeError("cannot convert the series to a number")
        return self._at(0)

    def item(self) -> Any:
        if type(self._column.count) is int and self._column.count != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        made = self._at(0)
        return made.item() if hasattr(made, "item") else made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"'Series' object has no attribute '{name}'")
        from .attributes import of_series

        return of_series(self, name)

    # values by their labels

    def __getitem__(self, key: Any) -> Any:

        return SERVED["picked_by_label"](self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._forget_values()

    def _forget_values(self) -> None:
        """Some values are others now, and may be of another type."""
        self._column = replaced(self._column)

    @property
    def iloc(self) -> Any:

        return SERVED["Places"](self)

    @property
    def loc(self) -> Any:

        return SERVED["Labels"](self)

    iat = iloc
    at = loc

    def get(self, key: Any, default: Any = None) -> Any:
        labels = self.index._known()
        if labels is None or type(key) is Unknown:
            raise NotModelled
        return self[key] if key in labels else default

    def keys(self) -> Any:
        return self.index

    # as many values

    def _with(self, column: Column, name: Any = None) -> Any:
        return of_column(column, self.index, self.name if name is None else name)

    def copy(self, deep: Any = True) -> Any:
        held = self._column
        return self._with(Column(held.array.copy(), held.kind))

    def astype(self, dtype: Any, copy: Any = None, errors: Any = "raise") -> Any:
        if errors != "raise":
            raise NotModelled
        return self._with(retyped(self._column, dtype))

    def apply(self, func: Any, convert_dtype: Any = True, args: Any = (), **kwargs: Any) -> Any:
        return self._with(_of_each(self, lambda value: func(value, *args, **kwargs)) if callable(func) else _not())

    def map(self, func: Any = None, na_action: Any = None, **kwargs: Any) -> Any:
        if type(func) is Unknown or func is None:
            raise NotModelled
        if isinstance(func, dict):
            return self._with(_looked_up(self._column, func))
        if isinstance(func, Series):
            return self._with(
                func._column.of_count(self._column.count)
                if func._column.kind != NUMBERS
                else blank(self._column.count, dtypes.one_of((func._column.element, dtypes.float64)))
            )
        return self._with(_of_each(self, func))

    transform = apply

    def isna(self) -> Any:
        return self._with(_missing(self._column, True))

    isnull = isna

    def notna(self) -> Any:
        return self._with(_missing(self._column, False))

    notnull = notna

    def isin(self, values: Any) -> Any:
        return self._with(blank(self._column.count, dtypes.bool_))

    def between(self, left: Any, right: Any, inclusive: Any = "both") -> Any:
        return self._with(blank(self._column.count, dtypes.bool_))

    def duplicated(self, keep: Any = "first") -> Any:
        return self._with(blank(self._column.count, dtypes.bool_))

    def fillna(self, value: Any = None, inplace: Any = False, **others: Any) -> Any:
        return self._kept(filled(self._column, value), inplace)

    def ffill(self, inplace: Any = False, **others: Any) -> Any:
        return self._kept(filled(self._column, None), inplace)

    bfill = ffill
    interpolate = ffill

    def _kept(self, column: Column, inplace: Any) -> Any:
        if type(inplace) is Unknown:
            raise NotModelled
        if inplace:
            self._column = column
            return None
        return self._with(column)

    def replace(self, to_replace: Any = None, value: Any = None, inplace: Any = False, **others: Any) -> Any:
        return self._kept(replaced(self._column), inplace)

    def where(self, cond: Any, other: Any = None, **others: Any) -> Any:
        return self._with(replaced(self._column))

    mask = where

    def shift(self, periods: Any = 1, **others: Any) -> Any:
        only(others)
        return self._with(shifted(self._column, periods))

    def diff(self, periods: Any = 1) -> Any:
        return self._with(differences(self._column))

    def pct_change(self, periods: Any = 1, **others: Any) -> Any:
        return self._with(_floats(self._column))

    def rank(self, **others: Any) -> Any:
        return self._with(blank(self._column.count, dtypes.float64))

    def cumsum(self, **others: Any) -> Any:
        return self._with(_cumulative(self._column, "cumsum"))

    def cumprod(self, **others: Any) -> Any:
        return self._with(_cumulative(self._column, "cumprod"))

    def cummax(self, **others: Any) -> Any:
        return self._with(self._column.of_count(self._column.count))

    cummin = cummax

    def abs(self) -> Any:
        return self._with(Column(abs(self._column.array), self._column.kind))

    def round(self, decimals: Any = 0, **others: Any) -> Any:
        return self._with(self._column.of_count(self._column.count))

    def clip(self, lower: Any = None, upper: Any = None, **others: Any) -> Any:
        return self._with(clipped(self._column, lower, upper))

    def rolling(self, window: Any, **others: Any) -> Any:

        return SERVED["Windowed"](self)

    def expanding(self, *args: Any, **others: Any) -> Any:

        return SERVED["Windowed"](self)

    def ewm(self, *args: Any, **others: Any) -> Any:

        return SERVED["Windowed"](self)

    def rename(self, index: Any = None, **others: Any) -> Any:
        if isinstance(index, str) or index is None:
            return of_column(self._column, self.index, index)
        raise NotModelled

    def to_frame(self, name: Any = None) -> Any:

        label = name if name is not None else self.name if self.name is not None else 0
        return SERVED["of_columns"]({label: self._column}, self.index)

    def reset_index(self, level: Any = None, drop: Any = False, inplace: Any = False, **others: Any) -> Any:
        if type(drop) is Unknown or inplace is not False:
            raise NotModelled
        if drop:
            return of_column(self._column, numbered(self._column.count), self.name)

        label = "index" if self.index.name is None else self.index.name
        return SERVED["of_columns"](
            {label: self.index._column, 0 if self.name is None else self.name: self._column},
            numbered(self._column.count),
        )

    # other rows

    def _rows(self, column: Column, index: Index | None = None) -> Any:
        return of_column(column, some_of(self.index, column.count) if index is None else index, self.name)

    def head(self, n: Any = 5) -> Any:
        return self.iloc[:n]

    def tail(self, n: Any = 5) -> Any:
        if type(n) is not int or n == 0:
            raise NotModelled
        return self.iloc[-n:]

    def sort_values(self, inplace: Any = False, **others: Any) -> Any:
        column = self._column.of_count(self._column.count)
        if inplace:
            self._column, self.index = column, some_of(self.index, column.count)
            return None
        return self._rows(column)

    def sort_index(self, **others: Any) -> Any:
        return self._rows(self._column.of_count(self._column.count))

    def sample(self, n: Any = None, frac: Any = None, replace: Any = False, **others: Any) -> Any:
        return self._rows(
            self._column.of_count(sampled(self._column.count, n, frac)),
            None if replace is False else Index(self.index._column.of_count(sampled(self._column.count, n, frac))),
        )

    def dropna(self, inplace: Any = False, **others: Any) -> Any:
        if never_missing(self._column):
            return None if inplace else self._with(self._column)
        count = part_of(self._column.count, "rows", "how many rows miss nothing")
        column = self._column.of_count(count)
        if inplace:
            self._column, self.index = column, some_of(self.index, count)
            return None
        return self._rows(column)

    def drop_duplicates(self, inplace: Any = False, **others: Any) -> Any:
        if inplace is not False:
            raise NotModelled
        return self._rows(self._column.of_count(self._column.distinct()))

    def drop(self, labels: Any = None, index: Any = None, **others: Any) -> Any:

        count = SERVED["count_without"](self.index, labels if labels is not None else index)
        return self._rows(self._column.of_count(count))

    def nlargest(self, n: Any = 5, keep: Any = "first") -> Any:
        return self._rows(
            self._column.of_count(
                n if type(n) is int and type(self._column.count) is int and n <= self._column.count else _not()
            )
        )

    nsmallest = nlargest

    def repeat(self, repeats: Any, axis: Any = None) -> Any:
        if type(repeats) is not int:
            raise NotModelled
        count = self._column.count * repeats
        return of_column(self._column.of_count(count), Index(self.index._column.of_count(count)), self.name)

    # what is counted

    def unique(self) -> Any:
        if self._column.kind == NUMBERS:
            values = known(self._column.array._tensor)
            if values is not None and all(v == v for v in values):
                found = list(dict.fromkeys(values))
                return ndarray(make((len(found),), self._column.element, values=Values(found)))
        return distinct_labels(self._column).array

    def nunique(self, dropna: Any = True) -> Any:
        return self._column.distinct()

    def value_counts(
        self, normalize: Any = False, sort: Any = True, ascending: Any = False, bins: Any = None, dropna: Any = True
    ) -> Any:
        if bins is not None or type(normalize) is Unknown:
            raise NotModelled
        labels = distinct_labels(self._column)
        values = blank(labels.count, dtypes.float64 if normalize else dtypes.int64)
        return of_column(values, Index(labels), "proportion" if normalize else "count")

    def factorize(self, *args: Any, **others: Any) -> Any:

        return SERVED["factorize"](self)

    def groupby(self, by: Any = None, **others: Any) -> Any:

        return SERVED["grouped"](self, by, **others)

    def describe(self, **others: Any) -> Any:
        if self._column.kind != NUMBERS or self._column.element.category < INTEGER:
            raise NotModelled
        return of_column(blank(8, dtypes.float64), Index("count mean std min 25% 50% 75% max".split()), self.name)

    def mode(self, dropna: Any = True) -> Any:
        count = part_of(self._column.count, "modes", "how many values are the most frequent ones")
        return of_column(self._column.of_count(count), numbered(count), self.name)

    def quantile(self, q: Any = 0.5, interpolation: Any = "linear") -> Any:
        if isinstance(q, (int, float)):
            return reduced("median", self._column)
        raise NotModelled

    def any(self, **others: Any) -> Any:
        return find("np.any")(self._column.array) if self._column.kind == NUMBERS else Unknown("any(...)", bool)

    def all(self, **others: Any) -> Any:
        return find("np.all")(self._column.array) if self._column.kind == NUMBERS else Unknown("all(...)", bool)

    def count(self) -> Any:
        return self._column.count if never_missing(self._column) else Unknown("how many values are not missing", int)

    def argmax(self, *args: Any, **others: Any) -> Any:
        return Unknown("the place of the greatest value", int)

    argmin = argmax

    def idxmax(self, *args: Any, **others: Any) -> Any:
        return Unknown("the label of the greatest value", int if self.index._is_range else None)

    idxmin = idxmax

    def corr(self, other: Any, **others: Any) -> Any:
        return Unknown("a correlation", float)

    def dot(self, other: Any) -> Any:
        raise NotModelled

    def to_dict(self, *args: Any, **others: Any) -> Any:
        labels = self.index._known()
        if labels is None:
            raise NotModelled
        return dict(zip(labels, self))

    # parts of texts, dates and categories

    @property
    def str(self) -> Any:
        from .accessors import Texts

        if self._column.kind in (NUMBERS, DATES, SPANS):
            raise AttributeError("Can only use .str accessor with string values")
        return Texts(self)

    @property
    def dt(self) -> Any:
        from .accessors import Dates

        if self._column.kind not in (DATES, SPANS, ANYTHING):
            raise AttributeError("Can only use .dt accessor with datetimelike values")
        return Dates(self)

    @property
    def cat(self) -> Any:
        from .accessors import Categories

        if self._column.kind not in (CATEGORIES, ANYTHING):
            raise AttributeError("Can only use .cat accessor with a 'category' dtype")
        return Categories(self)

    def __neg__(self) -> Any:
        return (
            self._with(Column(-self._column.array, self._column.kind))
            if not is_other(self._column.element)
            else Unknown("a column")
        )

    def __pos__(self) -> Any:
        return self

    __abs__ = abs

    def __invert__(self) -> Any:
        if self._column.kind not in (NUMBERS, ANYTHING):
            return Unknown("a column")
        if isinstance(self._column.element, dtypes.UnknownDType) or self._column.element.category < FLOATING:
            made = (
                self._with(Column(~self._column.array, self._column.kind))
                if self._column.kind == NUMBERS and not isinstance(self._column.element, dtypes.UnknownDType)
                else self._with(self._column.of_count(self._column.count))
            )
            made._opposite = self
            return made
        raise TypeError("bad operand type for unary ~: 'float'")

    _opposite: Any = None  # the mask of which this is the opposite
    _row_of: Any = None  # the table of which this is a row
    _is_boxed = False


def _reduction(name: str) -> Any:
    def method(self: Any, axis: Any = None, skipna: Any = True, numeric_only: Any = False, **others: Any) -> Any:
        return reduced(name, self._column)

    method.__name__ = method.__qualname__ = name
    return method


def _operator(name: str, reflected: bool) -> Any:
    def operator(self: Any, other: Any, *modulus: Any) -> Any:
        if type(other).__name__ == "DataFrame" or hasattr(type(other), "__torch_function__"):
            return NotImplemented
        return operated(self, name, other, reflected)

    return operator


def _method(name: str, reflected: bool) -> Any:
    def method(self: Any, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> Any:
        if type(other).__name__ == "DataFrame":
            raise NotModelled
        return operated(self, name, other, reflected)

    method.__name__ = method.__qualname__ = name
    return method


for _name in (*OF_NUMBERS, *OF_ORDER):
    setattr(Series, _name, _reduction(_name))
METHODS = {"sub": "sub subtract", "mul": "mul multiply", "truediv": "truediv div divide"}
for _name in (*OPERATIONS, *COMPARISONS):
    if _name in ("divmod", "matmul", "lshift", "rshift"):
        continue
    setattr(Series, f"__{_name}__", _operator(_name, False))
    if _name in OPERATIONS:
        setattr(Series, f"__r{_name}__", _operator(_name, True))
    if _name not in ("and", "or", "xor"):
        for _word in METHODS.get(_name, _name).split():
            setattr(Series, _word, _method(_name, False))
        if _name in OPERATIONS:
            setattr(Series, f"r{_name}", _method(_name, True))
modelled(Series, "Series")


def of_column(column: Column, index: Index, name: Any = None) -> Any:
    """A series of a column and labels."""
    made = object.__new__(Series)
    made._column, made.index, made.name = column, index, name
    return made


def plain_number(value: Any) -> Any:
    """A scalar of numpy's as the number of Python's that it is: as such a column gives its values one after another."""
    return value.item() if hasattr(kind_of(value), "tensor_dtype") else value


def _not() -> Any:
    raise NotModelled


def operated(series: Any, name: str, other: Any, reflected: bool) -> Any:
    """`series <name> other`; an unknown where nobody knows."""
    try:
        if isinstance(other, Series):
            if not are_aligned(series, other):
                raise NotModelled("two columns that have other labels")
            other = other._column
        elif type(other) is Index:
            other = other._column
        elif isinstance(other, (list, tuple)):
            other = listed(list(other))
        made = series._with(calculated(name, series._column, other, reflected))
    except NotModelled as unknown:
        return Unknown(unknown.reason or "what is calculated of a column")
    return made


def are_aligned(one: Any, other: Any) -> bool:
    """Whether two series certainly have the same labels."""
    a, b = one.index, other.index
    if a is b or a._column is b._column:
        return True
    if a._is_range and b._is_range:
        return a._count is b._count or (a._count == b._count) is True
    first, second = a._known(), b._known()
    return first is not None and first == second


def retyped(column: Column, dtype: Any) -> Column:
    """`astype`"""
    if type(dtype) is Unknown:
        return blank(column.count, of_anything(), ANYTHING)
    element, kind = element_of_spec(dtype)
    if kind == CATEGORIES:
        return Column(column.array, CATEGORIES)
    if kind == TEXTS:
        return column if column.kind == TEXTS else of_texts(column.count)
    if kind == OBJECTS:
        return (
            Column(column.array.astype(object), OBJECTS)
            if column.kind != ANYTHING
            else blank(column.count, OBJECT, OBJECTS)
        )
    if column.kind == NUMBERS and kind == NUMBERS:
        made = column.array.astype(dtype)
        if type(made) is ndarray:
            return Column(made)
    return blank(column.count, element, kind)


def _missing(column: Column, is_missing: bool) -> Column:
    if never_missing(column) and type(column.count) is int and few(column.count):
        return Column(ndarray(make((column.count,), dtypes.bool_, values=Values([not is_missing] * column.count))))
    return blank(column.count, dtypes.bool_)


def never_missing(column: Column) -> bool:
    """Whether a column certainly misses no value: whole numbers and truth values cannot."""
    if column.kind not in (NUMBERS, TEXTS, OBJECTS):
        return False
    values = known(column.array._tensor)
    if values is not None:
        return all(v is not None and v == v for v in values)
    return column.kind == NUMBERS and all(
        kind.category <= INTEGER
        for kind in (
            [column.element] if not isinstance(column.element, dtypes.UnknownDType) else column.element.candidates
        )
    )


def filled(column: Column, value: Any) -> Column:
    """`fillna`"""
    if never_missing(column):
        return column
    if isinstance(value, str) and column.kind == NUMBERS:
        raise NotModelled
    if column.kind == OBJECTS:
        return blank(column.count, of_anything(), ANYTHING)
    return column.of_count(column.count)


def shifted(column: Column, periods: Any) -> Column:
    if column.kind == NUMBERS and not isinstance(column.element, dtypes.UnknownDType):
        if column.element is dtypes.bool_:
            return blank(column.count, OBJECT, OBJECTS)
        if type(periods) is not int:
            return blank(column.count, dtypes.one_of((column.element, dtypes.float64)))
        return _floats(column) if periods else column
    return column.of_count(column.count)


def differences(column: Column) -> Column:
    if column.kind == DATES:
        from .columns import SPAN

        return blank(column.count, SPAN, SPANS)
    if column.kind == NUMBERS and column.element is dtypes.bool_:
        return blank(column.count, OBJECT, OBJECTS)
    return _floats(column)


def _floats(column: Column) -> Column:
    """As many floats: as wide as they are, doubles of anything else."""
    if column.kind not in (NUMBERS, ANYTHING):
        raise NotModelled
    kinds = column.element.candidates if isinstance(column.element, dtypes.UnknownDType) else (column.element,)
    return blank(
        column.count,
        dtypes.one_of([kind if kind.category >= FLOATING else dtypes.float64 for kind in kinds]),
        column.kind,
    )


def _cumulative(column: Column, name: str) -> Column:
    if column.kind not in (NUMBERS, ANYTHING):
        raise NotModelled
    made = find(f"np.{name}")(column.array)
    if type(made) is not ndarray:
        raise NotModelled
    return Column(made, column.kind)


def clipped(column: Column, lower: Any, upper: Any) -> Column:
    whole = all(bound is None or bound.__class__ is int for bound in (lower, upper))
    if column.kind == ANYTHING:
        return column.of_count(column.count)
    if column.kind != NUMBERS or isinstance(column.element, dtypes.UnknownDType):
        raise NotModelled
    if column.element.category == FLOATING or (whole and column.element is dtypes.int64):
        if all(bound is None or bound.__class__ in (int, float) for bound in (lower, upper)):
            return column.of_count(column.count)
    raise NotModelled


def sampled(count: Any, n: Any, frac: Any) -> Any:
    """How many rows `sample` takes."""
    if frac is None:
        return 1 if n is None else n if n.__class__ is int else _not()
    if type(frac) is Unknown:
        raise NotModelled
    if frac == 1:
        return count
    if type(count) is int:
        return round(frac * count)
    found = share_of(frac * count, "round", "how many rows are taken")
    return part_of(count, "rows", "how many rows are taken") if found is None else found


def part_where(mask: Any, count: Any) -> Any:
    """How many rows a mask takes: the same number each time."""
    array = mask._column.array if isinstance(mask, Series) else mask
    if type(array) is ndarray:
        values = known(array._tensor)
        if values is not None:
            return sum(map(bool, values))
    if isinstance(mask, Series):
        if mask._opposite is not None:
            return count - part_where(mask._opposite, count)
        if mask._column._distinct is None:
            mask._column._distinct = part_of(count, "rows", "how many rows meet a condition")
        return mask._column._distinct
    return part_of(count, "rows", "how many rows meet a condition")


def _of_each(series: Any, function: Any) -> Column:
    """What a function of the script's makes of each value."""
    column = series._column
    values = known(column.array._tensor)
    if values is not None and column.kind != ANYTHING and len(values) <= 64:
        return listed([function(value) for value in series])
    try:
        made = function(series._any())
    except Exception:
        return blank(column.count, of_anything(), ANYTHING)
    return like_one(made, column.count)


def like_one(made: Any, count: Any) -> Column:
    """A column of values that are like this one."""
    kind = kind_of(made)
    if kind is str:
        return of_texts(count)
    if kind in (bool, int, float, complex) or hasattr(kind, "tensor_dtype"):
        one = listed([made])
        return blank(count, one.element, one.kind)
    if made is None or type(made) is Unknown:
        return blank(count, of_anything(), ANYTHING)
    return blank(count, OBJECT, OBJECTS)


def _looked_up(column: Column, table: dict[Any, Any]) -> Column:
    """`map` of a dict: where a value is no key, the result is missing."""
    values = known(column.array._tensor)
    if (
        values is not None
        and column.kind in (NUMBERS, TEXTS)
        and not any(type(v) is Unknown for v in (*table, *table.values()))
    ):
        return listed([table.get(value) if value in table else float("nan") for value in values])
    if not table or any(type(v) is Unknown for v in table.values()):
        return blank(column.count, of_anything(), ANYTHING)
    made = listed(list(table.values()))
    if made.kind == NUMBERS and not isinstance(made.element, dtypes.UnknownDType):
        return blank(
            column.count,
            dtypes.one_of((made.element, dtypes.float64)),
            ANYTHING if made.element is dtypes.bool_ else NUMBERS,
        )
    return made.of_count(column.count)
