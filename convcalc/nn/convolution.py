"""Convolution layers, their transposes, and those that take their input channels from the first input."""

from __future__ import annotations

from convcalc.formulas.windows import same_padding, transposed_size
from convcalc.ops import convolution as _convolution
from convcalc.ops import padding as _padding
from convcalc.tensor import (
    Parameter,
    ShapeError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    UninitializedParameter,
    dtype_of,
    make,
)
from convcalc.tensor.tensor import check_sizes
from convcalc.tensor.unknown import lacks

from .constructors import own_constructor
from .facts import facts
from .lazy import LazyModuleMixin
from .module import Module
from .ntuple import NTUPLES, reverse_repeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


@facts(kind="convolution", takes="in_channels", gives="out_channels", axis=1, unit="channels")
class _ConvNd(Module):
    """What all convolution layers share: settings as tuples, a weight and maybe a bias.

    Units:   params = out_channels * in_channels/groups * prod(kernel_size) + out_channels
    Errors:  groups does not divide the channels; an unknown padding
    Source:  torch.nn.modules.conv._ConvNd
    """

    __constants__ = [
        "stride",
        "padding",
        "dilation",
        "groups",
        "padding_mode",
        "output_padding",
        "in_channels",
        "out_channels",
        "kernel_size",
    ]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        padding: str | tuple[int, ...],
        dilation: tuple[int, ...],
        transposed: bool,
        output_padding: tuple[int, ...],
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check_arguments(in_channels, out_channels, stride, padding, groups, padding_mode)
        self.__dict__.update(
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            transposed=transposed,
            output_padding=output_padding,
            groups=groups,
            padding_mode=padding_mode,
            _reversed_padding_repeated_twice=_both_sides(padding, kernel_size, dilation),
        )
        dtype = dtype_of(dtype)
        ends = (in_channels, out_channels // groups) if transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(make(check_sizes((*ends, *kernel_size), "empty"), dtype))
        if bias:
            self.bias = Parameter(make((out_channels,), dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do; here because subclasses override and call it."""

    def extra_repr(self) -> str:
        dims = len(self.kernel_size)
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * len(self.padding):
            text += f", padding={self.padding}"
        if self.dilation != (1,) * dims:
            text += f", dilation={self.dilation}"
        if self.output_padding != (0,) * len(self.output_padding):
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.__dict__.setdefault("padding_mode", "zeros")


def _check_arguments(
    in_channels: int, out_channels: int, stride: tuple[int, ...], padding: Any, groups: int, padding_mode: str
) -> None:
    if groups <= 0:
        raise ShapeValueError("groups must be a positive integer", "groups", actual=groups, argument="groups")
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups != 0:
            raise ShapeValueError(
                f"{name} must be divisible by groups", "groups", expected=groups, actual=channels, argument="groups"
            )
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ShapeValueError(
                f"Invalid padding string {padding!r}, should be one of {{'same', 'valid'}}",
                "argument",
                actual=padding,
                argument="padding",
            )
        if padding == "same" and any(step != 1 for step in stride):
            raise ShapeValueError(
                "padding='same' is not supported for strided convolutions",
                "argument",
                actual=stride,
                argument="stride",
            )
    if padding_mode not in PADDING_MODES:
        modes = ", ".join(map(repr, PADDING_MODES))
        message = f"padding_mode must be one of {{{modes}}}, but got padding_mode='{padding_mode}'"
        raise ShapeValueError(message, "argument", actual=padding_mode, argument="padding_mode")


def _both_sides(padding: str | tuple[int, ...], kernel_size: tuple[int, ...], dilation: tuple[int, ...]) -> list[int]:
    """The padding before and after each dimension, the last dimension first."""
    if padding == "valid":
        return [0, 0] * len(kernel_size)
    if padding == "same":
        sides = [same_padding(k, d) for k, d in zip(kernel_size, dilation)]
        missing = [(0, 0)] * (len(kernel_size) - len(sides))
        return [side for both in (*missing, *reversed(sides)) for side in both]
    return reverse_repeat(padding, 2)


@own_constructor
class _Conv(_ConvNd):
    """A convolution over `_dims` dimensions; its subclasses only say how many."""

    _dims: int
    _operation: Any

    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            in_channels: int,
            out_channels: int,
            kernel_size: Any,
            stride: Any = 1,
            padding: Any = 0,
            dilation: Any = 1,
            groups: int = 1,
            bias: bool = True,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            to_tuple = NTUPLES[self._dims]
            super().__init__(
                in_channels,
                out_channels,
                to_tuple(kernel_size),
                to_tuple(stride),
                padding if isinstance(padding, str) else to_tuple(padding),
                to_tuple(dilation),
                False,
                (0,) * self._dims,
                groups,
                bias,
                padding_mode,
                device,
                dtype,
            )

        return __init__

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if self.padding_mode != "zeros":
            padded = _padding.pad(input, self._reversed_padding_repeated_twice, mode=self.padding_mode)
            return self._operation(padded, weight, bias, self.stride, (0,) * self._dims, self.dilation, self.groups)  # type: ignore[no-any-return]
        return self._operation(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)  # type: ignore[no-any-return]

    def forward(self, input: Tensor) -> Tensor:
        return self._conv_forward(input, self.weight, self.bias)


@own_constructor
@facts(dims=1, ranks=(2, 3), sample=2)
class Conv1d(_Conv):
    """Slide `out_channels` filters over a batch of sequences.

    Shapes:  x: (N, C_in, L) or (C_in, L);  y: (N, C_out, L') or (C_out, L')
    Formula: `L' = (L + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`
    Units:   params in scalars; macs for one forward pass
    Errors:  groups does not divide C_in or C_out; x is not 2-D or 3-D; C_in differs; no room for the window
    Source:  torch.nn.Conv1d; Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016
    """

    _dims = 1
    _operation = staticmethod(_convolution.conv1d)


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class Conv2d(_Conv):
    """Slide `out_channels` filters over a batch of images.

    Shapes:  x: (N, C_in, H, W) or (C_in, H, W);  y: (N, C_out, H', W') or (C_out, H', W')
    Formula: `H' = (H + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`, and W' alike
    Units:   params in scalars; macs for one forward pass
    Errors:  groups does not divide C_in or C_out; x is not 3-D or 4-D; C_in differs; no room for the window
    Source:  torch.nn.Conv2d; Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016
    """

    _dims = 2
    _operation = staticmethod(_convolution.conv2d)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class Conv3d(_Conv):
    """Slide `out_channels` filters over a batch of volumes.

    Shapes:  x: (N, C_in, D, H, W) or (C_in, D, H, W);  y: (N, C_out, D', H', W') or (C_out, D', H', W')
    Formula: `D' = (D + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`, and H', W' alike
    Units:   params in scalars; macs for one forward pass
    Errors:  groups does not divide C_in or C_out; x is not 4-D or 5-D; C_in differs; no room for the window
    Source:  torch.nn.Conv3d; Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016
    """

    _dims = 3
    _operation = staticmethod(_convolution.conv3d)


class _ConvTransposeNd(_ConvNd):
    """What all transposed convolution layers share.

    Units:   params = in_channels * out_channels/groups * prod(kernel_size) + out_channels
    Errors:  a padding mode other than zeros
    Source:  torch.nn.modules.conv._ConvTransposeNd
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        padding: tuple[int, ...],
        dilation: tuple[int, ...],
        transposed: bool,
        output_padding: tuple[int, ...],
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            message = f'Only "zeros" padding mode is supported for {type(self).__name__}'
            raise ShapeValueError(message, "argument", actual=padding_mode, argument="padding_mode")
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            transposed,
            output_padding,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def _output_padding(
        self,
        input: Tensor,
        output_size: Any,
        stride: tuple[int, ...],
        padding: tuple[int, ...],
        kernel_size: tuple[int, ...],
        num_spatial_dims: int,
        dilation: tuple[int, ...] | None = None,
    ) -> Any:
        """The output padding that gives `output_size`, which must lie less than a stride above the natural size."""
        if output_size is None:
            return self.output_padding
        dims = num_spatial_dims
        lead = 2 if input.dim() == dims + 2 else 1
        if not hasattr(output_size, "__len__"):
            raise ShapeTypeError(
                f"object of type '{type(output_size).__name__}' has no len()", "argument", argument="output_size"
            )
        if len(output_size) == lead + dims:
            output_size = output_size[lead:]
        if len(output_size) != dims:
            message = f"ConvTranspose{dims}D: for {input.dim()}D input, output_size must have {dims} or {lead + dims} elements (got {len(output_size)})"
            raise ShapeValueError(message, "argument", expected=dims, actual=len(output_size), argument="output_size")
        dilation = (1,) * dims if dilation is None else dilation
        least = [
            transposed_size(input.size(d + lead), kernel_size[d], stride[d], padding[d], 0, dilation[d])
            for d in range(dims)
        ]
        most = [size + step - 1 for size, step in zip(least, stride)]
        for size, low, high in zip(output_size, least, most):
            if size < low or size > high:
                message = f"requested an output size of {output_size}, but valid sizes range from {least} to {most} (for an input of {input.size()[2:]})"
                raise ShapeValueError(
                    message, "argument", expected=(least, most), actual=tuple(output_size), argument="output_size"
                )
        return [size - low for size, low in zip(output_size, least)]


@own_constructor
class _ConvTranspose(_ConvTransposeNd):
    """A transposed convolution over `_dims` dimensions; its subclasses only say how many."""

    _dims: int
    _operation: Any

    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            in_channels: int,
            out_channels: int,
            kernel_size: Any,
            stride: Any = 1,
            padding: Any = 0,
            output_padding: Any = 0,
            groups: int = 1,
            bias: bool = True,
            dilation: Any = 1,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            to_tuple = NTUPLES[self._dims]
            super().__init__(
                in_channels,
                out_channels,
                to_tuple(kernel_size),
                to_tuple(stride),
                to_tuple(padding),
                to_tuple(dilation),
                True,
                to_tuple(output_padding),
                groups,
                bias,
                padding_mode,
                device,
                dtype,
            )

        return __init__

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        if self.padding_mode != "zeros":
            raise ShapeValueError(
                f"Only `zeros` padding mode is supported for ConvTranspose{self._dims}d",
                "argument",
                argument="padding_mode",
            )
        extra = self._output_padding(
            input, output_size, self.stride, self.padding, self.kernel_size, self._dims, self.dilation
        )
        output: Tensor = self._operation(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )
        return output


@own_constructor
@facts(dims=1, ranks=(2, 3), sample=2)
class ConvTranspose1d(_ConvTranspose):
    """The transpose of `Conv1d`: sequences grow by the stride.

    Shapes:  x: (N, C_in, L) or (C_in, L);  y: (N, C_out, L') or (C_out, L')
    Formula: `L' = (L - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1`
    Units:   params in scalars; macs for one forward pass
    Errors:  as Conv1d; output_padding is not below stride or dilation; output_size out of range
    Source:  torch.nn.ConvTranspose1d; Dumoulin and Visin, 2016
    """

    _dims = 1
    _operation = staticmethod(_convolution.conv_transpose1d)


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class ConvTranspose2d(_ConvTranspose):
    """The transpose of `Conv2d`: images grow by the stride.

    Shapes:  x: (N, C_in, H, W) or (C_in, H, W);  y: (N, C_out, H', W') or (C_out, H', W')
    Formula: `H' = (H - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1`, and W' alike
    Units:   params in scalars; macs for one forward pass
    Errors:  as Conv2d; output_padding is not below stride or dilation; output_size out of range
    Source:  torch.nn.ConvTranspose2d; Dumoulin and Visin, 2016
    """

    _dims = 2
    _operation = staticmethod(_convolution.conv_transpose2d)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class ConvTranspose3d(_ConvTranspose):
    """The transpose of `Conv3d`: volumes grow by the stride.

    Shapes:  x: (N, C_in, D, H, W) or (C_in, D, H, W);  y: (N, C_out, D', H', W') or (C_out, D', H', W')
    Formula: `D' = (D - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1`, and H', W' alike
    Units:   params in scalars; macs for one forward pass
    Errors:  as Conv3d; output_padding is not below stride or dilation; output_size out of range
    Source:  torch.nn.ConvTranspose3d; Dumoulin and Visin, 2016
    """

    _dims = 3
    _operation = staticmethod(_convolution.conv_transpose3d)


class _ConvTransposeMixin(_ConvTransposeNd):
    """The name that `_ConvTransposeNd` had when it was a mixin.

    Source: torch.nn.modules.conv._ConvTransposeMixin
    """


class _LazyConvXdMixin(LazyModuleMixin):
    """Takes in_channels from the first input.

    Errors:  the first input has a wrong number of dimensions; groups does not divide its channels
    Source:  torch.nn.modules.conv._LazyConvXdMixin
    """

    _dims: int
    groups: int
    transposed: bool
    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    weight: Any
    bias: Any

    def _make_lazy(self, out_channels: int, bias: bool, dtype: Any) -> None:
        self.weight = UninitializedParameter(dtype=dtype)
        self.out_channels = out_channels
        if bias:
            self.bias = UninitializedParameter(dtype=dtype)

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        if not self.has_uninitialized_params():
            return
        self.in_channels = self._get_in_channels(input)
        if self.in_channels % self.groups != 0:
            raise ShapeValueError(
                "in_channels must be divisible by groups",
                "groups",
                expected=self.groups,
                actual=self.in_channels,
                argument="groups",
            )
        ends = (
            (self.in_channels, self.out_channels // self.groups)
            if self.transposed
            else (self.out_channels, self.in_channels // self.groups)
        )
        self.weight.materialize((*ends, *self.kernel_size), dtype=self.weight.dtype)
        if self.bias is not None:
            self.bias.materialize((self.out_channels,), dtype=self.bias.dtype)

    def _get_in_channels(self, input: Tensor) -> Any:
        dims = self._get_num_spatial_dims()
        if input.dim() not in (dims + 1, dims + 2):
            message = f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to {type(self).__name__}, but got input of size: {input.shape}"
            raise ShapeError(
                message, "input-dimensions", expected=(dims + 1, dims + 2), actual=input.dim(), shape=tuple(input.shape)
            )
        return input.shape[1] if input.dim() == dims + 2 else input.shape[0]

    def _get_num_spatial_dims(self) -> int:
        return self._dims


@own_constructor
class _LazyConv(_LazyConvXdMixin, _Conv):
    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            out_channels: int,
            kernel_size: Any,
            stride: Any = 1,
            padding: Any = 0,
            dilation: Any = 1,
            groups: int = 1,
            bias: bool = True,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            constructor: Any = super().__init__
            constructor(0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode, device, dtype)
            self._make_lazy(out_channels, bias, dtype)

        return __init__


@own_constructor
class _LazyConvTranspose(_LazyConvXdMixin, _ConvTranspose):
    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            out_channels: int,
            kernel_size: Any,
            stride: Any = 1,
            padding: Any = 0,
            output_padding: Any = 0,
            groups: int = 1,
            bias: bool = True,
            dilation: Any = 1,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            constructor: Any = super().__init__
            constructor(
                0, 0, kernel_size, stride, padding, output_padding, groups, False, dilation, padding_mode, device, dtype
            )
            self._make_lazy(out_channels, bias, dtype)

        return __init__


@own_constructor
class LazyConv1d(_LazyConv, Conv1d):
    """`Conv1d` that takes in_channels from its first input.

    Shapes:  x: (N, any, L) or (any, L);  y: (N, C_out, L') or (C_out, L')
    Source:  torch.nn.LazyConv1d
    """

    cls_to_become = Conv1d


@own_constructor
class LazyConv2d(_LazyConv, Conv2d):
    """`Conv2d` that takes in_channels from its first input.

    Shapes:  x: (N, any, H, W) or (any, H, W);  y: (N, C_out, H', W') or (C_out, H', W')
    Source:  torch.nn.LazyConv2d
    """

    cls_to_become = Conv2d


@own_constructor
class LazyConv3d(_LazyConv, Conv3d):
    """`Conv3d` that takes in_channels from its first input.

    Shapes:  x: (N, any, D, H, W) or (any, D, H, W);  y: (N, C_out, D', H', W') or (C_out, D', H', W')
    Source:  torch.nn.LazyConv3d
    """

    cls_to_become = Conv3d


@own_constructor
class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):
    """`ConvTranspose1d` that takes in_channels from its first input.

    Shapes:  x: (N, any, L) or (any, L);  y: (N, C_out, L') or (C_out, L')
    Source:  torch.nn.LazyConvTranspose1d
    """

    cls_to_become = ConvTranspose1d


@own_constructor
class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):
    """`ConvTranspose2d` that takes in_channels from its first input.

    Shapes:  x: (N, any, H, W) or (any, H, W);  y: (N, C_out, H', W') or (C_out, H', W')
    Source:  torch.nn.LazyConvTranspose2d
    """

    cls_to_become = ConvTranspose2d


@own_constructor
class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):
    """`ConvTranspose3d` that takes in_channels from its first input.

    Shapes:  x: (N, any, D, H, W) or (any, D, H, W);  y: (N, C_out, D', H', W') or (C_out, D', H', W')
    Source:  torch.nn.LazyConvTranspose3d
    """

    cls_to_become = ConvTranspose3d


lacks(_ConvTransposeNd, "nn.ConvTranspose", "_conv_forward")
