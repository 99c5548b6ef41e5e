"""The fields that a class declares by annotations."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def annotations_of(cls: type) -> dict[str, Any]:
    """A class's own annotations, those of its bases left out; from Python 3.14 on they are evaluated when they are asked for (PEP 649)."""
    try:
        found: dict[str, Any] = type.__dict__["__annotations__"].__get__(cls)  # noqa: RUF063  # inspect is slow to import
    except NameError:  # of what is defined later, or only for type checkers
        from annotationlib import Format, get_annotations  # type: ignore[import-not-found]

        found = get_annotations(cls, format=Format.FORWARDREF)
    return found if type(found) is dict else {}


def declared_fields(cls: type) -> set[str]:
    """The names of a class's fields: what it annotates, and what it gives a plain value."""
    plain = [name for name, value in cls.__dict__.items() if name[:1] != "_" and not callable(value)]
    return {name for name in (*annotations_of(cls), *plain) if name[:2] != "__"}
