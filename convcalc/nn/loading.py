"""What a state dict lacks of a module's state, has beside it, and has in other sizes.

Source: torch/nn/modules/module.py, load_state_dict and _load_from_state_dict
"""

from __future__ import annotations

import sys

from convcalc.tensor import Parameter, Tensor, UninitializedBuffer, UninitializedParameter, Unknown
from convcalc.tensor.unknown import values_of
from convcalc.trace import recorder as _trace

from .module import Module, holds_unknown, named_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What a class may define to load or save in a way of its own.
_OWN_WAYS = ("_load_from_state_dict", "_save_to_state_dict", "get_extra_state", "set_extra_state")


def differences(module: Module, state: Any) -> tuple[list[str], list[str], list[str]]:
    """Keys that are missing, keys that are unexpected, and a message for each tensor of another size."""
    own = Module.state_dict(module)
    keys = list(state.keys())
    missing, unexpected = [], []
    if not any(isinstance(key, Unknown) or "?" in str(key) for key in keys) and not _is_unclear(module):
        given = set(keys)
        # states saved before a layer counted its batches are taken as well
        missing = [key for key in own if key not in given and not key.endswith("num_batches_tracked")]
        unexpected = [key for key in keys if key not in own]
    return missing, unexpected, [m for m in (_mismatch(key, own[key], state[key]) for key in keys if key in own) if m]


def assign_state(module: Module, state: Any) -> None:
    """Puts the tensors of a state in the place of a module's own, as `assign=True` asks: their element types come with them."""
    for prefix, part in named_modules(module):
        lead = f"{prefix}." if prefix else ""
        for table in (part._parameters, part._buffers):
            for name, old in table.items():
                new = dict(state).get(lead + name)
                if isinstance(new, Tensor) and isinstance(old, Tensor):
                    table[name] = Parameter(new.detach(), old._grad) if table is part._parameters else new


def note_misfit(module: Module, state: Unknown, strict: bool) -> None:
    """Notes a state that is not known where nothing that it may be, as far as that is known, fits a module."""
    values, recorder = values_of(state), _trace.active
    if recorder is not None and values and not any(_fits(module, value, strict) for value in values):
        recorder.misfits.append((state, type(module).__name__, recorder.place(sys._getframe(2))))


def _fits(module: Module, state: Any, strict: bool) -> bool:
    if not isinstance(state, dict):
        return isinstance(state, Unknown)
    missing, unexpected, mismatches = differences(module, state)
    return not (mismatches or (strict and (missing or unexpected)))


def _is_unclear(module: Module) -> bool:
    """Whether nobody can say which keys the module's state has: a part of it is unknown, or does it in its own way."""
    return any(
        part.__dict__.get("has_state_hooks")
        or _has_own_way(type(part))
        or holds_unknown(part, ("_modules", "_parameters", "_buffers"))
        for _, part in named_modules(module)
    )


def _has_own_way(kind: type) -> bool:
    """Whether a class of the user's says itself how its state is saved or loaded."""
    return any(
        name in base.__dict__
        for base in kind.__mro__
        if not base.__module__.startswith("convcalc.")
        for name in _OWN_WAYS
    )


def _mismatch(key: str, mine: Any, theirs: Any) -> str | None:
    if isinstance(theirs, Unknown) or not isinstance(mine, Tensor):
        return None
    if not isinstance(theirs, Tensor):
        kind = f"<class '{type(theirs).__name__}'>"
        return f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint but received {kind}'
    if isinstance(mine, (UninitializedParameter, UninitializedBuffer)):
        return None
    if theirs.shape != mine.shape and not (mine.ndim == 0 and theirs.ndim == 1):
        return (
            f"size mismatch for {key}: copying a param with shape {theirs.shape} from checkpoint, "
            f"the shape in current model is {mine.shape}."
        )
    return None
