"""A live `torch.nn.Module` called on shape-only tensors: torch's functions hand over to the rules, and no kernel runs.

torch is never imported from here: whoever owns a live module has imported it already.
"""

from __future__ import annotations

import sys

from convcalc.ops import find
from convcalc.tensor import Device, Size, Tensor, dtype_of, make
from convcalc.trace import recorder as _trace

from .facade import unknown_operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# What is read off a real tensor without computing.
_READING = frozenset(
    "__get__ __set__ __delete__ __bool__ __int__ __float__ __index__ __len__ dim size stride is_contiguous numel nelement ndimension item tolist "
    "is_floating_point is_complex is_signed element_size get_device data_ptr storage_offset is_pinned is_inference requires_grad_ type".split()
)
_PREFIXES = (
    ("torch.nn.functional.", ("F.", "torch.")), ("torch.Tensor.", ("Tensor.", "torch.")), ("torch.linalg.", ("linalg.",)), ("torch.fft.", ("fft.",)),
    ("torch.special.", ("special.",)), ("torch.", ("torch.", "F.")),
)  # fmt: skip
_names: dict[Any, str] = {}


def torch_function(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The answer of the rule that serves a real torch function; an unknown operation where there is none."""
    torch = sys.modules["torch"]
    name = _name_of(func, torch)
    rule = _rule(name)
    args = tuple(_ours(value, torch) for value in args)
    kwargs = {key: _ours(value, torch) for key, value in kwargs.items()}
    if rule is not None:
        return rule(*args, **kwargs)
    method = name.rpartition(".")[2]
    if args and isinstance(args[0], Tensor) and hasattr(type(args[0]), method):
        member = getattr(args[0], method)
        return member(*args[1:], **kwargs) if callable(member) else member
    return unknown_operation(name)


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


def _ours(value: Any, torch: Any) -> Any:
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
        return type(value)(_ours(part, torch) for part in value)
    if type(value) is dict:
        return {key: _ours(part, torch) for key, part in value.items()}
    return value


def _tensor(real: Any, torch: Any) -> Tensor:
    with torch._C.DisableTorchFunction():
        strides = None if real.layout is not torch.strided or real.is_contiguous() else tuple(real.stride())
        found = make(Size(real.shape), dtype_of(str(real.dtype)), strides)
        found.requires_grad = real.requires_grad
    return found


def trace_live(module: Any, *inputs: Any, **kwargs: Any) -> Any:
    """Calls a live module on shape-only tensors; the active recorder gets a call for each of its modules.

    Every torch function called meanwhile is answered by a rule, so that buffers are not updated either.
    """
    torch = sys.modules["torch"]
    recorder = _trace.active
    hooks = torch.nn.modules.module
    handles = []
    calls: list[Any] = []
    recurrent = _serve_recurrent(torch)

    if recorder is not None:

        def entering(child: Any, args: Any) -> None:
            calls.append(recorder.enter(child, type(child).__name__, args, {}, child.training))

        def leaving(child: Any, args: Any, result: Any) -> None:
            recorder.leave(calls.pop(), result)

        handles = [hooks.register_module_forward_pre_hook(entering), hooks.register_module_forward_hook(leaving)]
    try:
        with _mode(torch)():
            return module(*inputs, **kwargs)
    except BaseException as error:
        while calls and recorder is not None:
            recorder.fail(calls.pop(), error)
        raise
    finally:
        for handle in handles:
            handle.remove()
        for cls, forward in recurrent:
            cls.forward = forward


def _serve_recurrent(torch: Any) -> list[tuple[Any, Any]]:
    """Recurrent layers are answered whole, by the layer of the same name here; returns what is to be put back.

    Their own code makes the first state with `torch.zeros(dtype=input.dtype)`, whose arguments torch reads before it asks anybody.
    """
    replaced = []
    for name in ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"):
        cls = getattr(torch.nn, name)
        replaced.append((cls, cls.forward))
        cls.forward = _twin_forward(name, cls.forward)
    return replaced


def _twin_forward(name: str, real_forward: Any) -> Callable[..., Any]:
    settings = ("num_layers", "bias", "batch_first", "bidirectional", "proj_size", "nonlinearity")

    def forward(module: Any, input: Any, *states: Any) -> Any:
        from convcalc import nn

        if not _has_ours((input, states)):
            return real_forward(module, input, *states)
        given = {key: getattr(module, key) for key in settings if hasattr(module, key)}
        if name in ("LSTM", "GRU", "LSTMCell", "GRUCell"):
            given.pop("nonlinearity", None)
        if name in ("RNN", "GRU"):
            given.pop("proj_size", None)
        if name.endswith("Cell"):
            given = {key: value for key, value in given.items() if key in ("bias", "nonlinearity")}
        dtype = str(next(iter(module._parameters.values())).dtype)
        twin = getattr(nn, name)(module.input_size, module.hidden_size, dtype=dtype_of(dtype), **given)
        return twin.forward(input, *states)

    return forward


def _mode(torch: Any) -> Any:
    """The class of a mode in which every torch function is answered here, also those on real tensors only."""

    class Shapes(torch.overrides.TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            name = getattr(func, "__name__", "")
            if (
                not _has_ours(args)
                and not _has_ours(kwargs)
                and (name in _READING or name.startswith(("_set_", "_get_", "_is_")))
            ):
                return func(*args, **kwargs)
            return torch_function(func, args, kwargs)

    return Shapes


def _has_ours(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return any(map(_has_ours, value))
    if isinstance(value, dict):
        return any(map(_has_ours, value.values()))
    return isinstance(value, Tensor)
