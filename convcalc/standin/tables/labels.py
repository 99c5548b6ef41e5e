"""`Index`: the labels of a table's rows, or of its columns.

Labels of rows remember which rows they are of (`origin`: the rows from which they were taken, without one taken twice), so that the rows that remain when
others are dropped can be counted.
"""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.symbols import part_of
from convcalc.tensor.unknown import counted_list, kind_of
from convcalc.tensor.values import Values, few, known

from ..numpy_arrays import ndarray
from ..numpy_rules.registry import NotModelled
from .columns import NUMBERS, TEXTS, Column, column_of, listed, of_texts, scalar_of
from .modelled import modelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Index:
    """`pandas.Index`."""

    __module__ = "pandas"

    def __init__(self, data: Any = (), dtype: Any = None, copy: Any = None, name: Any = None, **others: Any) -> None:
        self._is_range = False
        self._origin: Any = None  # the rows of which these are a part, each of them once
        self.name = name
        if type(data) is Column:
            self._column = data
        elif type(data) is Index:
            self._column, self._is_range, self._origin = data._column, data._is_range, data._origin
        else:
            self._column = _labels(data)

    @property
    def _count(self) -> Any:
        return self._column.count

    def _known(self) -> list[Any] | None:
        """The labels, where they are known."""
        values = known(self._column.array._tensor)
        return None if values is None else list(values)

    # what it is

    def __len__(self) -> Any:
        return self._count

    @property
    def size(self) -> Any:
        return self._count

    @property
    def shape(self) -> Any:
        return (self._count,)

    ndim = 1

    @property
    def empty(self) -> Any:
        return self._count == 0

    @property
    def dtype(self) -> Any:
        return self._column.dtype()

    @property
    def values(self) -> Any:
        return self._column.array

    @property
    def names(self) -> Any:
        return [self.name]

    @property
    def is_unique(self) -> Any:
        return True if self._is_range else Unknown("whether labels are unique", bool)

    def to_numpy(self, dtype: Any = None, **others: Any) -> Any:
        return self._column.array if dtype is None else self._column.array.astype(dtype)

    def __as_array__(self) -> Any:
        return self._column.array

    def tolist(self) -> Any:
        if self._known() is not None or type(self._count) is int:
            return self._column.array.tolist()
        return self.__listed__()

    to_list = tolist

    def __listed__(self) -> Any:
        if type(self._count) is not Unknown:
            return list(self)
        return counted_list[0]("labels of a table", _any_label(self._column), self._count)

    def __iter__(self) -> Any:
        labels = self._known()
        if labels is not None:
            return iter(labels)
        if type(self._count) is int:
            return iter([_any_label(self._column)] * self._count)
        return iter(self._column.array)  # whose length is not known

    def __getitem__(self, key: Any) -> Any:
        held = self._column.array
        if hasattr(type(key), "__as_array__"):
            key = key.__as_array__()
        if kind_of(key) is int and known(held._tensor) is None:
            return _any_label(self._column)
        made = held[key]
        if type(made) is not ndarray:
            values = known(held._tensor)
            if values is not None and type(key) is int:
                return values[key]
            return scalar_of(self._column, made)
        return Index(Column(made, self._column.kind), name=self.name)

    def __contains__(self, label: Any) -> bool:
        labels = self._known()
        if labels is not None and type(label) is not Unknown:
            return label in labels
        return bool(
            Unknown(
                f"whether {label!r} is a label of a table"
                if isinstance(label, str)
                else "whether a label is one of a table",
                bool,
            )
        )

    def __eq__(self, other: object) -> Any:
        return _compared(self, other, True)

    def __ne__(self, other: object) -> Any:
        return _compared(self, other, False)

    def __hash__(self) -> int:
        return id(self) >> 4

    def __repr__(self) -> str:
        return "Index(?)"

    def __getattr__(self, name: str) -> Any:
        from .attributes import of_index

        return of_index(name)

    # labels of other labels

    def drop(self, labels: Any, errors: Any = "raise") -> Any:
        gone = as_labels(labels)
        own = self._known()
        if own is not None and gone is not None:
            missing = [label for label in gone if label not in own]
            if missing and errors == "raise":
                raise KeyError(f"{missing} not found in axis")
            return Index([label for label in own if label not in gone], name=self.name)
        if gone is None or errors != "raise":
            raise NotModelled("which columns a table has")
        return self._of_count(self._count - len(set(gone)))

    def difference(self, other: Any, sort: Any = None) -> Any:
        gone, own = as_labels(other), self._known()
        if gone is None:
            raise NotModelled("which columns a table has")
        if own is not None:
            left = [label for label in own if label not in gone]
            return Index(sorted(left) if all(isinstance(x, str) for x in left) else left, name=self.name)
        return self._of_count(part_of(self._count, "columns", "how many columns there are beside others"))

    def _of_count(self, count: Any) -> Index:
        return Index(self._column.of_count(count), name=self.name)

    def isin(self, values: Any, level: Any = None) -> Any:
        return ndarray(make((self._count,), dtypes.bool_))

    def get_loc(self, key: Any) -> Any:
        own = self._known()
        if own is None or type(key) is Unknown:
            return Unknown("where a label is", int)
        if key not in own:
            raise KeyError(key)
        return own.index(key)

    def astype(self, dtype: Any, copy: Any = True) -> Any:
        raise NotModelled

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        return Index(self)

    def unique(self, level: Any = None) -> Any:
        if self._is_range:
            return self
        own = self._known()
        return Index(list(dict.fromkeys(own))) if own is not None else self._of_count(self._column.distinct())

    def nunique(self, dropna: Any = True) -> Any:
        return self._column.distinct()


modelled(Index, "Index")


def _compared(index: Index, other: Any, equal: bool) -> Any:
    if type(other) is Unknown:
        return Unknown("a comparison of labels")
    own = index._known()
    if own is not None and isinstance(other, (str, int, float)):
        return ndarray(make((len(own),), dtypes.bool_, values=Values([(label == other) is equal for label in own])))
    return ndarray(make((index._count,), dtypes.bool_))


def _any_label(column: Column) -> Any:
    if column.kind == TEXTS:
        return Unknown("a column of a table", str)
    if (
        column.kind == NUMBERS
        and not isinstance(column.element, dtypes.UnknownDType)
        and column.element.category == dtypes.INTEGER
    ):
        return Unknown("the label of a row", int)
    return Unknown("a label of a table")


def _labels(data: Any) -> Column:
    if isinstance(data, range) or data == ():
        return column_of(data if isinstance(data, range) else range(0))
    if type(data) is dict:
        data = list(data)
    if type(data) in (list, tuple):
        return listed(list(data))
    return column_of(data)


def numbered(count: Any) -> Index:
    """The labels of rows that have none of their own: their numbers."""
    values = Values(list(range(count))) if few(count) else None
    made = Index(Column(ndarray(make((count,), dtypes.int64, values=values))))
    made._is_range = True
    return made


def names_of(count: Any) -> Index:
    """The names of so many columns that nobody has read."""
    return Index(of_texts(count))


def some_of(index: Index, count: Any) -> Index:
    """The labels of some of the rows, none of them twice; which, is not known."""
    made = Index(index._column.of_count(count), name=index.name)
    made._origin = index
    return made


def comes_from(index: Any, whole: Index) -> bool:
    """Whether labels are those of some rows of a table, none of them twice, and the table has no label twice."""
    if not isinstance(index, Index) or not is_unique(whole):
        return False
    while index is not None:
        if index is whole:
            return True
        index = index._origin
    return False


def is_unique(index: Index) -> bool:
    while index._origin is not None:
        index = index._origin
    return index._is_range


def as_labels(labels: Any) -> list[Any] | None:
    """The labels that are given as one or as several; None where they are not known."""
    if type(labels) is Unknown:
        return None
    if isinstance(labels, (str, int, float)):
        return [labels]
    if isinstance(labels, tuple):
        return [labels]
    if type(labels) is Index:
        return labels._known()
    if hasattr(type(labels), "__as_array__") or type(labels) is ndarray:
        array = labels if type(labels) is ndarray else labels.__as_array__()
        values = known(array._tensor) if type(array) is ndarray else None
        return None if values is None else list(values)
    if isinstance(labels, (list, set, dict)):
        found = list(labels)
        return None if any(type(label) is Unknown for label in found) else found
    return None
