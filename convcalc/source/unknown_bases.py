"""Models of a file that nobody can know: their classes have a `forward`, and a base from a package that is not here."""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Unknown
from convcalc.tensor.unknown import absent_classes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .program import Program


def unknown_base(cls: Any) -> Unknown | None:
    """The base of a class of which nobody knows whether its objects are modules; None for any other class."""
    if not absent_classes or not issubclass(type(cls), type) or not issubclass(cls, absent_classes[0]):
        return None
    from convcalc.tensor.absent_bases import reason_of

    return None if issubclass(cls, Module) else Unknown(f"{reason_of(cls)} (the base of {cls.__name__})")


def unknown_models(program: Program) -> dict[str, Unknown]:
    """The names of such classes, each with what is not known: those of objects that are called or kept, else those that no other one uses."""
    if not absent_classes:
        return {}
    from convcalc.tensor.absent_bases import called

    values = list(program.namespace.values())
    return _models(program, [type(value) for value in (*called, *values)]) or _unused(program, _models(program, values))


def _models(program: Program, classes: list[Any]) -> dict[str, Unknown]:
    from convcalc.tensor.absent_bases import has_forward

    found = {}
    for cls in classes:
        unknown = unknown_base(cls)
        if unknown is not None and has_forward(cls) and program.is_own_module(cls.__module__):
            found[cls.__name__] = unknown
    return found


def _unused(program: Program, models: dict[str, Unknown]) -> dict[str, Unknown]:
    used = {name for other, names in program.uses.items() for name in names if name != other}
    return {name: unknown for name, unknown in models.items() if name not in used} or models
