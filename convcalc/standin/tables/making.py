"""What pandas itself makes tables and columns of: files, other tables, dates, codes.

Sources: pandas/io, pandas/core/reshape
"""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.symbols import part_of
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import Values, known

from ..numpy_arrays import ndarray
from ..numpy_rules.registry import NotModelled, answering
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
    anything,
    blank,
    column_of,
    is_number,
    is_text,
    together,
)
from .frame import DataFrame, any_type, of_columns, unread_frame
from .labels import Index, as_labels, numbered
from .modelled import serves
from .series import Series, of_column, retyped
from .unread import Unread, rows_of
from .unread import of_count as unread_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# files: none is read


def _reader(name: str, of_texts: bool) -> Any:
    """A function that reads a table; from texts pandas makes truth values, whole numbers and doubles, other files may have any types."""

    def read(*args: Any, **options: Any) -> Any:
        if options.get("chunksize") is not None or options.get("iterator") or options.get("typ") == "series":
            raise NotModelled
        if name == "read_excel" and "sheet_name" in options and not isinstance(options["sheet_name"], (str, int)):
            raise NotModelled
        if any(options.get(word) is not None for word in ("dtype_backend", "parse_dates_columns", "squeeze")):
            raise NotModelled
        return _read(options, anything if of_texts else any_type)

    read.__name__ = read.__qualname__ = name
    return answering(f"pandas.{name}", read)


def _read(options: dict[str, Any], like: Any) -> Any:
    if type(options.get("nrows")) is Unknown or options.get("dtype_backend") is not None:
        raise NotModelled
    rows = rows_of()
    if options.get("nrows") is not None:  # at most so many
        rows = part_of(options["nrows"], "rows", "how many rows a file has")
    kind = options.get("dtype")
    if kind is not None and not isinstance(kind, dict):
        of_all = like

        def like(count: Any) -> Column:
            return retyped(of_all(count), kind)

    made = unread_frame(rows, Unread(like=like))
    names = options.get("names") if options.get("names") is not None else None
    used = options.get("usecols")
    labels = None if names is None else as_labels(names)
    chosen = None if used is None or callable(used) else as_labels(used)
    if chosen is not None and labels is not None and all(type(name) is int for name in chosen):
        labels = [labels[at] for at in chosen]
    elif chosen is not None and all(isinstance(name, str) for name in chosen):
        labels = chosen
    if labels is not None:
        made = of_columns({name: like(rows) for name in labels}, made._index)
    elif chosen is not None:
        made._rest = unread_count(len(chosen), like)
    elif used is not None:
        made._rest = Unread(like=like)
    if isinstance(kind, dict):
        for name, spec in kind.items():
            made._named[name] = retyped(made._column(name), spec)
    dates = options.get("parse_dates")
    if isinstance(dates, list):
        for name in dates:
            if isinstance(name, str):
                made._named[name] = blank(rows, DATE, DATES)
    index = options.get("index_col")
    if index is not None and index is not False:
        if isinstance(index, str):
            return made.set_index(index)
        if made._rest is None and type(index) is int:
            return made.set_index(list(made._named)[index])
        if not isinstance(index, int):
            raise NotModelled
        made._rest = made._rest.more(-1)
        made._index = Index(like(rows))
    return made


READERS = {
    name: _reader(name, name in ("read_csv", "read_table", "read_fwf", "read_excel", "read_html", "read_clipboard"))
    for name in "read_csv read_table read_fwf read_excel read_clipboard read_feather read_parquet read_sql read_sql_query read_sql_table read_stata read_sas read_orc read_spss read_json read_xml".split()
}  # fmt: skip


# tables of tables


@serves
def concat(
    objs: Any, *, axis: Any = 0, join: Any = "outer", ignore_index: Any = False, keys: Any = None, **others: Any
) -> Any:
    """One table under, or beside, the other."""
    if type(objs) is Unknown or join != "outer" or keys is not None or type(axis) is Unknown:
        raise NotModelled
    parts = list(objs.values()) if isinstance(objs, dict) else list(objs)
    if any(type(part) is Unknown for part in parts):
        return _of_unknown_parts(parts, axis)
    parts = [part for part in parts if part is not None]
    if not parts:
        raise ValueError("No objects to concatenate")
    if not all(isinstance(part, (Series, DataFrame)) for part in parts):
        raise TypeError("cannot concatenate object; only Series and DataFrame objs are valid")
    if axis in (1, "columns"):
        return _beside(parts)
    if all(isinstance(part, Series) for part in parts):
        count = _sum(part._column.count for part in parts)
        column = _joined([part._column for part in parts], count)
        return of_column(
            column,
            _labels_of(parts, count, ignore_index),
            parts[0].name if len({part.name for part in parts}) == 1 else None,
        )
    if not all(isinstance(part, DataFrame) for part in parts):
        raise NotModelled
    parts = [part for part in parts if part._rest is not None or part._named] or parts[:1]
    count = _sum(part._count() for part in parts)
    index = _labels_of(parts, count, ignore_index)
    if all(part._rest is None for part in parts):
        names = list(dict.fromkeys(name for part in parts for name in part._named))
        made = {}
        for name in names:
            held = [part._named[name] for part in parts if name in part._named]
            made[name] = _joined(held, count) if len(held) == len(parts) else any_type(count)
        return of_columns(made, index)
    first = parts[0]._rest
    same = all(
        part._rest is not None and part._rest.base is first.base and part._rest.offset == first.offset for part in parts
    )
    made = unread_frame(count, first.others(any_type) if same else Unread(like=any_type), index)
    likes = {part._rest.like for part in parts if part._rest is not None}
    if len(likes) == 1 and all(part._rest is not None for part in parts):
        made._rest.like = likes.pop()
    for name in parts[0]._named:
        if all(name in part._named for part in parts):
            made._named[name] = _joined([part._named[name] for part in parts], count)
    return made


def _of_unknown_parts(parts: list[Any], axis: Any) -> Any:
    if (
        len(parts) == 2
        and type(parts[1]) is Unknown
        and parts[1].is_rest
        and isinstance(parts[0], DataFrame)
        and axis in (0, "index")
    ):
        rows = rows_of(reason="how many rows several tables have")
        return (
            unread_frame(rows, Unread(like=any_type)) if parts[0]._rest is not None else parts[0]._rows(numbered(rows))
        )
    raise NotModelled


def _sum(counts: Any) -> Any:
    total: Any = 0
    for count in counts:
        total = count + total
    return total


def _labels_of(parts: list[Any], count: Any, ignore_index: Any) -> Index:
    if ignore_index is True:
        return numbered(count)
    if len(parts) == 1:
        return parts[0].index  # type: ignore[no-any-return]
    made = Index(parts[0].index._column.of_count(count))
    made._is_range = False
    made._origin = Index(made._column)  # some may be there twice
    return made


def _joined(columns: list[Column], count: Any) -> Column:
    """Columns under one another."""
    kinds = {column.kind for column in columns}
    if len(columns) == 1:
        return columns[0]
    if len(kinds) == 1 and kinds <= {TEXTS, DATES, SPANS, OBJECTS}:
        return columns[0].of_count(count)
    if not kinds <= {NUMBERS, ANYTHING}:
        return any_type(count)
    element = together(columns)
    if element is OBJECT:
        return blank(count, OBJECT, OBJECTS)
    if ANYTHING in kinds:
        return blank(count, element, ANYTHING)
    held = [known(column.array._tensor) for column in columns]
    made = blank(count, element)
    if (
        all(values is not None for values in held)
        and all(column.element is element for column in columns)
        and type(count) is int
    ):
        made = Column(ndarray(make((count,), element, values=Values([v for values in held for v in values]))))  # type: ignore[union-attr]
    return made


def _beside(parts: list[Any]) -> Any:
    index = parts[0].index
    for part in parts[1:]:
        other = part.index
        if other is index or other._column is index._column:
            continue
        if (
            index._is_range
            and other._is_range
            and (index._count is other._count or (index._count == other._count) is True)
        ):
            continue
        own, others = index._known(), other._known()
        if own is not None and own == others:
            continue
        raise NotModelled("tables that have other labels")
    named: dict[Any, Column] = {}
    rest = None
    for at, part in enumerate(parts):
        if isinstance(part, Series):
            name = part.name if part.name is not None else at
            if name in named:
                raise NotModelled("a table with two columns of one name")
            named[name] = part._column
            rest = None if rest is None else rest.more(1)
            continue
        if any(name in named for name in part._named):
            raise NotModelled("a table with two columns of one name")
        if part._rest is not None:
            rest = (
                part._rest.more(len(named)) if rest is None else unread_count(rest.total() + part._width(), rest.like)
            )
        elif rest is not None:
            rest = rest.more(len(part._named))
        named.update(part._named)
    made = of_columns(named, index)
    if rest is not None:
        made._rest = rest
    return made


@serves
def merge(
    left: Any, right: Any, how: Any = "inner", on: Any = None, left_on: Any = None, right_on: Any = None, **others: Any
) -> Any:
    """Tables joined by what they have in common: how many rows come of it, nobody knows."""
    if not isinstance(left, DataFrame) or not isinstance(right, (DataFrame, Series)) or isinstance(right, Series):
        raise NotModelled
    rows = rows_of(reason="how many rows two tables make together")
    if (
        left._rest is not None
        or right._rest is not None
        or others.get("left_index")
        or others.get("right_index")
        or how == "cross"
    ):
        return unread_frame(rows, Unread(like=any_type))
    keys = as_labels(on) if on is not None else None
    if keys is None and left_on is None:
        keys = [name for name in left._named if name in right._named]
    if keys is None:
        return unread_frame(rows, Unread(like=any_type))
    for key in keys:
        left._column(key)
        right._column(key)
    ends = others.get("suffixes", ("_x", "_y"))
    both = [name for name in left._named if name in right._named and name not in keys]
    if both and not (isinstance(ends, (tuple, list)) and all(isinstance(end, str) for end in ends)):
        raise NotModelled
    certain = how == "inner"

    def of(column: Column) -> Column:
        return column.of_count(rows) if certain else any_type(rows)

    made = {f"{name}{ends[0]}" if name in both else name: of(column) for name, column in left._named.items()}
    made.update(
        {
            f"{name}{ends[1]}" if name in both else name: of(column)
            for name, column in right._named.items()
            if name not in keys
        }
    )
    return of_columns(made, numbered(rows))


@serves
def joined(left: Any, right: Any, **others: Any) -> Any:
    if others or not isinstance(right, (DataFrame, Series)):
        raise NotModelled
    return _beside([left, right])


# codes


def get_dummies(data: Any, prefix: Any = None, prefix_sep: Any = "_", dummy_na: Any = False, columns: Any = None, sparse: Any = False, drop_first: Any = False, dtype: Any = None) -> Any:  # fmt: skip
    """A column of truth values for each different value."""
    if type(data) is Unknown:
        raise NotModelled(data.reason)
    if isinstance(data, (list, tuple, ndarray)):
        data = of_column(column_of(data), numbered(len(data) if not isinstance(data, ndarray) else data.shape[0]))
    element = dtypes.bool_ if dtype is None else retyped(blank(1, dtypes.int64), dtype).element
    less = 1 if drop_first is True else 0
    more = 1 if dummy_na is True else 0
    if isinstance(data, Series):
        names = _dummies_of(data._column, prefix, prefix_sep, less, more)
        if names is not None:
            return of_columns({name: blank(data._column.count, element) for name in names}, data.index)
        distinct = data._column.distinct() - less + more
        return unread_frame(data._column.count, unread_count(distinct, lambda count: blank(count, element)), data.index)
    if not isinstance(data, DataFrame):
        raise NotModelled
    if data._rest is not None:
        return unread_frame(data._count(), Unread(like=any_type), data._index)
    chosen = as_labels(columns) if columns is not None else None
    if columns is not None and chosen is None:
        raise NotModelled
    if chosen is None:
        if any(column.kind == ANYTHING for column in data._named.values()):
            return unread_frame(data._count(), Unread(like=any_type), data._index)
        chosen = [name for name, column in data._named.items() if column.kind in (TEXTS, OBJECTS, CATEGORIES)]
    for name in chosen:
        data._column(name)
    made = {name: column for name, column in data._named.items() if name not in chosen}
    width: Any = len(made)
    unsure = False
    for at, name in enumerate(chosen):
        lead = (
            prefix[at]
            if isinstance(prefix, (list, tuple))
            else prefix.get(name, name)
            if isinstance(prefix, dict)
            else name
            if prefix is None
            else prefix
        )
        found = _dummies_of(data._named[name], lead, prefix_sep, less, more)
        if found is None:
            unsure = True
            width = width + (data._named[name].distinct() - less + more)
        else:
            made.update({label: blank(data._count(), element) for label in found})
            width = width + len(found)
    if not unsure:
        return of_columns(made, data._index)
    table = unread_frame(data._count(), unread_count(width, lambda count: blank(count, element)), data._index)
    table._named = made
    return table


def _dummies_of(column: Column, prefix: Any, sep: Any, less: int, more: int) -> list[str] | None:
    """The names of the columns that are made of one; None where its values are not known."""
    values = known(column.array._tensor)
    if values is None or more or any(type(v) is Unknown for v in values):
        return None
    found = sorted({v for v in values if v is not None and v == v}, key=lambda v: (str(type(v)), v))
    return (
        [str(v) if prefix is None else f"{prefix}{sep}{v}" for v in found][less:]
        if prefix is not None
        else found[less:]
    )


@serves
def factorize(values: Any, *args: Any, **others: Any) -> Any:
    """Codes, and the different values."""
    column = column_of(values)
    codes = blank(column.count, dtypes.int64).array
    labels = blank(column.distinct(), column.element, column.kind)
    return codes, (Index(labels) if isinstance(values, Series) else labels.array)


def cut(x: Any, bins: Any, right: Any = True, labels: Any = None, retbins: Any = False, **others: Any) -> Any:
    """To which interval each value belongs."""
    if retbins is not False:
        raise NotModelled
    column = column_of(x)
    if labels is False:
        made = blank(column.count, dtypes.one_of((dtypes.int64, dtypes.float64)))
        return of_column(made, x.index, x.name) if isinstance(x, Series) else made.array
    if not isinstance(x, Series):
        raise NotModelled
    made = blank(column.count, OBJECT, CATEGORIES)
    count = (
        len(labels)
        if isinstance(labels, (list, tuple))
        else len(bins) - 1
        if isinstance(bins, (list, tuple))
        else bins
        if type(bins) is int
        else None
    )
    made._distinct = count
    return of_column(made, x.index, x.name)


def qcut(x: Any, q: Any, labels: Any = None, **others: Any) -> Any:
    return cut(x, q if type(q) is int else list(q), labels=labels)


# dates and numbers


def to_datetime(arg: Any, **others: Any) -> Any:
    if isinstance(arg, Series):
        return arg._with(blank(arg._column.count, DATE, DATES))
    if isinstance(arg, Index):
        return Index(blank(arg._count, DATE, DATES))
    if isinstance(arg, (list, tuple)):
        return Index(blank(len(arg), DATE, DATES))
    raise NotModelled


def to_timedelta(arg: Any, **others: Any) -> Any:
    if isinstance(arg, Series):
        return arg._with(blank(arg._column.count, SPAN, SPANS))
    raise NotModelled


def to_numeric(arg: Any, errors: Any = "raise", downcast: Any = None, **others: Any) -> Any:
    if not isinstance(arg, Series) or downcast is not None:
        raise NotModelled
    if arg._column.kind == NUMBERS and arg._column.element is not dtypes.bool_:
        return arg
    candidates = (
        (dtypes.int64, dtypes.float64) if arg._column.kind != ANYTHING else (dtypes.bool_, dtypes.int64, dtypes.float64)
    )
    return arg._with(blank(arg._column.count, dtypes.one_of(candidates)))


def date_range(start: Any = None, end: Any = None, periods: Any = None, freq: Any = None, **others: Any) -> Any:
    if periods is not None and (start is None or end is None):
        return Index(blank(periods if kind_of(periods) is int else _unknown_count(), DATE, DATES))
    if periods is not None:
        raise NotModelled
    return Index(blank(rows_of("dates", "how many dates lie between two"), DATE, DATES))


def _unknown_count() -> Any:
    raise NotModelled


def isna(obj: Any) -> Any:
    if isinstance(obj, (Series, DataFrame)):
        return obj.isna()
    if is_text(obj) or is_number(obj):
        return obj != obj
    if obj is None:
        return True
    return Unknown("whether a value is missing", bool if kind_of(obj) is not None else None)


def notna(obj: Any) -> Any:
    made = isna(obj)
    return made if isinstance(made, (Series, DataFrame)) or type(made) is Unknown else not made


FUNCTIONS = {
    function.__name__: answering(f"pandas.{function.__name__}", function)
    for function in (
        concat,
        merge,
        get_dummies,
        factorize,
        cut,
        qcut,
        to_datetime,
        to_timedelta,
        to_numeric,
        date_range,
    )
}
FUNCTIONS.update({"isna": isna, "isnull": isna, "notna": notna, "notnull": notna})


def unique(values: Any) -> Any:
    if isinstance(values, Series):
        return values.unique()
    return of_column(column_of(values), numbered(1)).unique()


FUNCTIONS["unique"] = answering("pandas.unique", unique)
