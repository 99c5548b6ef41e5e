"""What an operation does with arguments that are rare: arrays of numpy in a tensor's place, which PyTorch refuses, and unknown types (`worlds`)."""

from __future__ import annotations

from convcalc.tensor import ShapeTypeError, UnknownDType
from convcalc.tensor.sparse import Sparse, facts
from convcalc.tensor.unknown import Number, is_array, strangers

from .worlds import _parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .registry import Operation


# What knows the rules of operations on sparse tensors; `sparse`, without which there are none, puts it here.
sparse_rule_finder: list[Callable[[Operation], Callable[..., Any]]] = []


def rule_for(operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[..., Any]:
    """The rule of an operation, unless its arguments ask for another."""
    if Sparse in strangers and any(facts(part) is not None for part in _parts((args, kwargs))):
        return sparse_rule_finder[0](operation)
    if any(map(is_array, args)) or any(map(is_array, kwargs.values())):
        refused = _array_for_tensor(operation, args, kwargs)
        if refused is not None:
            return refused  # type: ignore[no-any-return]
    if UnknownDType in strangers or Number in strangers:
        from .worlds import are_needed, in_every_world

        if are_needed(args, kwargs):
            rule = operation.rule
            return lambda *a, **k: in_every_world(rule, a, k)
    return operation.rule


def _array_for_tensor(operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A rule that refuses the first array that stands where a tensor is asked for; None where there is none."""
    rule: Any = operation.rule
    names = rule.__code__.co_varnames[: rule.__code__.co_argcount]
    for i, (name, value) in enumerate((*zip(names, args), *kwargs.items())):
        if is_array(value) and str(rule.__annotations__.get(name, "")).startswith("Tensor"):
            place = f" (position {i + 1})" if i < len(args) else ""
            return _refusing(f"{operation.name}(): argument '{name}'{place} must be Tensor, not numpy.ndarray")
    return None


def _refusing(message: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ShapeTypeError(message, actual="ndarray")

    return refuse
