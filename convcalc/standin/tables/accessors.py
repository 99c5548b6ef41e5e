"""Parts of texts, dates and categories: `series.str`, `series.dt`, `series.cat`."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes
from convcalc.tensor.values import known

from .columns import NUMBERS, OBJECT, OBJECTS, Column, anything, blank, of_texts
from .labels import Index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

AS_TEXTS = frozenset(
    "lower upper strip lstrip rstrip title capitalize swapcase replace zfill pad ljust rjust center slice removeprefix removesuffix".split()
)
AS_TRUTHS = frozenset(
    "contains startswith endswith match fullmatch isdigit isalpha isalnum isnumeric islower isupper isspace".split()
)
AS_NUMBERS = frozenset("len count find rfind".split())


class _Accessor:
    __module__ = "pandas"

    def __init__(self, series: Any) -> None:
        self._series = series

    def _of(self, column: Column) -> Any:
        return self._series._with(column)

    def _count(self) -> Any:
        return self._series._column.count


class Texts(_Accessor):
    """`series.str`: of texts some may be missing, and their lengths are doubles then."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def method(*args: Any, **others: Any) -> Any:
            count = self._count()
            if name in AS_TEXTS:
                return self._of(of_texts(count))
            if name in AS_TRUTHS:
                return self._of(blank(count, dtypes.bool_))
            if name in AS_NUMBERS:
                values = known(self._series._column.array._tensor)
                whole = values is not None and all(isinstance(v, str) for v in values)
                return self._of(blank(count, dtypes.int64 if whole else dtypes.one_of((dtypes.int64, dtypes.float64))))
            if name == "split" and not others.get("expand"):
                return self._of(blank(count, OBJECT, OBJECTS))
            if name == "get":
                return self._of(anything(count))
            return Unknown(f"Series.str.{name}(...)")

        method.__name__ = method.__qualname__ = name
        return method

    def __getitem__(self, key: Any) -> Any:
        return self._of(anything(self._count()))


YEARS = frozenset(
    "year month day hour minute second microsecond nanosecond dayofweek day_of_week weekday dayofyear day_of_year quarter days_in_month daysinmonth".split()
)
ENDS = frozenset(
    "is_month_start is_month_end is_quarter_start is_quarter_end is_year_start is_year_end is_leap_year".split()
)
DAYS = frozenset("days seconds microseconds nanoseconds".split())


class Dates(_Accessor):
    """`series.dt`: where a date is missing, whole numbers are doubles."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        count = self._count()
        if name in YEARS:
            return self._of(blank(count, dtypes.one_of((dtypes.int32, dtypes.float64))))
        if name in DAYS:
            return self._of(blank(count, dtypes.one_of((dtypes.int64, dtypes.float64))))
        if name in ENDS:
            return self._of(blank(count, dtypes.bool_))
        if name in ("date", "time"):
            return self._of(blank(count, OBJECT, OBJECTS))
        if name == "total_seconds":
            return lambda: self._of(blank(count, dtypes.float64))
        if name in ("strftime", "day_name", "month_name"):
            return lambda *args, **others: self._of(of_texts(count))
        if name in ("normalize", "floor", "ceil", "round", "tz_localize", "tz_convert"):
            return lambda *args, **others: self._of(self._series._column.of_count(count))
        return Unknown(f"Series.dt.{name}")


class Categories(_Accessor):
    """`series.cat`: the codes are as wide as there are categories."""

    @property
    def codes(self) -> Any:
        distinct = self._series._column.distinct()
        candidates = [dtypes.int8, dtypes.int16, dtypes.int32]
        if type(distinct) is int:
            candidates = [dtypes.int8 if distinct < 128 else dtypes.int16 if distinct < 32768 else dtypes.int32]
        return self._of(blank(self._count(), dtypes.one_of(candidates)))

    @property
    def categories(self) -> Any:
        column = self._series._column
        return Index(blank(column.distinct(), column.element, column.kind if column.kind != "categories" else NUMBERS if column.element is not OBJECT else OBJECTS))  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Unknown(f"Series.cat.{name}")
