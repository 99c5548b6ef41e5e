"""Constructors under the names that PyTorch has for them.

Where PyTorch writes a constructor for each class of a family, here one often serves them all. What Python says of a wrong call
names the function that was called (`Conv2d.__init__() got an unexpected keyword argument 'kernel'`), so each class gets its own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    Class = TypeVar("Class", bound=type)


def own_constructor(cls: Class) -> Class:
    """Gives a class what its `_constructor` makes, as the constructor of its own name."""
    made: Any = cls._constructor()  # type: ignore[attr-defined]
    made.__qualname__ = f"{cls.__name__}.__init__"
    cls.__init__ = made  # type: ignore[misc]
    return cls
