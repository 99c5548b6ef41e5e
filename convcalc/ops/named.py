"""Results with named fields, such as `torch.return_types.max`: tuples that answer to `.values` and `.indices`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_classes: dict[str, type] = {}


class NamedResult(tuple):  # type: ignore[type-arg]
    """A tuple whose items have names."""

    __slots__ = ()
    fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        inside = ",\n".join(f"{name}={value!r}" for name, value in zip(self.fields, self))
        return f"torch.return_types.{type(self).__name__}(\n{inside})"


def _item(i: int) -> property:
    return property(lambda self: self[i])


def named_result(name: str, **fields: Any) -> Any:
    """A result of the class `torch.return_types.<name>`."""
    cls = _classes.get(name)
    if cls is None:
        body: dict[str, Any] = {"fields": tuple(fields), "__slots__": ()}
        body.update({field: _item(i) for i, field in enumerate(fields)})
        cls = _classes[name] = type(name, (NamedResult,), body)
    return cls(fields.values())
