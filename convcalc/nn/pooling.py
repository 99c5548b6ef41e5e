"""Pooling layers and their reverse."""

from __future__ import annotations

from convcalc.ops import adaptive_pooling as _adaptive
from convcalc.ops import pooling as _pooling
from convcalc.ops import unpooling as _unpooling
from convcalc.tensor import ShapeValueError, Tensor

from .constructors import own_constructor
from .facts import facts
from .module import Module
from .ntuple import NTUPLES, single

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(kind="pooling")
class _MaxPoolNd(Module):
    """The maximum of each window; a subclass names the operation.

    Shapes:  x: (N, C, *) or (C, *);  y: (N, C, *') or (C, *'), and the indices where asked for
    Formula: `size' = (size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`; rounded up with ceil_mode
    Units:   no params, no macs
    Errors:  padding over half the kernel; no room for a window; a wrong number of dimensions
    Source:  torch.nn.modules.pooling._MaxPoolNd
    """

    __constants__ = ["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"]
    _operation: Any

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Any:
        return self._operation(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )

    def extra_repr(self) -> str:
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{settings}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


@facts(dims=1, ranks=(2, 3), sample=2)
class MaxPool1d(_MaxPoolNd):
    """The maximum of each window of a sequence: (N, C, L) or (C, L). See `_MaxPoolNd`; source: torch.nn.MaxPool1d."""

    _operation = staticmethod(_pooling.max_pool1d)


@facts(dims=2, ranks=(3, 4), sample=3)
class MaxPool2d(_MaxPoolNd):
    """The maximum of each window of an image: (N, C, H, W) or (C, H, W). See `_MaxPoolNd`; source: torch.nn.MaxPool2d."""

    _operation = staticmethod(_pooling.max_pool2d)


@facts(dims=3, ranks=(4, 5), sample=4)
class MaxPool3d(_MaxPoolNd):
    """The maximum of each window of a volume: (N, C, D, H, W) or (C, D, H, W). See `_MaxPoolNd`; source: torch.nn.MaxPool3d."""

    _operation = staticmethod(_pooling.max_pool3d)


@own_constructor
@facts(kind="unpooling")
class _MaxUnpoolNd(Module):
    """Puts maxima back where the indices of a max pool say; a subclass names the operation.

    Shapes:  x, indices: (N, C, *) or (C, *);  y: (N, C, *') or (C, *')
    Formula: `size' = (size - 1)*stride - 2*padding + kernel_size`, or output_size, which may differ by less than a stride
    Units:   no params, no macs
    Errors:  the indices have another shape or type; output_size is out of range
    Source:  torch.nn.modules.pooling._MaxUnpoolNd
    """

    _dims: int
    _operation: Any

    @staticmethod
    def _constructor() -> Any:
        def __init__(self: Any, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
            super().__init__()
            to_tuple = NTUPLES[self._dims]
            self.kernel_size = to_tuple(kernel_size)
            self.stride = to_tuple(stride if stride is not None else kernel_size)
            self.padding = to_tuple(padding)

        return __init__

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        return self._operation(input, indices, self.kernel_size, self.stride, self.padding, output_size)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


@own_constructor
@facts(dims=1, ranks=(2, 3), sample=2)
class MaxUnpool1d(_MaxUnpoolNd):
    """The reverse of `MaxPool1d`. See `_MaxUnpoolNd`; source: torch.nn.MaxUnpool1d."""

    _dims = 1
    _operation = staticmethod(_unpooling.max_unpool1d)


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class MaxUnpool2d(_MaxUnpoolNd):
    """The reverse of `MaxPool2d`. See `_MaxUnpoolNd`; source: torch.nn.MaxUnpool2d."""

    _dims = 2
    _operation = staticmethod(_unpooling.max_unpool2d)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class MaxUnpool3d(_MaxUnpoolNd):
    """The reverse of `MaxPool3d`. See `_MaxUnpoolNd`; source: torch.nn.MaxUnpool3d."""

    _dims = 3
    _operation = staticmethod(_unpooling.max_unpool3d)


@facts(kind="pooling")
class _AvgPoolNd(Module):
    """The average of each window.

    Shapes:  x: (N, C, *) or (C, *);  y: (N, C, *') or (C, *')
    Formula: `size' = (size + 2*padding - kernel_size) // stride + 1`; rounded up with ceil_mode
    Units:   no params, no macs
    Errors:  padding over half the kernel; no room for a window; a wrong number of dimensions
    Source:  torch.nn.modules.pooling._AvgPoolNd
    """

    __constants__ = ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"]

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


@facts(dims=1, ranks=(2, 3), sample=2)
class AvgPool1d(_AvgPoolNd):
    """The average of each window of a sequence: (N, C, L) or (C, L). See `_AvgPoolNd`; source: torch.nn.AvgPool1d."""

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = single(kernel_size)
        self.stride = single(stride if stride is not None else kernel_size)
        self.padding = single(padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        return _pooling.avg_pool1d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )


@own_constructor
class _AvgPoolWithDivisor(_AvgPoolNd):
    __constants__ = [*_AvgPoolNd.__constants__, "divisor_override"]
    _operation: Any

    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            kernel_size: Any,
            stride: Any = None,
            padding: Any = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
            divisor_override: int | None = None,
        ) -> None:
            super().__init__()
            self.kernel_size = kernel_size
            self.stride = stride if stride is not None else kernel_size
            self.padding = padding
            self.ceil_mode = ceil_mode
            self.count_include_pad = count_include_pad
            self.divisor_override = divisor_override

        return __init__

    def forward(self, input: Tensor) -> Tensor:
        return self._operation(  # type: ignore[no-any-return]
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class AvgPool2d(_AvgPoolWithDivisor):
    """The average of each window of an image: (N, C, H, W) or (C, H, W). See `_AvgPoolNd`; source: torch.nn.AvgPool2d."""

    _operation = staticmethod(_pooling.avg_pool2d)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class AvgPool3d(_AvgPoolWithDivisor):
    """The average of each window of a volume: (N, C, D, H, W) or (C, D, H, W). See `_AvgPoolNd`; source: torch.nn.AvgPool3d."""

    _operation = staticmethod(_pooling.avg_pool3d)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for name, value in (("padding", 0), ("ceil_mode", False), ("count_include_pad", True)):
            self.__dict__.setdefault(name, value)


@own_constructor
@facts(kind="pooling")
class _FractionalMaxPoolNd(Module):
    """The maximum of windows drawn by chance so that the output has the size asked for.

    Shapes:  x: (N, C, *) or (C, *);  y: (N, C, *output_size) or (C, *output_size), and the indices where asked for
    Formula: `output_size = floor(size * output_ratio)`
    Units:   no params, no macs
    Errors:  not exactly one of output_size and output_ratio; a ratio not between 0 and 1; no room for the windows
    Source:  torch.nn.FractionalMaxPool2d; Graham, Fractional Max-Pooling, 2014
    """

    __constants__ = ["kernel_size", "return_indices", "output_size", "output_ratio"]
    _dims: int
    _operation: Any

    @staticmethod
    def _constructor() -> Any:
        def __init__(
            self: Any,
            kernel_size: Any,
            output_size: Any = None,
            output_ratio: Any = None,
            return_indices: bool = False,
            _random_samples: Tensor | None = None,
        ) -> None:
            super().__init__()
            to_tuple = NTUPLES[self._dims]
            self.kernel_size = to_tuple(kernel_size)
            self.return_indices = return_indices
            self.register_buffer("_random_samples", _random_samples)
            self.output_size = to_tuple(output_size) if output_size is not None else None
            self.output_ratio = to_tuple(output_ratio) if output_ratio is not None else None
            if output_size is None:
                if output_ratio is None:
                    name = f"FractionalMaxPool{self._dims}d"
                    raise ShapeValueError(
                        f"{name} requires specifying either an output size, or a pooling ratio",
                        "argument",
                        argument="output_size",
                    )
            elif output_ratio is not None:
                raise ShapeValueError(
                    "only one of output_size and output_ratio may be specified", "argument", argument="output_size"
                )
            if self.output_ratio is not None:
                for d in range(self._dims):
                    if self.output_ratio[d] <= 0 or self.output_ratio[d] >= 1:
                        message = f"output_ratio must be between 0 and 1 (got {output_ratio})"
                        raise ShapeValueError(message, "argument", actual=output_ratio, argument="output_ratio")

        return __init__

    def forward(self, input: Tensor) -> Any:
        return self._operation(
            input,
            self.kernel_size,
            self.output_size,
            self.output_ratio,
            self.return_indices,
            _random_samples=self._random_samples,
        )


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class FractionalMaxPool2d(_FractionalMaxPoolNd):
    """For images: (N, C, H, W) or (C, H, W). See `_FractionalMaxPoolNd`; source: torch.nn.FractionalMaxPool2d."""

    _dims = 2
    _operation = staticmethod(_adaptive.fractional_max_pool2d)


@facts(dims=3, ranks=(4, 5), sample=4)
class FractionalMaxPool3d(_FractionalMaxPoolNd):
    """For volumes: (N, C, D, H, W) or (C, D, H, W). See `_FractionalMaxPoolNd`; source: torch.nn.FractionalMaxPool3d."""

    _dims = 3
    _operation = staticmethod(_adaptive.fractional_max_pool3d)

    def __init__(
        self,
        kernel_size: Any,
        output_size: Any = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:
        kernels = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size,)
        for k in kernels:
            if k <= 0:
                raise ShapeValueError(
                    f"kernel_size must be greater than 0, but got {kernel_size}",
                    "argument",
                    actual=kernel_size,
                    argument="kernel_size",
                )
        super().__init__(kernel_size, output_size, output_ratio, return_indices, _random_samples)


@facts(kind="pooling")
class _LPPoolNd(Module):
    """The p-norm of each window; a subclass names the operation.

    Shapes:  x: (N, C, *) or (C, *);  y: (N, C, *') or (C, *')
    Formula: `size' = (size - kernel_size) // stride + 1`; rounded up with ceil_mode
    Units:   no params, no macs
    Errors:  no room for a window; a wrong number of dimensions
    Source:  torch.nn.modules.pooling._LPPoolNd
    """

    __constants__ = ["norm_type", "kernel_size", "stride", "ceil_mode"]
    _operation: Any

    def __init__(self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        return self._operation(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, ceil_mode={self.ceil_mode}"


@facts(dims=1, ranks=(2, 3), sample=2)
class LPPool1d(_LPPoolNd):
    """For sequences: (N, C, L) or (C, L). See `_LPPoolNd`; source: torch.nn.LPPool1d."""

    _operation = staticmethod(_pooling.lp_pool1d)


@facts(dims=2, ranks=(3, 4), sample=3)
class LPPool2d(_LPPoolNd):
    """For images: (N, C, H, W) or (C, H, W). See `_LPPoolNd`; source: torch.nn.LPPool2d."""

    _operation = staticmethod(_pooling.lp_pool2d)


@facts(dims=3, ranks=(4, 5), sample=4)
class LPPool3d(_LPPoolNd):
    """For volumes: (N, C, D, H, W) or (C, D, H, W). See `_LPPoolNd`; source: torch.nn.LPPool3d."""

    _operation = staticmethod(_pooling.lp_pool3d)


@facts(kind="pooling")
class _AdaptiveMaxPoolNd(Module):
    """The maximum of windows that follow from the output's size; a subclass names the operation.

    Shapes:  x: (N, C, *) or (C, *);  y: (N, C, *output_size) or (C, *output_size), and the indices where asked for
    Formula: window i: `i * size // output_size` up to `1 + ((i + 1) * size - 1) // output_size`; a None keeps the size
    Units:   no params, no macs
    Errors:  an empty input; a wrong number of dimensions
    Source:  torch.nn.modules.pooling._AdaptiveMaxPoolNd
    """

    __constants__ = ["output_size", "return_indices"]
    _operation: Any

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        return self._operation(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


@facts(dims=1, ranks=(2, 3), sample=2)
class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd):
    """For sequences: (N, C, L) or (C, L). See `_AdaptiveMaxPoolNd`; source: torch.nn.AdaptiveMaxPool1d."""

    _operation = staticmethod(_adaptive.adaptive_max_pool1d)


@facts(dims=2, ranks=(3, 4), sample=3)
class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd):
    """For images: (N, C, H, W) or (C, H, W). See `_AdaptiveMaxPoolNd`; source: torch.nn.AdaptiveMaxPool2d."""

    _operation = staticmethod(_adaptive.adaptive_max_pool2d)


@facts(dims=3, ranks=(4, 5), sample=4)
class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd):
    """For volumes: (N, C, D, H, W) or (C, D, H, W). See `_AdaptiveMaxPoolNd`; source: torch.nn.AdaptiveMaxPool3d."""

    _operation = staticmethod(_adaptive.adaptive_max_pool3d)


@facts(kind="pooling")
class _AdaptiveAvgPoolNd(Module):
    """The average of windows that follow from the output's size; a subclass names the operation.

    Shapes:  x: (N, C, *) or (C, *);  y: (N, C, *output_size) or (C, *output_size)
    Formula: window i: `i * size // output_size` up to `1 + ((i + 1) * size - 1) // output_size`; a None keeps the size
    Units:   no params, no macs
    Errors:  an empty input; a wrong number of dimensions
    Source:  torch.nn.modules.pooling._AdaptiveAvgPoolNd
    """

    __constants__ = ["output_size"]
    _operation: Any

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        return self._operation(input, self.output_size)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


@facts(dims=1, ranks=(2, 3), sample=2)
class AdaptiveAvgPool1d(_AdaptiveAvgPoolNd):
    """For sequences: (N, C, L) or (C, L). See `_AdaptiveAvgPoolNd`; source: torch.nn.AdaptiveAvgPool1d."""

    _operation = staticmethod(_adaptive.adaptive_avg_pool1d)


@facts(dims=2, sample=3)  # to a size of 1 it takes any number of dimensions
class AdaptiveAvgPool2d(_AdaptiveAvgPoolNd):
    """For images: (N, C, H, W) or (C, H, W). See `_AdaptiveAvgPoolNd`; source: torch.nn.AdaptiveAvgPool2d."""

    _operation = staticmethod(_adaptive.adaptive_avg_pool2d)


@facts(dims=3, sample=4)  # to a size of 1 it takes any number of dimensions
class AdaptiveAvgPool3d(_AdaptiveAvgPoolNd):
    """For volumes: (N, C, D, H, W) or (C, D, H, W). See `_AdaptiveAvgPoolNd`; source: torch.nn.AdaptiveAvgPool3d."""

    _operation = staticmethod(_adaptive.adaptive_avg_pool3d)
