"""Functions of the real torch that are called on a shape-only tensor: the rules of the same names answer, and no kernel runs.

torch is never imported from here: whoever hands its functions a tensor of ours has imported it already.
"""

from __future__ import annotations

import sys

from convcalc.tensor import Device, Size, Tensor, dtype_of, make
from convcalc.tensor.values import Values

from .registry import find, unknown_operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PREFIXES = (
    ("torch.nn.functional.", ("F.", "torch.")), ("torch.Tensor.", ("Tensor.", "torch.")), ("torch.linalg.", ("linalg.",)), ("torch.fft.", ("fft.",)),
    ("torch.special.", ("special.",)), ("torch.functional.", ("torch.",)), ("torch.", ("torch.", "F.")),
)  # fmt: skip
_names: dict[Any, str] = {}
MAX_READ = 1000  # elements of a real tensor of whole numbers that are read: indices, lengths, masks


def torch_function(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The answer of the rule that serves a real torch function; an unknown operation where there is none."""
    torch = sys.modules["torch"]
    args = tuple(ours_of(value, torch) for value in args)
    kwargs = {key: ours_of(value, torch) for key, value in kwargs.items()}
    rule, name = rule_for(func, args, torch)
    return unknown_operation(name) if rule is None else rule(*args, **kwargs)


def rule_for(func: Any, args: tuple[Any, ...], torch: Any) -> tuple[Callable[..., Any] | None, str]:
    """What answers a real torch function that is called with tensors of ours, and the function's public name; None where nothing does.

    That is a rule, or a method or attribute that tensors of ours have by themselves.
    """
    name = _name_of(func, torch)
    rule = _rule(name)
    if rule is not None:
        return rule, name
    method = name.rpartition(".")[2]
    if args and isinstance(args[0], Tensor) and hasattr(type(args[0]), method):

        def member(tensor: Tensor, *rest: Any, **named: Any) -> Any:
            found = getattr(tensor, method)
            return found(*rest, **named) if callable(found) else found

        return member, name
    return None, name


def _name_of(func: Any, torch: Any) -> str:
    """The public name of a torch function, such as `torch.nn.functional.linear`."""
    found = _names.get(func)
    if found is None:
        found = torch.overrides.resolve_name(func)
        if found is None:
            module = getattr(func, "__module__", None) or "torch"
            name = getattr(func, "__name__", type(func).__name__)
            module = {"torch._C._nn": "torch.nn.functional"}.get(module, module)
            found = f"{module}.{name}" if module.startswith("torch.") or module == "torch" else f"torch.{name}"
        if found.endswith(".__get__"):
            found = found.removesuffix(".__get__")
        _names[func] = found
    return found


def _rule(name: str) -> Callable[..., Any] | None:
    for prefix, ours in _PREFIXES:
        if name.startswith(prefix):
            stem = name[len(prefix) :]
            for ending in (stem, stem.lstrip("_")) if not stem.startswith("__") else (stem,):
                for lead in ours:
                    found = find(lead + ending)
                    if found is not None:
                        return found
            return None
    return None


def ours_of(value: Any, torch: Any) -> Any:
    """A real tensor, element type, size or device as ours; containers by their parts."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, torch.Tensor):
        return _tensor(value, torch)
    if isinstance(value, torch.dtype):
        return dtype_of(str(value))
    if isinstance(value, torch.device):
        return Device(str(value))
    if isinstance(value, torch.memory_format):
        return str(value).removeprefix("torch.")
    if isinstance(value, torch.Size):
        return Size(value)
    if type(value) in (tuple, list):
        return type(value)(ours_of(part, torch) for part in value)
    if type(value) is dict:
        return {key: ours_of(part, torch) for key, part in value.items()}
    return value


def _tensor(real: Any, torch: Any) -> Tensor:
    with torch._C.DisableTorchFunction():
        strides = None if real.layout is not torch.strided or real.is_contiguous() else tuple(real.stride())
        found = make(Size(real.shape), dtype_of(str(real.dtype)), strides)
        if real.device.type == "cpu" and real.dtype in _whole_types(torch) and real.numel() <= MAX_READ:
            found.values = Values(real.flatten().tolist())
        found.requires_grad = real.requires_grad
    return found


def _whole_types(torch: Any) -> tuple[Any, ...]:
    return torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool
