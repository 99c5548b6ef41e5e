"""Building a module without values, and its weights' memory format: here values are never kept, and formats are strides.

Source: torch/nn/utils/init.py, memory_format.py
"""

from __future__ import annotations

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
    """Lays out the weights of all 2-D convolutions in `memory_format`."""
    return _convert(module, memory_format, {"Conv2d", "ConvTranspose2d"})


def convert_conv3d_weight_memory_format(module: Any, memory_format: Any) -> Any:
    """Lays out the weights of all 3-D convolutions in `memory_format`."""
    return _convert(module, memory_format, {"Conv3d", "ConvTranspose3d"})


def _convert(module: Any, memory_format: Any, layers: set[str]) -> Any:
    strides = channels_last_strides if "channels_last" in str(memory_format) else contiguous_strides
    for _, inner in named_modules(module):
        if layers & {cls.__name__ for cls in type(inner).__mro__}:
            inner.weight._strides = strides(inner.weight.shape)
    return module
