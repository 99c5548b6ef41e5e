"""`torch.utils.checkpoint`: recomputing activations in the backward pass. The forward pass is the function's own."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def checkpoint(function: Any, *args: Any, use_reentrant: Any = None, context_fn: Any = None, determinism_check: Any = None, debug: bool = False, preserve_rng_state: bool = True, early_stop: bool = True, **kwargs: Any) -> Any:  # fmt: skip
    return function(*args, **kwargs)


def checkpoint_sequential(functions: Any, segments: int, input: Any, use_reentrant: Any = None, **kwargs: Any) -> Any:
    """Calls the functions (of a Sequential, its children) one after the other."""
    children = functions.children() if hasattr(functions, "children") else functions
    for function in children:
        input = function(input)
    return input


CHECKPOINT: dict[str, Any] = {"checkpoint": checkpoint, "checkpoint_sequential": checkpoint_sequential}

STANDS_FOR = {"torch.utils.checkpoint": CHECKPOINT}
