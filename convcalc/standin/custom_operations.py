"""`torch.ops`: operations by the names of their libraries. Those of ATen are PyTorch's own; of others, a few have rules here."""

from __future__ import annotations

from convcalc.formulas import windows
from convcalc.ops.registry import Operation
from convcalc.tensor import ShapeError, Unknown, dtypes, make

from .facade import UnknownOperation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Library:
    """`torch.ops.NAME`: a name leads to an operation, or to an unknown one."""

    def __init__(self, path: str) -> None:
        self.__name__ = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        path = f"{self.__name__}.{name}"
        rule = RULES.get(path)
        return UnknownOperation(path) if rule is None else rule


def of_library(name: str) -> Any:
    """The attribute `name` of `torch.ops`."""
    return _nothing if name == "load_library" else Library(f"torch.ops.{name}")


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Loads no library."""


def nms(dets: Any, scores: Any, iou_threshold: float) -> Any:
    """Which boxes are kept: how many, only their values tell.

    Shapes: dets: (N, 4); scores: (N,); y: (?,) of int64
    Source: torchvision/_meta_registrations.py
    """
    kept: Any = Unknown("how many boxes non-maximum suppression keeps")
    return make((kept,), dtypes.int64)


def roi_align(
    input: Any,
    rois: Any,
    spatial_scale: float,
    pooled_height: Any,
    pooled_width: Any,
    sampling_ratio: int,
    aligned: bool,
) -> Any:
    """A window of fixed size for each region.

    Shapes: input: (N, C, H, W); rois: (K, 5); y: (K, C, pooled_height, pooled_width)
    Source: torchvision/_meta_registrations.py
    """
    if rois.shape[1] != 5:
        raise ShapeError("rois must have shape as Tensor[K, 5]", "argument", shape=rois.shape)
    return make((rois.shape[0], input.shape[1], pooled_height, pooled_width), input.dtype)


def roi_pool(input: Any, rois: Any, spatial_scale: float, pooled_height: Any, pooled_width: Any) -> Any:
    """The largest value in each cell of each region; and where it was found."""
    pooled = make((rois.shape[0], input.shape[1], pooled_height, pooled_width), input.dtype)
    return pooled, make(pooled.shape, dtypes.int32)


def deform_conv2d(
    input: Any, weight: Any, offset: Any, mask: Any, bias: Any, stride_h: int, stride_w: int, pad_h: int, pad_w: int,
    dil_h: int, dil_w: int, groups: int, offset_groups: int, use_mask: bool,
) -> Any:  # fmt: skip
    """A convolution whose windows are read at displaced places.

    Shapes: input: (N, C_in, H, W); weight: (C_out, C_in/groups, kH, kW); y: (N, C_out, H', W')
    Source: torchvision/_meta_registrations.py
    """
    count, _, height, width = input.shape
    out_channels, _, kernel_h, kernel_w = weight.shape
    sizes = [
        windows.conv_output_size(size, kernel, stride, padding, dilation)
        for size, kernel, stride, padding, dilation in (
            (height, kernel_h, stride_h, pad_h, dil_h),
            (width, kernel_w, stride_w, pad_w, dil_w),
        )
    ]
    return make((count, out_channels, *sizes), input.dtype)


def _deform_conv2d_macs(output: Any, input: Any, weight: Any, *settings: Any) -> Any:
    _, in_channels, kernel_h, kernel_w = weight.shape
    return output.numel() * in_channels * kernel_h * kernel_w


def _operation(rule: Any, macs: Any = 0) -> Any:
    path = f"torch.ops.torchvision.{rule.__name__}"
    return Operation(rule.__name__, rule, (path,), macs).labelled(path)


RULES: dict[str, Any] = {
    operation.operation.names[0]: operation
    for operation in (
        _operation(nms), _operation(roi_align), _operation(roi_pool), _operation(deform_conv2d, _deform_conv2d_macs),
    )
}  # fmt: skip
