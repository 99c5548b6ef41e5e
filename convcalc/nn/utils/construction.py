"""Building a module without values, and its weights' memory format: here values are never kept, and formats are strides.

Source: torch/nn/utils/init.py, memory_format.py
"""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, named_modules
from convcalc.tensor import ShapeError
from convcalc.tensor.strides import channels_last_strides, contiguous_strides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """The module, its parameters without values. Source: torch.nn.utils.skip_init"""
    import inspect

    if not issubclass(module_cls, Module):
        raise ShapeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls.__init__).parameters:
        raise ShapeError("Module must support a 'device' arg to skip initialization")
    return module_cls(*args, **kwargs)


def convert_conv2d_weight_memory_format(module: Any, memory_format: Any) -> Any:
    """Lay out the weights of all 2-D convolutions in `memory_format`."""
    return _convert(module, memory_format, 2)


def convert_conv3d_weight_memory_format(module: Any, memory_format: Any) -> Any:
    """Lay out the weights of all 3-D convolutions in `memory_format`."""
    return _convert(module, memory_format, 3)


def _convert(module: Any, memory_format: Any, dims: int) -> Any:
    strides = channels_last_strides if "channels_last" in str(memory_format) else contiguous_strides
    for _, inner in named_modules(module):
        stated = facts_of(type(inner))
        if stated.kind == "convolution" and stated.dims == dims:
            inner.weight._strides = strides(inner.weight.shape)
    return module
