"""Methods of pandas's classes as rules: what a rule does not know is an unknown, named after the method."""

from __future__ import annotations

import types

from ..numpy_rules.registry import NotModelled, answering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


SERVED: dict[str, Any] = {}  # what tables and columns need of the files that are made of them, by name


def serves(thing: Any) -> Any:
    """Marks a function, or a class, that methods of tables and columns call."""
    SERVED[thing.__name__] = thing
    return thing


def modelled(cls: type, name: str) -> None:
    """Make rules of the public methods of a class, and of its properties; pandas has them under that name."""
    for word, found in list(vars(cls).items()):
        if word.startswith("_"):
            continue
        if isinstance(found, types.FunctionType):
            setattr(cls, word, _rule(f"{name}.{word}", found))
        elif isinstance(found, property) and found.fget is not None:
            setattr(cls, word, property(_rule(f"{name}.{word}", found.fget), found.fset))


def _rule(label: str, function: Any) -> Any:
    return answering(label, function)


def only(given: dict[str, Any], *harmless: str) -> None:
    """Of other arguments than those that decide nothing about shapes and types nothing is known here."""
    for name, value in given.items():
        if name not in harmless and value is not None:
            raise NotModelled


HARMLESS = (
    "copy",
    "ignore_index",
    "sort",
    "verify_integrity",
    "observed",
    "engine",
    "level",
    "random_state",
    "ascending",
    "kind",
    "na_position",
)
