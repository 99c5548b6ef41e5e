"""Enumerations, of which one part reads attributes by name on a file's behalf.

From Python 3.12 on, `enum.property` looks its own `name` up in `_cls_type`, and a file can set both. Its classes are everywhere
(every enumeration's table holds one), so the reading itself is replaced, in the process that a file is loaded in.
"""

from __future__ import annotations

import sys

from convcalc.tensor.attributes import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_guarded: list[Any] = []


def guard_enumerations() -> None:
    """Have `enum.property` refuse what a loaded file may not name; from 3.12 on, where `enum` is loaded."""
    enum = sys.modules.get("enum")
    if enum is None or _guarded or sys.version_info < (3, 12):
        return
    _guarded.append(enum)
    enum.property.__get__ = _read


def _read(self: Any, instance: Any, owner: Any = None) -> Any:
    """Do what Python's own does, each name read once and checked."""
    if instance is None:
        if self.member is not None:
            return self.member
    elif self.fget is not None:
        return self.fget(instance)
    elif self._attr_type == "attr":
        return read(self._cls_type, self.name)
    elif self._attr_type == "desc":
        return read(instance._value_, self.name)
    elif self.name in owner._member_map_:
        return owner._member_map_[self.name]
    raise AttributeError(f"{owner!r} has no attribute {self.name!r}")
