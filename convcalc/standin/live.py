"""A live `torch.nn.Module` called on shape-only tensors: each of torch's functions is answered by a rule.

torch is never imported from here: whoever owns a live module has imported it already.
"""

from __future__ import annotations

import sys

from convcalc.ops.torch_functions import torch_function
from convcalc.tensor import Tensor, dtype_of
from convcalc.trace import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# What is read off a real tensor without computing.
_READING = frozenset(
    "__get__ __set__ __delete__ __bool__ __int__ __float__ __index__ __len__ dim size stride is_contiguous numel nelement ndimension item tolist "
    "is_floating_point is_complex is_signed element_size get_device data_ptr storage_offset is_pinned is_inference requires_grad_ type".split()
)


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
