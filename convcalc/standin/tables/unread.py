"""The columns of a table that nobody has read: how many they are is a symbol, or a symbol less those that were dropped."""

from __future__ import annotations

from convcalc.tensor.symbols import symbol
from convcalc.tensor.unknown import counted_list

from .columns import anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .columns import Column


class Unread:
    """Columns of which names are not known, and so many more (`offset`) than the table had that they are of (`base`); `like` makes the type of one."""

    __slots__ = ("base", "like", "offset")

    def __init__(self, base: Any = None, offset: int = 0, like: Callable[[Any], Column] = anything) -> None:
        self.base: list[Any] = [None] if base is None else base
        self.offset = offset
        self.like = like

    def more(self, count: int) -> Unread:
        return Unread(self.base, self.offset + count, self.like)

    def others(self, like: Callable[[Any], Column]) -> Unread:
        """As many columns of another type."""
        return Unread(self.base, self.offset, like)

    def total(self) -> Any:
        """How many columns the table has. Asked first of the table as it was read it is `columns`, of what is left of it `features`."""
        if self.base[0] is None:
            name = "features" if self.offset else "columns"
            count: Any = symbol(name, "how many columns a table has")
            self.base[0] = count - self.offset
        return self.base[0] + self.offset


def of_count(count: Any, like: Callable[[Any], Column] = anything) -> Unread:
    """So many columns."""
    return Unread([count], 0, like)


def rows_of(name: str = "rows", reason: str = "how many rows a file has") -> Any:
    """How many rows a file has."""
    count = symbol(name, reason)
    counted_list[0](reason, None, count)  # from now on loops look for lists of unknown length
    return count
