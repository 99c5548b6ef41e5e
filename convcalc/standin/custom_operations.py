"""`torch.ops`: operations by the names of their libraries. Those of ATen are PyTorch's own; of others, a few have rules here."""

from __future__ import annotations

from convcalc.formulas import windows
from convcalc.ops.registry import Operation, find
from convcalc.tensor import ShapeError, Unknown, dtypes, make
from convcalc.tensor.resets import on_reset

from .facade import UnknownOperation, unknown_operation

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
        library = self.__name__.rpartition(".")[2]
        own = _defined.get(f"{library}::{name}")
        if own is not None:
            return own
        rule = RULES.get(path)
        if rule is None and library in ("aten", "prims"):
            found = find(f"torch.{name}") or find(f"Tensor.{name}")
            rule = None if found is None else AtenOperation(path, found)
        return UnknownOperation(path) if rule is None else rule


class AtenOperation:
    """An operation of ATen: PyTorch's function of that name; its overloads, such as `.default`, are itself."""

    def __init__(self, path: str, function: Any) -> None:
        self.__name__ = path
        self._function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self


class CustomOperation:
    """An operation that a program defines: what it computes, or a function that tells the shapes (`register_fake`)."""

    def __init__(self, name: str, function: Any = None) -> None:
        self.__name__ = self._opoverload = self._name = name
        self._function = function
        self._fake: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function = self._fake or self._function
        return (
            unknown_operation(f"torch.ops.{self._name.replace('::', '.')}")
            if function is None
            else function(*args, **kwargs)
        )

    @property
    def default(self) -> CustomOperation:
        return self

    def register_fake(self, function: Any) -> Any:
        self._fake = function
        return function

    def register_kernel(self, device_types: Any, function: Any = None) -> Any:
        """For a kind of device; the shapes are those of the others."""
        return (lambda given: given) if function is None else function

    def register_autograd(self, backward: Any, *, setup_context: Any = None) -> None:
        """What its backward does."""

    def register_vmap(self, function: Any = None) -> Any:
        return (lambda given: given) if function is None else function

    register_autocast = register_torch_dispatch = register_kernel


_defined: dict[str, CustomOperation] = {}


@on_reset
def reset() -> None:
    """Drops the operations that the last program has defined."""
    _defined.clear()


def operation_named(name: Any) -> CustomOperation:
    """The program's own operation `library::name`, made when it is first spoken of."""
    if isinstance(name, CustomOperation):
        return name
    name = str(name).partition("(")[0].partition(".")[0]
    return _defined.setdefault(name, CustomOperation(name))


def custom_op(name: Any, fn: Any = None, /, **options: Any) -> Any:
    """`torch.library.custom_op("library::name", mutates_args=())`"""

    def define(function: Any) -> CustomOperation:
        operation = operation_named(name)
        operation._function = function
        return operation

    return define if fn is None else define(fn)


def define(name: Any, schema: Any = None, *, lib: Any = None, tags: Any = ()) -> None:
    """`torch.library.define("library::name", "(Tensor x) -> Tensor")`"""
    operation_named(name)


def impl(name: Any, types: Any = None, func: Any = None, *, lib: Any = None) -> Any:
    """`torch.library.impl("library::name", "cpu")`"""

    def implement(function: Any) -> Any:
        operation_named(name)._function = function
        return function

    return implement if func is None else implement(func)


def register_fake(name: Any, func: Any = None, /, **options: Any) -> Any:
    """`torch.library.register_fake("library::name")`"""
    return operation_named(name).register_fake if func is None else operation_named(name).register_fake(func)


def registered(name: Any, *args: Any, **options: Any) -> Any:
    """What is registered for a device, for gradients or for vmap says nothing of shapes."""
    function = next((a for a in args if callable(a)), None)
    return (lambda given: given) if function is None else function


class OwnLibrary:
    """`torch.library.Library("library", "DEF")`"""

    def __init__(self, ns: str, kind: str = "DEF", dispatch_key: str = "") -> None:
        self.ns = ns

    def define(self, schema: str, *args: Any, **options: Any) -> str:
        return operation_named(f"{self.ns}::{schema}")._name

    def impl(self, op_name: Any, fn: Any, dispatch_key: str = "", **options: Any) -> None:
        operation = operation_named(op_name if "::" in str(op_name) else f"{self.ns}::{op_name}")
        if dispatch_key == "Meta":
            operation._fake = fn
        elif operation._function is None or dispatch_key in (
            "CPU",
            "CompositeImplicitAutograd",
            "CompositeExplicitAutograd",
            "",
        ):
            operation._function = fn


LIBRARY: dict[str, Any] = {
    "custom_op": custom_op, "triton_op": custom_op, "define": define, "impl": impl, "register_fake": register_fake, "impl_abstract": register_fake,
    **dict.fromkeys("register_kernel register_autograd register_vmap register_autocast register_torch_dispatch".split(), registered),
    "Library": OwnLibrary,
}  # fmt: skip


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

STANDS_FOR = {"torch.library": LIBRARY}
