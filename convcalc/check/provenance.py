"""How a tensor came about: the calls that changed its shape, back to the input."""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import ShapeError, Tensor, Unknown
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.trace import Call

MAX_STEPS = 50  # of a provenance; a reader needs the last few


def refused_tensor(call: Call, error: ShapeError | None) -> Any:
    """Of the tensors given to a refused call, the one of the shape that the error names, else the first."""
    given = [t for t in tensors(call.arguments) if isinstance(t, Tensor)]
    wanted = error.shape if isinstance(error, ShapeError) else None  # what else is raised may answer anything
    if wanted is not None:
        for tensor in given:
            if tuple(tensor.shape) == tuple(wanted):
                return tensor
    return given[0] if given else None


def history(tensor: Any) -> Iterator[tuple[Call, Any, Any]]:
    """Yield the calls that made a tensor, the newest first, each with the tensor before and after it."""
    made: Call | None = getattr(tensor, "origin", None)
    for _ in range(10 * MAX_STEPS):
        if made is None:
            return
        before = main_input(made)
        yield made, before, tensor
        if before is tensor:  # in place
            made = made.before
        else:
            tensor = before
            made = getattr(tensor, "origin", None)


def provenance(tensor: Any) -> list[dict[str, Any]]:
    """Return the steps that made a tensor's shape, the newest first; operations that keep the shape are left out."""
    steps: list[dict[str, Any]] = []
    for made, before, after in history(tensor):
        old = None if before is None else tuple(before.shape)
        if old is None or _differ(old, tuple(after.shape)):
            steps.append(_step(made, old, after))
        if len(steps) == MAX_STEPS:
            break
    return steps


def _differ(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Return whether two shapes are not the same, as far as both are known."""
    if len(old) != len(new):
        return True
    return any(a != b for a, b in zip(old, new) if type(a) is not Unknown and type(b) is not Unknown)


def main_input(made: Call) -> Any:
    """Return the tensor that an operation changed: its first."""
    return next((t for t in tensors(made.arguments) if isinstance(t, Tensor)), None)


def _step(made: Call, old: tuple[Any, ...] | None, tensor: Any) -> dict[str, Any]:
    owner = made.owner
    is_layer = isinstance(owner, Module) and type(owner).__module__.startswith("convcalc.nn")
    return {
        "operation": type(owner).__name__ if is_layer else made.type,
        "from": None if old is None else plain_shape(old),
        "to": plain_shape(tensor.shape),
        "file": made.file,
        "line": made.line,
    }


def plain_shape(shape: Any) -> list[Any]:
    """Return a shape for JSON: an unknown size is None, a symbolic one its text."""
    return [size if type(size) is int else None if type(size) is Unknown else str(size) for size in shape]
