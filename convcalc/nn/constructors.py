"""Constructors under the names that PyTorch has for them.

Where PyTorch writes a constructor for each class of a family, here one often serves them all. What Python says of a wrong call
names the function that was called (`Conv2d.__init__() got an unexpected keyword argument 'kernel'`), so each class gets its own.
"""

from __future__ import annotations

from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    Class = TypeVar("Class", bound=type)


def own_constructor(cls: Class) -> Class:
    """Gives a class the constructor that it inherits as one of its own name."""
    inherited: Any = cls.__init__  # type: ignore[misc]
    own = FunctionType(
        inherited.__code__, inherited.__globals__, "__init__", inherited.__defaults__, inherited.__closure__
    )
    own.__qualname__ = f"{cls.__name__}.__init__"
    own.__kwdefaults__, own.__doc__ = inherited.__kwdefaults__, inherited.__doc__
    own.__annotations__, own.__module__ = inherited.__annotations__, inherited.__module__
    cls.__init__ = own  # type: ignore[misc]
    return cls
