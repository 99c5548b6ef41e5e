"""Writes in place that PyTorch's autograd refuses: to a leaf that needs a gradient, or to a view of one."""

from __future__ import annotations

from convcalc.trace.gradients import is_whole, refused_write

from .registry import VIEWS, Operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What has no gradient to lose: these write numbers that are true or false.
_ALLOWED = frozenset("logical_and_ logical_not_ logical_or_ logical_xor_ requires_grad_ detach_".split())


def refusal(operation: Operation, label: str, args: tuple[Any, ...]) -> Operation | None:
    """An operation in the place of one that writes, which refuses as PyTorch does; None where the write is none of these."""
    if label.rpartition(".")[2] in _ALLOWED:
        return None
    whole = label != "Tensor.__setitem__" or (len(args) > 1 and is_whole(args[0], args[1]))
    error = refused_write(args[0], VIEWS, whole)
    if error is None:
        return None

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise error

    return operation.by(refuse, 0)
