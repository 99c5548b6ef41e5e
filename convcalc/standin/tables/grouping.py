"""`groupby`, `rolling` and their like: how many groups there are is how many different values the column has by which is grouped."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes
from convcalc.tensor.symbols import part_of

from ..numpy_rules.registry import NotModelled
from .calculating import OF_NUMBERS, OF_ORDER, distinct_labels, element_of_reduction
from .columns import ANYTHING, NUMBERS, OBJECT, OBJECTS, Column, blank, of_anything
from .frame import DataFrame, of_columns, unread_frame
from .labels import Index, as_labels
from .modelled import serves
from .series import Series, of_column
from .unread import Unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@serves
def grouped(thing: Any, by: Any, **others: Any) -> Any:
    """`thing.groupby(by)`"""
    if others.get("as_index", True) is not True or others.get("axis") not in (None, 0) or by is None:
        raise NotModelled
    if isinstance(by, Series):
        keys: Any = by._column
        names: list[Any] = [by.name]
    elif isinstance(thing, DataFrame):
        given = as_labels(by)
        if given is None:
            raise NotModelled
        for name in given:
            thing._column(name)
        keys, names = thing._column(given[0]) if len(given) == 1 else None, given
    else:
        raise NotModelled
    if keys is None:
        count = part_of(thing.index._count, "groups", "how many groups of rows there are")
        keys = blank(count, OBJECT, OBJECTS)
        keys._distinct = count
    return Grouped(thing, keys, names)


class Grouped:
    """What `groupby` gives."""

    __module__ = "pandas"

    def __init__(self, thing: Any, keys: Column, names: list[Any], chosen: Any = None) -> None:
        self._thing, self._keys, self._names, self._chosen = thing, keys, names, chosen

    @property
    def ngroups(self) -> Any:
        return self._keys.distinct()

    def __len__(self) -> Any:
        return self._keys.distinct()

    def __listed__(self) -> Any:
        from convcalc.tensor.unknown import counted_list

        count = part_of(self._thing.index._count, "rows", "how many rows a group has")
        if isinstance(self._thing, Series):
            part: Any = self._thing._rows(self._thing._column.of_count(count))
        else:
            part = self._thing._of_count(count)
        return counted_list[0]("groups of rows", (Unknown("what a group has in common"), part), self._keys.distinct())

    def __iter__(self) -> Any:
        return iter(self.__listed__())

    def __getitem__(self, key: Any) -> Any:
        labels = as_labels(key)
        if labels is None or isinstance(self._thing, Series):
            return Unknown("a column of groups")
        for label in labels:
            self._thing._column(label)
        return Grouped(self._thing, self._keys, self._names, labels if isinstance(key, list) else labels[0])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if isinstance(self._thing, DataFrame) and name in self._thing._named:
            return self[name]
        return Unknown(f"groupby(...).{name}")

    def _index(self) -> Index:
        return Index(distinct_labels(self._keys), name=self._names[0] if len(self._names) == 1 else None)

    def _columns(self) -> dict[Any, Column]:
        """The columns that are grouped, by their names."""
        thing = self._thing
        if isinstance(thing, Series):
            return {thing.name: thing._column}
        if self._chosen is not None:
            names = self._chosen if isinstance(self._chosen, list) else [self._chosen]
            return {name: thing._column(name) for name in names}
        if thing._rest is not None:
            raise NotModelled("the columns of a table")
        return {name: column for name, column in thing._named.items() if name not in self._names}

    def _is_single(self) -> bool:
        return isinstance(self._thing, Series) or (self._chosen is not None and not isinstance(self._chosen, list))

    def _made(self, columns: dict[Any, Column], index: Index) -> Any:
        if self._is_single():
            ((name, column),) = columns.items()
            return of_column(column, index, name)
        return of_columns(columns, index)

    def reduced_by(self, name: str, numeric_only: Any = False) -> Any:
        try:
            held = self._columns()
            if numeric_only:
                held = {label: column for label, column in held.items() if column.kind == NUMBERS}
            elif any(column.kind not in (NUMBERS, ANYTHING) for column in held.values()) and name not in (
                "count",
                "nunique",
                "first",
                "last",
            ):
                raise NotModelled
            index = self._index()
            made = {}
            for label, column in held.items():
                if column.kind not in (NUMBERS, ANYTHING) and name in ("first", "last"):
                    made[label] = column.of_count(index._count)
                else:
                    made[label] = blank(index._count, element_of_reduction(name, column.element), ANYTHING if name in (*OF_ORDER, "first", "last") and column.kind == ANYTHING else NUMBERS)  # fmt: skip
            return self._made(made, index)
        except NotModelled:
            if isinstance(self._thing, DataFrame) and self._chosen is None:
                return unread_frame(None, Unread(), self._index())
            return Unknown(f"groupby(...).{name}(...)")

    def size(self) -> Any:
        index = self._index()
        return of_column(blank(index._count, dtypes.int64), index)

    def transform(self, func: Any, *args: Any, **others: Any) -> Any:
        columns = {name: blank(column.count, element_of_reduction(func, column.element) if isinstance(func, str) and func in (*OF_NUMBERS, *OF_ORDER) and column.kind == NUMBERS else of_anything(), NUMBERS if column.kind == NUMBERS and isinstance(func, str) else ANYTHING) for name, column in self._columns().items()}  # fmt: skip
        return self._made(columns, self._thing.index)

    def cumcount(self, ascending: Any = True) -> Any:
        return of_column(blank(self._thing.index._count, dtypes.int64), self._thing.index)

    ngroup = cumcount

    def agg(self, func: Any = None, *args: Any, **others: Any) -> Any:
        if isinstance(func, str) and not others and not args:
            return self.reduced_by(func)
        return Unknown("groupby(...).agg(...)")

    aggregate = agg


def _reduction(name: str) -> Any:
    def method(self: Any, numeric_only: Any = False, *args: Any, **others: Any) -> Any:
        return self.reduced_by(name, numeric_only)

    method.__name__ = method.__qualname__ = name
    return method


for _name in (*OF_NUMBERS, *OF_ORDER, "count", "nunique", "first", "last"):
    setattr(Grouped, _name, _reduction(_name))


@serves
class Windowed:
    """What `rolling`, `expanding` and `ewm` give: what is made of windows is a double for each row."""

    __module__ = "pandas"

    def __init__(self, thing: Any) -> None:
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in WINDOWED:
            return Unknown(f"rolling(...).{name}")
        return self._made

    def _made(self, *args: Any, **others: Any) -> Any:
        thing = self._thing

        def doubles(column: Column) -> Column:
            return blank(column.count, dtypes.float64)

        if isinstance(thing, Series):
            return (
                thing._with(doubles(thing._column))
                if thing._column.kind in (NUMBERS, ANYTHING)
                else Unknown("rolling(...)")
            )
        if any(column.kind not in (NUMBERS, ANYTHING) for column in thing._all()):
            return Unknown("rolling(...)")
        return thing._each(doubles)

    def __getitem__(self, key: Any) -> Any:
        return Windowed(self._thing[key])


WINDOWED = frozenset("mean std var sum min max median sem skew kurt count quantile".split())
