"""Parts of tables and columns: `[...]`, `loc`, `iloc`, what is set, and which columns are of some type.

Source: pandas/core/indexing.py
"""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.symbols import part_of
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import known

from ..numpy_arrays import ndarray
from ..numpy_rules.registry import NotModelled
from ..numpy_types import OBJECT
from .columns import (  # fmt: skip
    ANYTHING,
    CATEGORIES,
    DATES,
    NUMBERS,
    OBJECTS,
    TEXTS,
    Column,
    blank,
    column_of,
    is_known,
    is_number,
    is_text,
    replaced,
    together,
)
from .frame import DataFrame, any_type, of_columns, unread_frame
from .labels import Index, as_labels, comes_from, some_of
from .modelled import serves
from .series import Series, like_one, of_column, part_where, plain_number
from .unread import Unread
from .unread import of_count as unread_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _is_whole(key: Any) -> bool:
    kind = kind_of(key)
    tensor_dtype = getattr(kind, "tensor_dtype", None)
    return (
        kind is int
        or (tensor_dtype is not None and tensor_dtype.category == dtypes.INTEGER)
        or (type(key) is not Unknown and key.__class__ is int)
    )


def _is_mask(key: Any) -> bool:
    """Whether a key says of each row whether it is taken."""
    if isinstance(key, Series):
        return key._column.kind in (NUMBERS, ANYTHING) and key._column.element is dtypes.bool_
    if type(key) is ndarray:
        return key._tensor.dtype is dtypes.bool_
    return type(key) is list and bool(key) and all(type(x) is bool for x in key)


def _mask_count(key: Any, count: Any) -> Any:
    if type(key) is list:
        return sum(key)
    size = key._column.count if isinstance(key, Series) else key.shape[0]
    if type(size) is int and type(count) is int and size != count and not isinstance(key, Series):
        raise ValueError(f"Item wrong length {size} instead of {count}.")
    return part_where(key, count)


def _indices(key: Any) -> Any:
    """A list of places as numpy takes it: how many there are."""
    if hasattr(type(key), "__as_array__"):
        key = key.__as_array__()
    if type(key) is ndarray and key.ndim == 1:
        return key.shape[0]
    if isinstance(key, (list, tuple, range)) and not any(type(x) is Unknown and x.is_rest for x in key):
        return len(key)
    raise NotModelled


def _length_of_slice(count: Any, key: slice) -> Any:
    return ndarray(make((count,), dtypes.bool_))[key].shape[0]


# rows


def rows_at(thing: Any, key: Any) -> Any:
    """The rows of a table, or the values of a column, at places: a slice, several, or those that a mask takes."""
    index = thing.index
    count = index._count
    if isinstance(key, slice):
        labels = index[key]
        labels._origin = index
        if labels._is_range is False and index._is_range and key.start in (None, 0) and key.step in (None, 1):
            labels._is_range = True
    elif _is_mask(key):
        labels = _masked_labels(index, key, _mask_count(key, count))
    else:
        labels = Index(index._column.of_count(_indices(key)), name=index.name)
        places = _places(key)
        if places is not None and index._known() is not None:
            labels = Index(
                index._column.picked(ndarray(make((len(places),), dtypes.int64, values=None)) if False else places),
                name=index.name,
            )
        labels._origin = None if not isinstance(key, Index) else index
    if isinstance(thing, Series):
        return of_column(_picked(thing._column, key, labels._count), labels, thing.name)
    made = thing._each(lambda column: _picked(column, key, labels._count))
    made._index = labels
    return made


def _masked_labels(index: Index, key: Any, count: Any) -> Index:
    array = key._column.array if isinstance(key, Series) else key
    truths = key if type(key) is list else known(array._tensor)
    own = index._known()
    if truths is not None and own is not None and len(own) == len(truths):
        made = Index([label for label, taken in zip(own, truths) if taken], name=index.name)
        made._origin = index
        return made
    return some_of(index, count)


def _places(key: Any) -> list[int] | None:
    """The places of a list, where they are known."""
    if hasattr(type(key), "__as_array__"):
        key = key.__as_array__()
    values = (
        known(key._tensor) if type(key) is ndarray else list(key) if isinstance(key, (list, tuple, range)) else None
    )
    return None if values is None or any(type(v) is not int for v in values) else list(values)


def _picked(column: Column, key: Any, count: Any) -> Column:
    """The values of a column at these places."""
    values = known(column.array._tensor)
    if isinstance(key, slice):
        return column.picked(key)
    if values is None:
        return column.of_count(count)
    if _is_mask(key):
        array = key._column.array if isinstance(key, Series) else key
        truths = key if type(key) is list else known(array._tensor)
        if truths is None or len(truths) != len(values):
            return column.of_count(count)
        places = [at for at, taken in enumerate(truths) if taken]
    else:
        found = _places(key)
        if found is None or any(not -len(values) <= at < len(values) for at in found):
            if found is not None:
                raise IndexError("positional indexers are out-of-bounds")
            return column.of_count(count)
        places = found
    from convcalc.tensor.values import Values

    picked = Values([values[at] for at in places])
    return Column(ndarray(make((len(places),), column.element, values=picked)), column.kind)


@serves
def row_at(frame: Any, place: Any) -> Any:
    """A row as a series: what all columns have in common."""
    count = frame._count()
    if type(place) is int and type(count) is int and not -count <= place < count:
        raise IndexError("single positional indexer is out-of-bounds")
    made = any_row(frame)
    if frame._rest is None and type(place) is int:
        found = [known(column.array._tensor) for column in frame._named.values()]
        if all(values is not None for values in found) and made._column.kind != ANYTHING:
            from convcalc.tensor.values import Values

            made._column.array._tensor.values = Values([values[place] for values in found])  # type: ignore[index]
    return made


@serves
def any_row(frame: Any) -> Any:
    """A row of which nobody knows which it is."""
    columns = frame._all()
    if not columns:
        raise NotModelled
    element = together(columns)
    kind = OBJECTS if element is OBJECT else NUMBERS
    if any(column.kind == ANYTHING for column in columns):
        kind = ANYTHING
    if {column.kind for column in columns} == {TEXTS}:
        kind = TEXTS
    made = of_column(blank(frame._width(), element, kind), frame.columns)
    made._row_of = frame
    return made


@serves
def boxed(row: Any) -> Any:
    """A row that was made of the table's objects: of mixed types its numbers are Python's."""
    row._is_boxed = True
    return row


# by label


@serves
def picked_by_label(series: Any, key: Any) -> Any:
    """`series[key]`"""
    if isinstance(key, slice):
        return rows_at(series, key) if _is_of_places(key) else _rows_between(series, key)
    if _is_mask(key) or isinstance(key, (list, ndarray, Series, Index, range)):
        return rows_at(series, key) if _is_mask(key) else _rows_by_labels(series, key)
    return _value_by_label(series, key)


def _value_by_label(series: Any, key: Any) -> Any:
    labels = series.index._known()
    row_of = getattr(series, "_row_of", None)
    if type(key) is Unknown or row_of is not None:
        if row_of is not None and type(key) is not Unknown:
            return _value_of_row(series, row_of, key)
        return series._any()
    if labels is not None:
        if key in labels:
            return series._at(labels.index(key))
        raise KeyError(key)
    if (
        series.index._is_range
        and type(series.index._count) is int
        and type(key) is int
        and not 0 <= key < series.index._count
    ):
        raise KeyError(key)
    return series._any()


def _value_of_row(series: Any, frame: Any, key: Any) -> Any:
    """The value that a row has in a column: numbers of a mixed row keep their types only where all are objects."""
    if key in frame._named or frame._rest is not None:
        column = frame._column(key)
        if series._column.kind == OBJECTS and column.kind == NUMBERS:
            value = of_column(column, frame._index)._any()
            return plain_number(value) if series._is_boxed else value
        labels = series.index._known()
        if labels is not None and known(series._column.array._tensor) is not None:
            return series._at(labels.index(key))
        return of_column(column.of_count(1), Index([0]))._any() if column.kind != NUMBERS else series._any()
    raise KeyError(key)


def _is_of_places(key: slice) -> bool:
    return all(part is None or _is_whole(part) for part in (key.start, key.stop, key.step))


def _rows_between(thing: Any, key: slice) -> Any:
    """The rows between two labels; how many these are, is not known."""
    return _some_rows(thing, part_of(thing.index._count, "rows", "how many rows lie between two labels"))


def _some_rows(thing: Any, count: Any) -> Any:
    if isinstance(thing, Series):
        return thing._rows(thing._column.of_count(count))
    return thing._of_count(count)


def _rows_by_labels(thing: Any, key: Any) -> Any:
    if thing.index._is_range or (isinstance(key, Index) and comes_from(key, thing.index)):
        made = rows_at(thing, key)
    else:
        labels, own = as_labels(key), thing.index._known()
        if labels is not None and own is not None:
            missing = [label for label in labels if label not in own]
            if missing:
                raise KeyError(f"{missing} not in index")
            return rows_at(thing, [own.index(label) for label in labels])
        count = _indices(key)
        made = _some_rows(thing, count)
        made.index._origin = None
    if isinstance(key, Index):
        made.index = key
    return made


@serves
def count_without(index: Index, labels: Any) -> Any:
    """How many rows remain without those of these labels; KeyError where one of them is not there."""
    if type(labels) is Index and comes_from(labels, index):
        return index._count - labels._count
    gone, own = as_labels(labels), index._known()
    if gone is not None and own is not None:
        missing = [label for label in gone if label not in own]
        if missing:
            raise KeyError(f"{missing} not found in axis")
        return sum(label not in gone for label in own)
    if gone is not None and index._is_range:
        return index._count - len(set(gone))
    return part_of(index._count, "rows", "how many rows are left")


@serves
class Places:
    """`iloc` and `iat`"""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __getitem__(self, key: Any) -> Any:
        try:
            if isinstance(self.thing, Series):
                if isinstance(key, tuple):
                    (key,) = key
                return _value_at(self.thing, key)
            rows, columns = key if isinstance(key, tuple) else (key, slice(None))
            return _at_places(self.thing, rows, columns)
        except NotModelled as unknown:
            return Unknown(unknown.reason or "iloc[...]")

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(self.thing, Series):
            self.thing._forget_values()
            return
        columns = key[1] if isinstance(key, tuple) and len(key) == 2 else slice(None)
        try:
            part = _columns_at(self.thing, columns) if not _is_whole(columns) else columns
            names = list(part._named) if isinstance(part, DataFrame) and part._rest is None else None
            if type(part) is int and self.thing._rest is None:
                names = [list(self.thing._named)[part]]
        except NotModelled:
            names = None
        _others_are_set(self.thing, names)


def _value_at(series: Any, key: Any) -> Any:
    if isinstance(key, slice) or _is_mask(key) or isinstance(key, (list, ndarray, Series, range, Index)):
        return rows_at(series, key)
    if _is_whole(key):
        row_of = getattr(series, "_row_of", None)
        if row_of is not None and type(key) is int and row_of._rest is None:
            labels = list(row_of._named)
            return _value_of_row(series, row_of, labels[key])
        return series._at(
            key.__index__() if hasattr(kind_of(key), "tensor_dtype") and type(key) is not Unknown else key
        )
    return series._any()


def _at_places(frame: Any, rows: Any, columns: Any) -> Any:
    if _is_whole(columns):
        column = _column_at(frame, columns)
        return column if isinstance(rows, slice) and rows == slice(None) else _value_at(column, rows)
    part = frame if isinstance(columns, slice) and columns == slice(None) else _columns_at(frame, columns)
    if isinstance(rows, slice) or _is_mask(rows) or isinstance(rows, (list, ndarray, Series, range, Index)):
        return part if isinstance(rows, slice) and rows == slice(None) else rows_at(part, rows)
    return row_at(part, rows)


def _column_at(frame: Any, place: Any) -> Any:
    if frame._rest is None and type(place) is int:
        names = list(frame._named)
        if not -len(names) <= place < len(names):
            raise IndexError("single positional indexer is out-of-bounds")
        return frame._one(names[place])
    if frame._rest is None:
        return of_column(any_type(frame._count()), frame._index)
    return of_column(frame._rest.like(frame._count()), frame._index)


def _columns_at(frame: Any, key: Any) -> Any:
    if frame._rest is None:
        names = list(frame._named)
        if isinstance(key, slice) and all(
            part is None or type(part) is int for part in (key.start, key.stop, key.step)
        ):
            return frame._some(names[key])
        places = _places(key) if not isinstance(key, slice) else None
        if places is None:
            raise NotModelled
        if any(not -len(names) <= at < len(names) for at in places):
            raise IndexError("positional indexers are out-of-bounds")
        return frame._some([names[at] for at in places])
    if isinstance(key, slice):
        width = _length_of_slice(frame._width(), key) if not _drops_ends(key) else None
        rest = _without_ends(frame._rest, key) if width is None else unread_count(width, frame._rest.like)
    elif _is_mask(key):
        rest = unread_count(_mask_count(key, frame._width()), frame._rest.like)
    else:
        rest = unread_count(_indices(key), frame._rest.like)
    return unread_frame(frame._count(), rest, frame._index)


def _drops_ends(key: slice) -> bool:
    """Whether a slice leaves out so many columns at the beginning, or so many at the end."""
    start, stop = key.start, key.stop
    return (
        key.step in (None, 1)
        and (start is None or (type(start) is int and start >= 0))
        and (stop is None or (type(stop) is int and stop < 0))
    )


def _without_ends(rest: Unread, key: slice) -> Unread:
    return rest.more((key.stop or 0) - (key.start or 0))


@serves
class Labels:
    """`loc` and `at`"""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __getitem__(self, key: Any) -> Any:
        try:
            if isinstance(self.thing, Series):
                return _located(self.thing, key)
            rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, slice(None))
            part = self.thing
            if not (isinstance(columns, slice) and columns == slice(None)):
                part = _columns_located(part, columns)
            return part if isinstance(rows, slice) and rows == slice(None) else _located(part, rows)
        except NotModelled as unknown:
            return Unknown(unknown.reason or "loc[...]")

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(self.thing, Series):
            self.thing._forget_values()
            return
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        names = None if columns is None or isinstance(columns, slice) else as_labels(columns)
        if names is not None and isinstance(rows, slice) and rows == slice(None):
            for name in names:
                self.thing[name] = value if len(names) == 1 else Unknown("a column of a table")
            return
        if columns is None and not _is_mask(rows) and not isinstance(rows, (slice, list, ndarray, Series)):
            count = part_of(
                self.thing._count() + 1, "rows", "how many rows a table has, to which one may have been added"
            )
            made = self.thing._each(lambda column: any_type(count))
            made._index = Index(self.thing._index._column.of_count(count))
            self.thing._take_from(made)
            return
        _others_are_set(self.thing, names)


def _others_are_set(frame: Any, names: list[Any] | None) -> None:
    """Values of these columns, of any where that is not known, are others now, and may be of other types."""
    changed = names if names is not None else list(frame._named)
    named = dict(frame._named)
    for name in changed:
        if name in named:
            named[name] = replaced(named[name])
    if any(name not in named for name in changed):
        made = frame._like()
        made._named = named
        for name in changed:
            if name not in named:
                made[name] = Unknown("a column of a table")
        frame._take_from(made)
        return
    frame._named = named
    if names is None and frame._rest is not None:
        frame._rest = frame._rest.others(any_type)


def _located(thing: Any, rows: Any) -> Any:
    if isinstance(rows, slice):
        if thing.index._is_range and _is_of_places(rows) and rows.step in (None, 1):
            start, stop = rows.start, rows.stop
            if all(
                part is None or (type(part) is int and part >= 0) or type(part) is Unknown for part in (start, stop)
            ):
                return rows_at(thing, slice(start, None if stop is None else stop + 1))
        return _rows_between(thing, rows)
    if _is_mask(rows):
        return rows_at(thing, rows)
    if isinstance(rows, (list, ndarray, Series, Index, range)):
        return _rows_by_labels(thing, rows)
    if isinstance(thing, Series):
        return _value_by_label(thing, rows)
    labels = thing.index._known()
    if labels is not None and type(rows) is not Unknown:
        if rows not in labels:
            raise KeyError(rows)
        return row_at(thing, labels.index(rows))
    return any_row(thing)


def _columns_located(frame: Any, key: Any) -> Any:
    if is_known(key) and isinstance(key, (str, int)):
        return frame._one(key)
    if isinstance(key, slice):
        if frame._rest is not None:
            width = part_of(frame._width(), "features", "how many columns lie between two")
            return unread_frame(frame._count(), unread_count(width, frame._rest.like), frame._index)
        names = list(frame._named)
        for label in (key.start, key.stop):
            if label is not None and label not in names:
                raise KeyError(label)
        start = 0 if key.start is None else names.index(key.start)
        stop = len(names) if key.stop is None else names.index(key.stop) + 1
        return frame._some(names[start:stop])
    if _is_mask(key):
        return _columns_masked(frame, key)
    return columns_by_key(frame, key)


def _columns_masked(frame: Any, key: Any) -> Any:
    array = key._column.array if isinstance(key, Series) else key
    truths = key if type(key) is list else known(array._tensor)
    if frame._rest is None and truths is not None and len(truths) == len(frame._named):
        return frame._some([name for name, taken in zip(frame._named, truths) if taken])
    like = any_type if frame._rest is None else frame._rest.like
    width = part_of(frame._width(), "features", "how many columns meet a condition")
    return unread_frame(frame._count(), unread_count(width, like), frame._index)


# columns of a table


@serves
def columns_by_key(frame: Any, key: Any) -> Any:
    """`frame[key]`"""
    try:
        if isinstance(key, slice):
            return rows_at(frame, key) if _is_of_places(key) else _rows_between(frame, key)
        if _is_mask(key):
            return rows_at(frame, key)
        if isinstance(key, DataFrame):
            return frame._each(replaced)
        if isinstance(key, (list, Index, ndarray, Series)):
            return _several_columns(frame, key)
    except NotModelled as unknown:
        return Unknown(unknown.reason or "a part of a table")
    if type(key) is Unknown:
        return _by_unknown(frame, key)
    return frame._one(key)


def _by_unknown(frame: Any, key: Any) -> Any:
    """A column of which the name is not known, or what a key picks of which nothing is known."""
    if kind_of(key) is str:
        if frame._rest is None:
            kinds = {(column.kind, column.element) for column in frame._named.values()}
            if len(kinds) == 1:
                return of_column(next(iter(frame._named.values())).of_count(frame._count()), frame._index)
            return of_column(any_type(frame._count()), frame._index)
        return of_column(frame._rest.like(frame._count()), frame._index)
    return Unknown("a part of a table")


def _several_columns(frame: Any, key: Any) -> Any:
    labels = as_labels(key)
    if labels is not None:
        return frame._some(labels)
    like = any_type if frame._rest is None else frame._rest.like
    if isinstance(key, list):
        if any(type(x) is Unknown and x.is_rest for x in key):
            from convcalc.tensor.symbols import length_of_list

            width = length_of_list(key)
        else:
            width = len(key)
    elif isinstance(key, Index):
        width = key._count
    else:
        width = _indices(key)
    if frame._rest is None and type(width) is int:
        element = together(frame._all())
        kinds = {column.kind for column in frame._named.values()}
        if len(kinds) == 1 and all(column.element is element for column in frame._named.values()):
            sample = next(iter(frame._named.values()))
            return unread_frame(frame._count(), unread_count(width, sample.of_count), frame._index)
    return unread_frame(frame._count(), unread_count(width, like), frame._index)


@serves
def set_columns(frame: Any, name: Any, value: Any) -> None:
    """`frame[name] = value`"""
    if isinstance(name, DataFrame) or _is_mask(name):
        _others_are_set(frame, None)
        return
    labels = as_labels(name)
    if labels is None or isinstance(name, slice):
        if kind_of(name) is str:
            frame._named = {label: any_type(frame._count()) for label in frame._named}
            frame._rest = Unread(like=any_type)
            return
        frame._take_from(_maybe_changed(frame))
        return
    columns = _given_columns(frame, labels, value) if isinstance(name, (list, Index)) else [_given(frame, value)]
    if frame._rest is not None:
        frame._rest = _with_more(frame, labels)
        frame._gone = frame._gone - set(labels)
    elif not frame._named and type(frame._index._count) is int and frame._index._count == 0:
        from .labels import numbered

        frame._index = numbered(columns[0].count)
    frame._named = {**frame._named, **dict(zip(labels, columns))}


def _with_more(frame: Any, labels: list[Any]) -> Any:
    """What is beside the named columns when these are set: one that was not known before may be new."""
    rest = frame._rest
    for label in labels:
        if label in frame._named:
            continue
        if label in frame._gone:
            rest = rest.more(1)
        else:
            rest = Unread(like=rest.like)
    return rest


def _maybe_changed(frame: Any) -> Any:
    return frame._each(replaced)


def _given(frame: Any, value: Any) -> Column:
    count = frame._count()
    if type(value) is Unknown and kind_of(value) is None:
        return any_type(count)
    try:
        column = column_of(value, count)
    except NotModelled:
        return any_type(count)
    if isinstance(value, Series):
        from .series import are_aligned

        if not are_aligned(value, of_column(column, frame._index)) and frame._index._count is not value.index._count:
            return (
                any_type(count) if frame._named or frame._rest is not None else column
            )  # rows that have no value are missing
        return column
    if (
        type(count) is int
        and type(column.count) is int
        and column.count != count
        and (frame._named or frame._rest is not None)
    ):
        raise ValueError(f"Length of values ({column.count}) does not match length of index ({count})")
    return column if type(column.count) is int or type(count) is not int or not frame._named else column.of_count(count)


def _given_columns(frame: Any, labels: list[Any], value: Any) -> list[Column]:
    count = frame._count()
    if isinstance(value, DataFrame) and value._rest is None:
        if len(value._named) != len(labels):
            raise ValueError("Columns must be same length as key")
        return list(value._named.values())
    if type(value) is ndarray and value.ndim == 2:
        if type(value.shape[1]) is int and value.shape[1] != len(labels):
            raise ValueError("Columns must be same length as key")
        if not labels:
            return []
        return [column_of(value[:, 0]).of_count(count) for _ in labels]
    if isinstance(value, DataFrame):
        return [value._all()[-1].of_count(count) for _ in labels]
    if is_text(value) or is_number(value):
        return [column_of(value, count) for _ in labels]
    return [any_type(count) for _ in labels]


@serves
def of_types(frame: Any, include: Any, exclude: Any) -> Any:
    """`select_dtypes`"""
    if frame._rest is not None or any(column.kind == ANYTHING for column in frame._named.values()):
        like = any_type if frame._rest is None else frame._rest.like
        width = part_of(frame._width(), "features", "how many columns are of a type")
        return unread_frame(frame._count(), unread_count(width, like), frame._index)
    wanted, refused = (
        [] if given is None else list(given) if isinstance(given, (list, tuple)) else [given]
        for given in (include, exclude)
    )
    names = [
        name for name, column in frame._named.items()
        if (include is None or any(_is_of_type(column, kind) for kind in wanted)) and not any(_is_of_type(column, kind) for kind in refused)
    ]  # fmt: skip
    return frame._some(names)


def _is_of_type(column: Column, kind: Any) -> bool:
    from ..numpy_types import element_of

    word = getattr(kind, "__name__", kind)
    if word == "number":
        return column.kind == NUMBERS and column.element is not dtypes.bool_
    if word in ("object", "str", "O", "object_"):
        if column.kind == TEXTS and word in ("object", "O", "object_"):
            return True
        return column.kind == TEXTS or (column.kind == OBJECTS and word != "str")
    if word == "category":
        return column.kind == CATEGORIES
    if isinstance(word, str) and word.startswith("datetime"):
        return column.kind == DATES
    if word == "floating" or word == "integer":
        raise NotModelled
    return column.kind == NUMBERS and column.element == element_of(kind)


@serves
def applied(frame: Any, func: Any, axis: Any, args: Any, kwargs: Any) -> Any:
    """`frame.apply(func)`: of each column, or of each row."""
    if not callable(func) or type(func) is Unknown or type(axis) is Unknown:
        raise NotModelled
    if axis in (1, "columns"):
        try:
            made = func(boxed(any_row(frame)), *args, **kwargs)
        except (KeyError, AttributeError):
            raise
        except Exception:
            return of_column(any_type(frame._count()), frame._index)
        if isinstance(made, Series):
            raise NotModelled
        return of_column(like_one(made, frame._count()), frame._index)
    made = [func(of_column(column, frame._index, name), *args, **kwargs) for name, column in frame._named.items()]
    if frame._rest is not None:
        made.append(func(of_column(frame._rest.like(frame._count()), frame._index), *args, **kwargs))
    if made and all(isinstance(part, Series) and (part.index is frame._index) for part in made):
        found = of_columns(dict(zip(frame._named, [part._column for part in made])), frame._index)
        if frame._rest is not None:
            last = made[-1]._column
            found._rest = frame._rest.others(last.of_count)
        return found
    if made and not any(isinstance(part, (Series, DataFrame)) or type(part) in (list, tuple, ndarray) for part in made):
        return of_column(
            like_one(made[0], frame._width()) if frame._rest is not None else column_of(made), frame.columns
        )
    raise NotModelled
