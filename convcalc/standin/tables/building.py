"""What `DataFrame(...)` makes of dicts, lists, arrays and other tables.

Source: pandas/core/internals/construction.py
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, make
from convcalc.tensor.values import Values, known

from ..numpy_arrays import asarray, ndarray
from ..numpy_rules.registry import NotModelled
from ..numpy_types import is_other
from .columns import OBJECTS, Column, blank, column_of, listed, of_array
from .frame import DataFrame, any_type, of_columns
from .labels import Index, as_labels, numbered
from .modelled import serves
from .series import Series, are_aligned, retyped
from .unread import Unread, rows_of
from .unread import of_count as unread_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@serves
def built(made: Any, data: Any, index: Any, columns: Any, dtype: Any) -> Any:
    """The table, made into `made`; ValueError where what is given does not fit together."""
    labels = None if index is None else index if type(index) is Index else Index(index)
    names = None if columns is None else as_labels(columns)
    if (
        columns is not None
        and names is None
        and isinstance(columns, (list, tuple))
        and any(type(name) is Unknown for name in columns)
    ):
        raise NotModelled
    if names is not None and len(set(names)) != len(names):
        raise NotModelled("a table with two columns of one name")
    found = _table(data, labels, names, columns)
    if dtype is not None:
        found = found._each(lambda column: retyped(column, dtype))
    object.__setattr__(made, "_named", found._named)
    made._rest, made._gone, made._index = found._rest, found._gone, found._index
    return made


def _table(data: Any, labels: Any, names: Any, columns: Any) -> Any:
    if type(data) is Unknown or (isinstance(data, (list, tuple)) and any(type(x) is Unknown for x in data)):
        return _of_nothing_known(data, labels, names)
    if data is None:
        data = {}
    if isinstance(data, DataFrame):
        table = data._like()
        return table if names is None else table._some(names)
    if isinstance(data, dict):
        return _of_dict(data, labels, names)
    if isinstance(data, Series):
        label = data.name if data.name is not None else 0
        return of_columns({names[0] if names and len(names) == 1 else label: data._column}, data.index)
    if isinstance(data, Tensor) or (type(data) is ndarray):
        return _of_array(data, labels, names, columns)
    if isinstance(data, (list, tuple, range)):
        return _of_list(list(data), labels, names)
    if isinstance(data, (set, frozenset)):
        raise TypeError("Set type is unordered")
    if type(data) is Index:
        return of_columns({names[0] if names else 0: data._column}, numbered(data._count) if labels is None else labels)
    if isinstance(data, (zip, map, filter)) or hasattr(type(data), "__next__"):
        return _of_list(list(data), labels, names)
    if hasattr(type(data), "__tensor__"):
        raise ValueError("DataFrame constructor not properly called!")
    raise NotModelled


def _of_nothing_known(data: Any, labels: Any, names: Any) -> Any:
    """Something unknown, or a list with something unknown in it."""
    if type(data) is not Unknown and not any(x.is_rest for x in data if type(x) is Unknown):
        count: Any = len(data)
    else:
        count = rows_of(reason="how many rows a table has") if labels is None else labels._count
    index = numbered(count) if labels is None else labels
    if names is not None:
        return of_columns({name: any_type(count) for name in names}, index)
    made = of_columns({}, index)
    made._rest = Unread(like=any_type)
    return made


def _of_dict(data: dict[Any, Any], labels: Any, names: Any) -> Any:
    if any(type(key) is Unknown for key in data):
        return _of_nothing_known(Unknown("a table of unknown columns"), labels, names)
    series = [value for value in data.values() if isinstance(value, Series)]
    index = labels
    if series and index is None:
        index = series[0].index
        if not all(are_aligned(series[0], other) for other in series[1:]):
            raise NotModelled("columns that have other labels")
    count: Any = None if index is None else index._count
    held: dict[Any, Column | None] = {}
    for name, value in data.items():
        if isinstance(value, dict):
            raise NotModelled
        if type(value) is Unknown and value.__class__ is Unknown:
            held[name] = None
            continue
        if isinstance(value, (list, tuple)) and any(type(x) is Unknown and x.is_rest for x in value):
            held[name] = None
            continue
        if _is_single(value):
            continue
        column = column_of(value)
        held[name] = column
        if labels is None or not isinstance(value, Series):
            count = _agreed(count, column.count, index is not None and labels is not None)
    if count is None:
        if not data:
            count = 0
        elif any(column is None for column in held.values()) or any(type(value) is Unknown for value in data.values()):
            count = rows_of(reason="how many rows a table has")
        else:
            raise ValueError("If using all scalar values, you must pass an index")
    made = {name: held[name] if name in held else column_of(value, count) for name, value in data.items()}
    found = {name: any_type(count) if column is None else column for name, column in made.items()}
    if labels is not None and series:
        found = {
            name: column if not isinstance(data[name], Series) else any_type(count) for name, column in found.items()
        }
    if names is not None:
        found = {
            name: found[name] if name in found else blank(count, listed([None]).element, OBJECTS) for name in names
        }
    return of_columns(found, numbered(count) if index is None else index)


def _agreed(count: Any, other: Any, is_index: bool) -> Any:
    if count is None or type(count) is Unknown:
        return other if count is None or type(other) is int else count
    if type(other) is int and other != count:
        if is_index:
            raise ValueError(f"Length of values ({other}) does not match length of index ({count})")
        raise ValueError("All arrays must be of the same length")
    return count


def _is_single(value: Any) -> bool:
    return (
        isinstance(value, (str, int, float, complex))
        or value is None
        or not hasattr(type(value), "__len__")
        or hasattr(type(value), "torch_number")
    )


def _of_array(data: Any, labels: Any, names: Any, columns: Any) -> Any:
    array = asarray(data)
    if type(array) is not ndarray or array.ndim > 2:
        if type(array) is ndarray:
            raise ValueError(f"Must pass 2-d input. shape={array.shape}")
        raise NotModelled
    if array.ndim < 2:
        if not array.ndim:
            raise ValueError("Must pass 2-d input. shape=()")
        if is_other(array._tensor.dtype) and array._tensor.dtype.fields is not None:
            raise NotModelled
        array = array.reshape(-1, 1)
    count, width = array.shape
    if names is not None and type(width) is int and len(names) != width:
        raise ValueError(f"Shape of passed values is {(count, width)}, indices imply {(count, len(names))}")
    if labels is not None and type(count) is int and type(labels._count) is int and labels._count != count:
        raise ValueError(f"Shape of passed values is {(count, width)}, indices imply {(labels._count, width)}")
    index = numbered(count) if labels is None else labels
    element = array._tensor.dtype
    first = of_array(array[:, 0]) if type(width) is not int or width else None
    if first is None:
        return of_columns({}, index)
    if type(width) is not int and names is None:
        made = of_columns({}, index)
        made._rest = unread_count(width, first.of_count)
        return made
    names = list(range(width)) if names is None else names
    values = known(array._tensor)
    if values is None or is_other(element):
        return of_columns({name: first.of_count(count) for name in names}, index)
    held = {
        name: ndarray(make((count,), element, values=Values(values[at :: len(names)]))) for at, name in enumerate(names)
    }
    return of_columns({name: Column(array) for name, array in held.items()}, index)


def _of_list(data: list[Any], labels: Any, names: Any) -> Any:
    index = numbered(len(data)) if labels is None else labels
    if not data:
        return of_columns({name: listed([]) for name in names or ()}, index)
    if all(isinstance(row, dict) for row in data):
        if any(type(key) is Unknown for row in data for key in row):
            return _of_nothing_known(Unknown("a table of unknown columns"), index, names)
        keys = list(dict.fromkeys(key for row in data for key in row)) if names is None else names
        return of_columns({key: listed([row.get(key, float("nan")) for row in data]) for key in keys}, index)
    if all(isinstance(row, Series) for row in data):
        raise NotModelled
    if all(isinstance(row, (list, tuple)) for row in data):
        if any(type(x) is Unknown and x.is_rest for row in data for x in row):
            return _of_nothing_known(data, index, names)
        width = max(len(row) for row in data)
        if names is not None and len(names) != width:
            raise ValueError(f"{len(names)} columns passed, passed data had {width} columns")
        rows = [[*row, *[None] * (width - len(row))] for row in data]
        return of_columns(
            {name: listed([row[at] for row in rows]) for at, name in enumerate(names or range(width))}, index
        )
    if any(type(row) is ndarray and row.ndim for row in data):
        return _of_array(asarray(data), labels, names, None)
    if names is not None and len(names) != 1:
        raise ValueError(f"Shape of passed values is ({len(data)}, 1), indices imply ({len(data)}, {len(names)})")
    return of_columns({names[0] if names else 0: listed(data)}, index)
