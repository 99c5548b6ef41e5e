"""`DataFrame`: columns by their names, and the labels of the rows."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.symbols import part_of
from convcalc.tensor.unknown import counted_list

from ..numpy_arrays import ndarray
from ..numpy_rules.registry import NotModelled
from ..numpy_types import OBJECT
from .calculating import OF_NUMBERS, OF_ORDER, calculated, element_of_reduction
from .columns import (  # fmt: skip
    ANYTHING,
    NUMBERS,
    OBJECTS,
    Column,
    blank,
    column_of,
    of_anything,
    replaced,
    rows_of_values,
    together,
)
from .labels import Index, as_labels, names_of, numbered, some_of
from .modelled import HARMLESS, SERVED, modelled, only, serves
from .series import (  # fmt: skip
    Series,
    differences,
    filled,
    never_missing,
    of_column,
    retyped,
    sampled,
    shifted,
)
from .unread import Unread, rows_of
from .unread import of_count as unread_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FIELDS = frozenset(("_named", "_rest", "_gone", "_index"))


def any_type(count: Any) -> Column:
    """A column of which nothing is known, not even that it was read from a file of texts."""
    return blank(count, of_anything(), ANYTHING)


class DataFrame:
    """`pandas.DataFrame`.

    `_named` are the columns whose names are known; with `_rest`, which says how many there are in all, the table has others beside them.
    """

    __module__ = "pandas"
    ndim = 2
    _named: dict[Any, Column]
    _rest: Unread | None
    _gone: frozenset[Any]
    _index: Index

    def __new__(
        cls, data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, copy: Any = None
    ) -> Any:

        try:
            return SERVED["built"](object.__new__(cls), data, index, columns, dtype)
        except NotModelled as unknown:
            return Unknown(unknown.reason or "pandas.DataFrame(...)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    # what it is

    def _count(self) -> Any:
        return self._index._count

    def _width(self) -> Any:
        return len(self._named) if self._rest is None else self._rest.total()

    def __len__(self) -> Any:
        return self._count()

    @property
    def shape(self) -> Any:
        return (self._count(), self._width())

    @property
    def size(self) -> Any:
        return self._count() * self._width()

    @property
    def empty(self) -> Any:
        return self._count() * self._width() == 0

    @property
    def index(self) -> Any:
        return self._index

    @index.setter
    def index(self, labels: Any) -> None:
        self._index = labels if type(labels) is Index else Index(labels)

    @property
    def columns(self) -> Any:
        return Index(list(self._named)) if self._rest is None else names_of(self._width())

    @columns.setter
    def columns(self, names: Any) -> None:
        labels = as_labels(names)
        if labels is None:
            self._become_unread(self._width())
            return
        if self._rest is None:
            if len(labels) != len(self._named):
                raise ValueError(
                    f"Length mismatch: Expected axis has {len(self._named)} elements, new values have {len(labels)} elements"
                )
            self._named = dict(zip(labels, self._named.values()))
        else:
            like = self._rest.like
            self._named = {label: like(self._count()) for label in labels}
            self._rest = None

    @property
    def dtypes(self) -> Any:
        if self._rest is not None:
            return of_column(blank(self._width(), OBJECT, OBJECTS), names_of(self._width()))
        held = [column.dtype() for column in self._named.values()]
        from .columns import _objects

        return of_column(Column(_objects(held), OBJECTS), self.columns)

    def _all(self) -> list[Column]:
        """The columns, with one that stands for those that are not known."""
        found = list(self._named.values())
        return found if self._rest is None else [*found, self._rest.like(self._count())]

    @property
    def values(self) -> Any:
        columns = self._all()
        if not columns:
            raise NotModelled
        element = together(columns)
        shape = (self._count(), self._width())
        values = rows_of_values(columns, element) if self._rest is None else None
        return ndarray(make(shape, element, unknown_strides(shape), values=values))

    def to_numpy(self, dtype: Any = None, copy: Any = False, na_value: Any = None) -> Any:
        made = self.values
        return made if dtype is None or type(made) is not ndarray else made.astype(dtype)

    def __as_array__(self) -> Any:
        return self.values

    def __wrapped__(self, array: Any) -> Any:
        """What a function of numpy's that works value by value made of it, as a table."""
        if type(array) is not ndarray or array.ndim != 2:
            return array
        element = array._tensor.dtype
        return self._each(
            lambda column: blank(column.count, element, column.kind if column.kind == ANYTHING else NUMBERS)
        )

    def check_sequence(self) -> None:
        """PyTorch makes no tensor of it."""
        from convcalc.tensor import ShapeValueError

        raise ShapeValueError("could not determine the shape of object type 'DataFrame'")

    def __listed__(self) -> Any:
        return self.columns.__listed__()

    def __iter__(self) -> Any:
        return iter(self.columns)

    def keys(self) -> Any:
        return self.columns

    def __contains__(self, name: Any) -> bool:
        if type(name) is not Unknown and name in self._named:
            return True
        if self._rest is None and type(name) is not Unknown:
            return False
        return bool(Unknown("whether a table has a column", bool))

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'DataFrame'")

    def __bool__(self) -> bool:
        raise ValueError(
            "The truth value of a DataFrame is ambiguous. Use a.empty, a.bool(), a.item(), a.any() or a.all()."
        )

    def __repr__(self) -> str:
        return "DataFrame(?)"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in FIELDS:
            raise AttributeError(f"'DataFrame' object has no attribute '{name}'")
        if name in self._named:
            return self._one(name)
        from .attributes import of_frame

        return of_frame(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in FIELDS and name not in ("columns", "index") and name in self._named:
            self[name] = value
        else:
            object.__setattr__(self, name, value)

    # columns

    def _column(self, name: Any) -> Column:
        """The column of a name; KeyError where there certainly is none."""
        found = self._named.get(name)
        if found is None:
            if self._rest is None or name in self._gone:
                raise KeyError(name)
            found = self._named[name] = self._rest.like(self._count())
        return found

    def _one(self, name: Any) -> Any:
        return of_column(self._column(name), self._index, name)

    def _some(self, labels: list[Any]) -> Any:
        """The columns of these names."""
        missing = [
            label for label in labels if label not in self._named and (self._rest is None or label in self._gone)
        ]
        if missing:
            raise KeyError(
                f"{missing} not in index" if len(missing) < len(labels) else f"None of [{missing}] are in the [columns]"
            )
        if len(set(labels)) != len(labels):
            raise NotModelled("a table with two columns of one name")
        return of_columns({label: self._column(label) for label in labels}, self._index)

    def __getitem__(self, key: Any) -> Any:

        return SERVED["columns_by_key"](self, key)

    def __setitem__(self, name: Any, value: Any) -> None:

        SERVED["set_columns"](self, name, value)

    def __delitem__(self, name: Any) -> None:
        self._take_from(self.drop(columns=name))

    def pop(self, item: Any) -> Any:
        found = self._one(item)
        self._take_from(_without(self, [item], "raise"))
        return found

    def insert(self, loc: Any, column: Any, value: Any, allow_duplicates: Any = False) -> None:
        self[column] = value

    def _take_from(self, other: Any) -> None:
        """Become what another table is."""
        if type(other) is Unknown:
            self._become_unread(None)
            return
        self._named, self._rest, self._gone, self._index = other._named, other._rest, other._gone, other._index

    def _become_unread(self, width: Any, rows: Any = None) -> None:
        self._named, self._gone = {}, frozenset()
        self._rest = Unread(like=any_type) if width is None else unread_count(width, any_type)
        if width is None:
            self._index = numbered(rows_of(reason="how many rows a table has") if rows is None else rows)

    def _in_place(self, made: Any, inplace: Any) -> Any:
        if type(inplace) is Unknown:
            raise NotModelled
        if not inplace:
            return made
        self._take_from(made)
        return None

    def drop(self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, level: Any = None, inplace: Any = False, errors: Any = "raise") -> Any:  # fmt: skip
        if type(axis) is Unknown or type(errors) is Unknown or level is not None:
            raise NotModelled
        if labels is not None:
            if axis in (1, "columns"):
                columns = labels
            else:
                index = labels
        made = self
        if columns is not None:
            given = as_labels(columns)
            if given is None:
                made = unread_frame(
                    self._count(), Unread(like=any_type if self._rest is None else self._rest.like), self._index
                )
            else:
                made = _without(self, given, errors)
        if index is not None:
            made = made._rows(some_of(made._index, SERVED["count_without"](made._index, index)))
        return self._in_place(made, inplace)

    def rename(
        self,
        mapper: Any = None,
        *,
        index: Any = None,
        columns: Any = None,
        axis: Any = 0,
        inplace: Any = False,
        **others: Any,
    ) -> Any:
        only(others, *HARMLESS)
        if mapper is not None and axis in (1, "columns"):
            columns = mapper
        if columns is None:
            return self._in_place(self._like(), inplace)
        if isinstance(columns, dict):
            names = {name: columns.get(name, name) for name in self._named}
        elif callable(columns):
            names = {name: columns(name) for name in self._named}
        else:
            raise NotModelled
        if self._rest is not None:
            for old, new in columns.items() if isinstance(columns, dict) else ():
                names.setdefault(old, new)
                self._column(old)
        made = of_columns({names[name]: column for name, column in self._named.items()}, self._index)
        made._rest = self._rest
        return self._in_place(made, inplace)

    def assign(self, **columns: Any) -> Any:
        made = self._like()
        for name, value in columns.items():
            made[name] = value(made) if callable(value) and type(value) is not Unknown else value
        return made

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Any:

        return SERVED["of_types"](self, include, exclude)

    # the same rows

    def _like(self) -> Any:
        made = of_columns(dict(self._named), self._index)
        made._rest, made._gone = self._rest, self._gone
        return made

    def _each(self, function: Callable[[Column], Column]) -> Any:
        """The table of what a function makes of each column."""
        made = of_columns({name: function(column) for name, column in self._named.items()}, self._index)
        if self._rest is not None:
            like = self._rest.like
            made._rest = self._rest.others(lambda count: function(like(count)))
        made._gone = self._gone
        return made

    def copy(self, deep: Any = True) -> Any:
        return self._each(lambda column: Column(column.array.copy(), column.kind))

    def astype(self, dtype: Any, copy: Any = None, errors: Any = "raise") -> Any:
        if errors != "raise":
            raise NotModelled
        if isinstance(dtype, dict):
            made = self._like()
            for name, kind in dtype.items():
                made._named[name] = retyped(self._column(name), kind)
            return made
        return self._each(lambda column: retyped(column, dtype))

    def fillna(self, value: Any = None, *, inplace: Any = False, **others: Any) -> Any:
        plain = value if isinstance(value, (int, float, str)) else None
        return self._in_place(self._each(lambda column: filled(column, plain)), inplace)

    def ffill(self, inplace: Any = False, **others: Any) -> Any:
        return self._in_place(self._each(lambda column: filled(column, None)), inplace)

    bfill = ffill
    interpolate = ffill

    def isna(self) -> Any:
        return self._each(lambda column: blank(column.count, dtypes.bool_))

    notna = isnull = notnull = isna

    def isin(self, values: Any) -> Any:
        return self._each(lambda column: blank(column.count, dtypes.bool_))

    def replace(self, to_replace: Any = None, value: Any = None, inplace: Any = False, **others: Any) -> Any:
        return self._in_place(self._each(replaced), inplace)

    where = mask = lambda self, *args, **others: self._each(replaced)

    def shift(self, periods: Any = 1, **others: Any) -> Any:
        only(others)
        return self._each(lambda column: shifted(column, periods))

    def diff(self, periods: Any = 1, axis: Any = 0) -> Any:
        return self._each(differences)

    def pct_change(self, *args: Any, **others: Any) -> Any:
        return self._each(differences)

    def abs(self) -> Any:
        return self._each(lambda column: Column(abs(column.array), column.kind))

    __abs__ = abs

    def round(self, decimals: Any = 0, **others: Any) -> Any:
        return self._each(lambda column: column.of_count(column.count))

    def clip(self, lower: Any = None, upper: Any = None, **others: Any) -> Any:
        from .series import clipped

        return self._each(lambda column: clipped(column, lower, upper))

    def cumsum(self, **others: Any) -> Any:
        return self._each(lambda column: of_column(column, self._index).cumsum()._column)

    def map(self, func: Any, na_action: Any = None, **kwargs: Any) -> Any:
        return self._each(lambda column: of_column(column, self._index).map(func)._column)

    applymap = map

    def apply(
        self, func: Any, axis: Any = 0, raw: Any = False, result_type: Any = None, args: Any = (), **kwargs: Any
    ) -> Any:

        return SERVED["applied"](self, func, axis, args, kwargs)

    def rolling(self, window: Any, **others: Any) -> Any:

        return SERVED["Windowed"](self)

    def ewm(self, *args: Any, **others: Any) -> Any:

        return SERVED["Windowed"](self)

    def reset_index(self, level: Any = None, *, drop: Any = False, inplace: Any = False, **others: Any) -> Any:
        if type(drop) is Unknown or level is not None:
            raise NotModelled
        made = self._like()
        if not drop:
            label = "index" if self._index.name is None else self._index.name
            if self._rest is None:
                made._named = {label: self._index._column, **made._named}
            else:
                made._named[label] = self._index._column
                made._rest = self._rest.more(1)
        made._index = numbered(self._count())
        return self._in_place(made, inplace)

    def set_index(self, keys: Any, *, drop: Any = True, inplace: Any = False, **others: Any) -> Any:
        if isinstance(keys, list) and len(keys) == 1:
            (keys,) = keys
        if isinstance(keys, (list, tuple)) or type(keys) is Unknown or drop is not True:
            raise NotModelled
        if hasattr(type(keys), "__as_array__"):
            made = self._like()
            made._index = Index(column_of(keys))
            return self._in_place(made, inplace)
        column = self._column(keys)
        made = _without(self, [keys], "raise")
        made._index = Index(column, name=keys)
        return self._in_place(made, inplace)

    # other rows

    def _rows(self, index: Index) -> Any:
        """Some of the rows; which, is not known."""
        made = self._each(lambda column: column.of_count(index._count))
        made._index = index
        return made

    def _of_count(self, count: Any) -> Any:
        return self._rows(some_of(self._index, count))

    def head(self, n: Any = 5) -> Any:
        return self.iloc[:n]

    def tail(self, n: Any = 5) -> Any:
        if type(n) is not int or n <= 0:
            raise NotModelled
        return self.iloc[-n:]

    def sample(self, n: Any = None, frac: Any = None, replace: Any = False, weights: Any = None, random_state: Any = None, axis: Any = None, ignore_index: Any = False) -> Any:  # fmt: skip
        if axis not in (None, 0, "index") or type(replace) is Unknown:
            raise NotModelled
        made = self._of_count(sampled(self._count(), n, frac))
        if ignore_index is True:
            made._index = numbered(made._count())
        elif replace:
            made._index._origin = None
        return made

    def sort_values(self, by: Any = None, *, inplace: Any = False, ignore_index: Any = False, **others: Any) -> Any:
        for label in as_labels(by) or ():
            self._column(label)
        made = self._of_count(self._count())
        if ignore_index is True:
            made._index = numbered(made._count())
        return self._in_place(made, inplace)

    def sort_index(self, *, inplace: Any = False, **others: Any) -> Any:
        if others.get("axis") not in (None, 0):
            raise NotModelled
        return self._in_place(self._of_count(self._count()), inplace)

    def dropna(self, *, axis: Any = 0, how: Any = None, thresh: Any = None, subset: Any = None, inplace: Any = False, ignore_index: Any = False) -> Any:  # fmt: skip
        if axis not in (0, "index"):
            made = unread_frame(
                self._count(), Unread(like=any_type if self._rest is None else self._rest.like), self._index
            )
            return self._in_place(made, inplace)
        if self._rest is None and all(map(never_missing, self._named.values())):
            made = self._like()
        else:
            made = self._of_count(part_of(self._count(), "rows", "how many rows miss nothing"))
        if ignore_index is True:
            made._index = numbered(made._count())
        return self._in_place(made, inplace)

    def drop_duplicates(
        self, subset: Any = None, *, keep: Any = "first", inplace: Any = False, ignore_index: Any = False
    ) -> Any:
        labels = None if subset is None else as_labels(subset)
        if labels is not None and len(labels) == 1 and keep != False:  # noqa: E712
            count = self._column(labels[0]).distinct()
        else:
            count = part_of(self._count(), "rows", "how many different rows there are")
        made = self._of_count(count)
        if ignore_index is True:
            made._index = numbered(count)
        return self._in_place(made, inplace)

    def duplicated(self, *args: Any, **others: Any) -> Any:
        return of_column(blank(self._count(), dtypes.bool_), self._index)

    def query(self, expr: Any, *, inplace: Any = False, **others: Any) -> Any:
        return self._in_place(self._of_count(part_of(self._count(), "rows", "how many rows meet a condition")), inplace)

    def filter(self, items: Any = None, **others: Any) -> Any:
        given = None if items is None else as_labels(items)
        if given is None or others:
            raise NotModelled
        if self._rest is not None:
            raise NotModelled
        return self._some([label for label in given if label in self._named])

    def nlargest(self, n: Any, columns: Any, keep: Any = "first") -> Any:
        count = self._count()
        if type(n) is not int or type(count) is not int or n > count:
            raise NotModelled
        return self._of_count(n)

    nsmallest = nlargest

    @property
    def iloc(self) -> Any:

        return SERVED["Places"](self)

    @property
    def loc(self) -> Any:

        return SERVED["Labels"](self)

    iat = iloc
    at = loc

    # other tables

    def groupby(self, by: Any = None, **others: Any) -> Any:

        return SERVED["grouped"](self, by, **others)

    def merge(self, right: Any, **others: Any) -> Any:

        return SERVED["merge"](self, right, **others)

    def join(self, other: Any, **others: Any) -> Any:

        return SERVED["joined"](self, other, **others)

    def append(self, other: Any, ignore_index: Any = False, **others: Any) -> Any:

        return SERVED["concat"]([self, other], ignore_index=ignore_index)

    @property
    def T(self) -> Any:
        return self.transpose()

    def transpose(self, *args: Any, **others: Any) -> Any:
        made = self.values
        if type(made) is not ndarray:
            raise NotModelled
        element, count, width = made._tensor.dtype, self._count(), self._width()
        kind = OBJECTS if element is OBJECT else ANYTHING if isinstance(element, dtypes.UnknownDType) else NUMBERS

        def like(rows: Any) -> Column:
            return blank(rows, element, kind)

        labels = self._index._known()
        if labels is not None and len(set(labels)) == len(labels):
            return of_columns({label: like(width) for label in labels}, self.columns)
        return unread_frame(width, unread_count(count, like), self.columns)

    def corr(self, method: Any = "pearson", min_periods: Any = 1, numeric_only: Any = False) -> Any:
        if self._rest is not None and numeric_only is True:
            raise NotModelled
        names = [name for name, column in self._named.items() if column.kind == NUMBERS or numeric_only is not True]
        if self._rest is None:
            return of_columns({name: blank(len(names), dtypes.float64) for name in names}, Index(names))
        return unread_frame(self._width(), self._rest.others(lambda count: blank(count, dtypes.float64)), self.columns)

    cov = corr

    def describe(self, **others: Any) -> Any:
        if others or self._rest is not None:
            return unread_frame(None, Unread(like=any_type))
        names = [
            name
            for name, column in self._named.items()
            if column.kind == NUMBERS and column.element is not dtypes.bool_
        ]
        if not names or any(column.kind == ANYTHING for column in self._named.values()):
            raise NotModelled
        return of_columns(
            {name: blank(8, dtypes.float64) for name in names}, Index("count mean std min 25% 50% 75% max".split())
        )

    def nunique(self, axis: Any = 0, dropna: Any = True) -> Any:
        if axis != 0:
            raise NotModelled
        return self._reduced(lambda column: dtypes.int64)

    def count(self, axis: Any = 0, numeric_only: Any = False) -> Any:
        return (
            self._reduced(lambda column: dtypes.int64)
            if axis in (0, "index")
            else of_column(blank(self._count(), dtypes.int64), self._index)
        )

    def value_counts(self, *args: Any, **others: Any) -> Any:
        count = part_of(self._count(), "rows", "how many different rows there are")
        return of_column(blank(count, dtypes.int64), Index(blank(count, OBJECT, OBJECTS)))

    def _reduced(self, element: Callable[[Column], Any]) -> Any:
        """A value of each column, with their names."""
        made = [blank(1, element(column)) for column in self._all()]
        if not made:
            raise NotModelled
        found = together(made)
        kind = OBJECTS if found is OBJECT else NUMBERS
        return of_column(blank(self._width(), found, kind), self.columns)

    def _of_rows(self, element: Callable[[Any], Any]) -> Any:
        """A value of each row."""
        held = together(self._all())
        return of_column(
            blank(self._count(), OBJECT if held is OBJECT else element(held), OBJECTS if held is OBJECT else NUMBERS),
            self._index,
        )

    # row by row

    def items(self) -> Any:
        if self._rest is not None:
            return counted_list[0]("the columns of a table", (Unknown("a column of a table", str), of_column(self._rest.like(self._count()), self._index)), self._width())  # fmt: skip
        return [(name, of_column(column, self._index, name)) for name, column in self._named.items()]

    iteritems = items

    def iterrows(self) -> Any:

        count = self._count()
        if type(count) is int and count <= 1000:
            return list(zip(self._index, [SERVED["boxed"](SERVED["row_at"](self, place)) for place in range(count)]))
        return counted_list[0](
            "the rows of a table", (Unknown("the label of a row"), SERVED["boxed"](SERVED["any_row"](self))), count
        )

    def itertuples(self, index: Any = True, name: Any = "Pandas") -> Any:
        return counted_list[0]("the rows of a table", Unknown("a row of a table"), self._count())

    def to_dict(self, orient: Any = "dict", **others: Any) -> Any:
        count = self._count()
        if orient == "records" and self._rest is None:
            if type(count) is int:
                if count > 1000:
                    raise NotModelled
                held = {name: list(of_column(column, self._index)) for name, column in self._named.items()}
                return [{name: values[row] for name, values in held.items()} for row in range(count)]
            one = {name: of_column(column, self._index)._any() for name, column in self._named.items()}
            return counted_list[0]("the rows of a table", one, count)
        if orient == "list" and self._rest is None:
            return {name: of_column(column, self._index).tolist() for name, column in self._named.items()}
        raise NotModelled

    def info(self, *args: Any, **others: Any) -> None:
        """Prints something."""

    to_csv = to_pickle = to_parquet = to_excel = to_json = to_feather = to_hdf = to_sql = info

    def __neg__(self) -> Any:
        return operated_frame(self, "mul", -1, False)

    def __invert__(self) -> Any:
        return self._each(lambda column: column.of_count(column.count))


def _reduction(name: str) -> Any:
    def method(self: Any, axis: Any = 0, skipna: Any = True, numeric_only: Any = False, **others: Any) -> Any:
        if type(axis) is Unknown or type(numeric_only) is Unknown:
            raise NotModelled
        if axis is None:
            raise NotModelled
        table = self
        if numeric_only and any(column.kind not in (NUMBERS, ANYTHING) for column in self._named.values()):
            table = of_columns({n: c for n, c in self._named.items() if c.kind in (NUMBERS, ANYTHING)}, self._index)
            table._rest = None
        if numeric_only and self._rest is not None:
            width = part_of(self._width(), "features", "how many columns have numbers")
            table = unread_frame(self._count(), unread_count(width, self._rest.like), self._index)
        if any(column.kind not in (NUMBERS, ANYTHING) for column in table._all()):
            raise NotModelled
        if axis in (1, "columns"):
            return table._of_rows(lambda element: element_of_reduction(name, element))
        return table._reduced(lambda column: element_of_reduction(name, column.element))

    method.__name__ = method.__qualname__ = name
    return method


for _name in (*OF_NUMBERS, *OF_ORDER, "any", "all"):
    setattr(DataFrame, _name, _reduction(_name))
modelled(DataFrame, "DataFrame")


def _frame_operator(name: str, reflected: bool) -> Any:
    def operator(self: Any, other: Any, *modulus: Any) -> Any:
        if hasattr(type(other), "__torch_function__"):
            return NotImplemented
        return operated_frame(self, name, other, reflected)

    return operator


def _frame_method(name: str, reflected: bool) -> Any:
    def method(self: Any, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Any:
        if axis in (0, "index") and isinstance(other, Series):
            return self._each(lambda column: calculated(name, column, other._column, reflected))
        return operated_frame(self, name, other, reflected)

    method.__name__ = method.__qualname__ = name
    return method


def _operators() -> None:
    from ..numpy_types import COMPARISONS, OPERATIONS
    from .series import METHODS

    for name in (*OPERATIONS, *COMPARISONS):
        if name in ("divmod", "matmul", "lshift", "rshift"):
            continue
        setattr(DataFrame, f"__{name}__", _frame_operator(name, False))
        if name in OPERATIONS:
            setattr(DataFrame, f"__r{name}__", _frame_operator(name, True))
        if name not in ("and", "or", "xor"):
            for word in METHODS.get(name, name).split():
                setattr(DataFrame, word, _frame_method(name, False))


_operators()


def operated_frame(frame: Any, name: str, other: Any, reflected: bool) -> Any:
    """`frame <name> other`: with a single value, with a value for each column, with another table; an unknown where nobody knows."""
    try:
        if isinstance(other, DataFrame):
            return _with_table(frame, name, other)
        if isinstance(other, Series):
            one = of_column(Column(ndarray(make((1,), other._column.element)), other._column.kind), numbered(1))
            if frame._rest is None and (other.index._known() is None or list(frame._named) != other.index._known()):
                raise NotModelled
            if other._column.kind not in (NUMBERS, ANYTHING):
                raise NotModelled
            return frame._each(lambda column: calculated(name, column, one._column, reflected))
        if isinstance(other, (list, tuple, ndarray, Index)):
            raise NotModelled
        return frame._each(lambda column: calculated(name, column, other, reflected))
    except NotModelled as unknown:
        return Unknown(unknown.reason or "what is calculated of a table")


def _with_table(frame: Any, name: str, other: Any) -> Any:
    from .series import are_aligned

    if frame._rest is not None or other._rest is not None or list(frame._named) != list(other._named):
        raise NotModelled
    if not are_aligned(
        of_column(blank(frame._count(), dtypes.bool_), frame._index),
        of_column(blank(other._count(), dtypes.bool_), other._index),
    ):
        raise NotModelled
    return of_columns(
        {label: calculated(name, column, other._named[label]) for label, column in frame._named.items()}, frame._index
    )


@serves
def of_columns(named: dict[Any, Column], index: Index) -> Any:
    """A table of columns."""
    made = object.__new__(DataFrame)
    made._named, made._rest, made._gone, made._index = named, None, frozenset(), index
    return made


def unread_frame(rows: Any, rest: Unread, index: Index | None = None) -> Any:
    """A table of which no column's name is known; of `rows` rows, a symbol where that is None."""
    made = of_columns({}, numbered(rows_of() if rows is None else rows) if index is None else index)
    made._rest = rest
    return made


def _without(frame: Any, labels: list[Any], errors: Any) -> Any:
    """A table without the columns of these names."""
    gone = list(dict.fromkeys(labels))
    sure = [label for label in gone if label in frame._named]
    missing = [label for label in gone if label not in frame._named and (frame._rest is None or label in frame._gone)]
    if missing and errors == "raise":
        raise KeyError(f"{missing} not found in axis")
    made = frame._like()
    made._named = {name: column for name, column in frame._named.items() if name not in gone}
    made._gone = frame._gone | set(gone)
    if frame._rest is not None:
        unsure = [label for label in gone if label not in sure and label not in missing]
        made._rest = (
            frame._rest.more(len(missing) - len(gone))
            if errors == "raise" or not unsure
            else Unread(like=frame._rest.like)
        )
    return made
